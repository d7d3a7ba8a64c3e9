import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { tensor, toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { bce, bceWithLogits, huber, input, l1, mse } from './index.ts'

/** The gradient with respect to the input, of errors that are summed. */
function gradientOf(
  criterion: (x: Value, t: Value, options: { reduction: 'sum' }) => Value,
  { x, t }: { readonly x: readonly number[]; readonly t: readonly number[] },
) {
  const given = input('x', [x.length] as number[])
  const target = input('t', [t.length] as number[])
  const [gradient] = gradients(criterion(given, target, { reduction: 'sum' }), [given])
  const feeds = { x: tensor(x), t: tensor(t) }
  return toNested(evaluate(graph({ gradient }), { feeds }).outputs.gradient ?? tensor([]))
}

// Expected: torch 1.13, the gradients of torch.nn.functional's criteria.
test('the absolute error has the derivative 0 where there is no error', () => {
  expect(gradientOf(l1, { x: [1, -2, 0], t: [0, 0, 0] })).toEqual([1, -1, 0])
})

test('the gradient of the Huber error grows up to delta and no further', () => {
  const gradient = gradientOf(huber, { x: [-1, 1, 0.5, 2, 0], t: [0, 0, 0, 0, 0] })
  expect(gradient).toEqual([-1, 1, 0.5, 1, 0])
})

test('a probability of 0 or 1 that is wrong gets a large gradient, but no infinite one', () => {
  const gradient = gradientOf(bce, { x: [0, 0, 1, 1], t: [0, 1, 0, 1] })
  const trillion = Math.fround(1e12) // f32
  expect(gradient).toEqual([0, -trillion, trillion, 0])
})

test('logits far out get the gradient 1 where they are wrong and 0 where they are right', () => {
  const gradient = gradientOf(bceWithLogits, { x: [1000, -1000, 1000, -1000], t: [1, 0, 0, 1] })
  expect(gradient).toEqual([0, 0, 1, -1])
})

test('a target of another shape is refused, as a compile error and when the graph is built', () => {
  const column = input('ŷ', [4, 1])
  const list = input('y', [4])
  // @ts-expect-error mse: input [4, 1] and target [4] differ in shape
  expect(() => mse(column, list)).toThrow(
    /^SHAPE mse: input \[4, 1\] and target \[4\] differ in shape\n {2}where {5}mse\(ŷ, y\)/,
  )
})

test('a target of another dtype is refused, as a compile error and when the graph is built', () => {
  const x = input('ŷ', [4])
  const target = input('y', [4], { dtype: 'f64' })
  // @ts-expect-error f32 and f64 do not mix
  expect(() => mse(x, target)).toThrow('DTYPE mse: dtypes f32 and f64 do not mix')
})
