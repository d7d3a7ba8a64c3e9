import '../methods.ts'
import { expect, test } from 'vitest'
import { gradcheck } from '../autodiff/gradcheck.ts'
import { gradients } from '../autodiff/gradients.ts'
import { SluiceError } from '../errors.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { add, checkpoint, constant, input, multiply, parameter, scan, sum } from './index.ts'

const numbers = (from: number[]) => constant(from, { dtype: 'f64' })
const read = (value: Value) => toNested(evaluate(graph({ value })).outputs.value as never)

test('a running sum is stacked over the steps, and the last carry is the total', () => {
  const { carry, outputs } = runningSum(numbers([1, 2, 3]), false)
  expect(read(only(carry))).toBe(6)
  expect(read(only(outputs))).toEqual([1, 3, 6])
})

test('in reverse the last element comes first, and outputs stay in place', () => {
  const { carry, outputs } = runningSum(numbers([1, 2, 3]), true)
  expect(read(only(carry))).toBe(6)
  expect(read(only(outputs))).toEqual([6, 5, 3])
})

test('without sequences a length says how many steps there are', () => {
  const { carry } = scan(([x]) => ({ carry: [multiply(only([x]), 2)] }), {
    carry: [numbers([1, 3])],
    length: 4,
  })
  expect(read(only(carry))).toEqual([16, 48])
})

test('no step at all gives the carry back', () => {
  const { carry, outputs } = runningSum(constant(new Float64Array(0)), false)
  expect(read(only(carry))).toBe(0)
  expect(only(outputs).shape).toEqual([0])
})

test('what a step reads from outside is captured once and gets the sum of its gradients', () => {
  const w = parameter('w', [], { init: 2, dtype: 'f64' })
  const { carry } = scan(
    ([total], [x]) => ({ carry: [add(only([total]), multiply(only([x]), w))] }),
    { carry: [constant(0, { dtype: 'f64' })], sequences: [numbers([1, 2, 3])] },
  )
  const [dw] = gradients(only(carry), [w])
  expect(read(dw)).toBe(6)
})

test('elements of a sequence get a gradient each, also in reverse', () => {
  const xs = parameter('xs', [4], { init: [0.1, 0.2, 0.3, 0.4], dtype: 'f64' })
  const h0 = parameter('h0', [], { init: 0.3, dtype: 'f64' })
  for (const reverse of [false, true]) {
    const { carry, outputs } = scan(
      ([h], [x]) => {
        const next = multiply(only([h]), only([x])).sin()
        return { carry: [next], outputs: [multiply(next, 3)] }
      },
      { carry: [h0], sequences: [xs], reverse },
    )
    expect(gradcheck(add(only(carry), sum(only(outputs)))).passed).toBe(true)
  }
})

test('an integer may be carried beside a number; only the number gets a gradient', () => {
  const x = parameter('x', [], { init: 2, dtype: 'f64' })
  const { carry } = scan(
    ([count, value]) => ({ carry: [add(only([count]), 1), multiply(only([value]), x)] }),
    { carry: [constant(0, { dtype: 'i32' }), constant(1, { dtype: 'f64' })], length: 3 },
  )
  const [count, cube] = carry
  expect(read(only([count]))).toBe(3)
  expect(read(gradients(only([cube]), [x])[0])).toBe(12) // 3x²
})

test('a carry that changes its shape is refused', () => {
  const grow = () =>
    scan(() => ({ carry: [numbers([1, 2])] }), { carry: [numbers([1])], length: 2 })
  expect(grow).toThrow(SluiceError)
  expect(grow).toThrow(
    [
      'SHAPE scan: a step changes what is carried',
      '  expected  carry of types f64[1]',
      '  got       f64[2]',
      '  fix       let the step return carries of the types that it receives, in their order',
    ].join('\n'),
  )
})

test('sequences of different lengths are refused', () => {
  expect(() =>
    scan(() => ({ carry: [] }), { carry: [], sequences: [numbers([1]), numbers([1, 2])] }),
  ).toThrow('SHAPE scan: sequences differ in length')
  expect(() => scan(() => ({ carry: [] }), { carry: [] })).toThrow(
    'SHAPE scan: the number of steps is not known',
  )
})

test('a checkpoint gives what its block gives, for several outputs too', () => {
  const x = input('x', [2], { dtype: 'f64' })
  const [a, b] = checkpoint((v) => [v.sin(), v.cos()] as const, x)
  const feeds = { x: { shape: [2], dtype: 'f64' as const, data: Float64Array.of(0, 1) } }
  const { outputs } = evaluate(graph({ a: only([a]), b: only([b]) }), { feeds })
  expect([...(outputs.a?.data ?? [])]).toEqual([0, Math.sin(1)])
  expect([...(outputs.b?.data ?? [])]).toEqual([1, Math.cos(1)])
})

function runningSum(xs: Value, reverse: boolean) {
  return scan(
    ([total], [x]) => {
      const next = add(only([total]), only([x]))
      return { carry: [next], outputs: [next] }
    },
    { carry: [constant(0, { dtype: 'f64' })], sequences: [xs], reverse },
  )
}

function only(list: readonly (Value | undefined)[]): Value {
  const [first] = list
  if (!first) throw new Error('an empty list')
  return first
}

test.each([-1, 1.5, Number.NaN])('a length of %s is no number of steps', (length) => {
  expect(() => scan((carry) => ({ carry }), { carry: [numbers([1])], length })).toThrow(
    `SHAPE scan: the length is not a number of steps
  expected  a whole number, 0 or more
  got       ${length}
  fix       give how many steps to walk`,
  )
})

test('a sequence without axes cannot be walked', () => {
  const sequences = [constant(1)]
  expect(() => scan((carry) => ({ carry }), { carry: [constant(1)], sequences })).toThrow(
    'SHAPE scan: a sequence has no axis to walk',
  )
})
