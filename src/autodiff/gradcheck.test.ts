import { describe, expect, test } from 'vitest'
import { defineGate, type Unary } from '../gates/define.ts'
import {
  abs,
  add,
  gather,
  input,
  matmul,
  max,
  mse,
  multiply,
  parameter,
  relu,
  sigmoid,
  state,
  sum,
  tanh,
} from '../gates/index.ts'
import type { Gate } from '../ir/gate.ts'
import { tensor } from '../ir/tensor.ts'
import { gradcheck } from './gradcheck.ts'

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}

/** A gate whose rule hands back `factor` times what is right. */
function scaledTanh(factor: number): Gate<Unary> {
  return defineGate({
    name: 'scaledTanh',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.tanh(),
    backward: ({ gates, output, upstream }) => {
      const slope = gates.subtract(1, gates.multiply(output, output))
      return { x: gates.multiply(gates.multiply(upstream, slope), factor) }
    },
    samples: [],
  })
}

describe('the [2, 3, 1] network', () => {
  const x = input('x', [4, 2])
  const y = input('y', [4, 1])
  const [W1, b1] = [parameter('W1', [2, 3]), parameter('b1', [3])]
  const [W2, b2] = [parameter('W2', [3, 1]), parameter('b2', [1])]
  const a2 = sigmoid(add(matmul(x, W1), b1))
  const J = mse(add(matmul(a2, W2), b2), y)
  const feeds = {
    x: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    y: [[0], [1], [1], [0]],
  }

  test('passes in f64 though it is declared in f32', () => {
    const { passed, rows } = gradcheck(J, { feeds })
    expect(passed).toBe(true)
    expect(rows.map(({ name }) => name).sort()).toEqual(['W1', 'W2', 'b1', 'b2', 'x', 'y'])
    for (const row of rows) {
      expect(row.isKink).toBe(false)
      expect(row.error).toBeLessThanOrEqual(
        1e-7 * (Math.abs(row.analytic) + Math.abs(row.numeric)) + 1e-9,
      )
      expect(Math.abs(row.numeric)).toBeGreaterThan(0)
    }
  })

  test('is the same at every run, and another with another seed', () => {
    expect(gradcheck(J, { feeds })).toEqual(gradcheck(J, { feeds }))
    expect(gradcheck(J, { feeds, seed: 1 })).not.toEqual(gradcheck(J, { feeds }))
  })

  test('is checked with respect to what is asked for', () => {
    const { rows } = gradcheck(J, { feeds, wrt: [W2, x], directions: 1 })
    expect(rows.map(({ name }) => name)).toEqual(['W2', 'x'])
  })
})

describe('a rule that is wrong', () => {
  const x = input('x', [], { dtype: 'f64' })

  test('shows the gradient along the direction, and what it ought to be', () => {
    const { passed, rows } = gradcheck(scaledTanh(3)(x), { feeds: { x: 0.5 } })
    const [row] = rows
    expect(passed).toBe(false)
    expect(row?.analytic).toBeCloseTo(3 * (row?.numeric ?? 0), 9)
    expect(row?.error).toBeCloseTo(2 * Math.abs(row?.numeric ?? 0), 9)
    expect(row?.passed).toBe(false)
  })

  test('fails in one row and leaves the others passed', () => {
    const y = input('y', [], { dtype: 'f64' })
    const { passed, rows } = gradcheck(multiply(scaledTanh(-1)(x), y), { feeds: { x: 0.5, y: 2 } })
    expect(passed).toBe(false)
    expect(rows.map((row) => [row.name, row.passed])).toEqual([
      ['x', false],
      ['y', true],
    ])
  })

  test('passes where the tolerance lets it', () => {
    const J = scaledTanh(1.001)(x)
    expect(gradcheck(J, { feeds: { x: 0.5 } }).passed).toBe(false)
    expect(gradcheck(J, { feeds: { x: 0.5 }, tolerance: { relative: 1e-3 } }).passed).toBe(true)
    expect(gradcheck(J, { feeds: { x: 0.5 }, tolerance: { absolute: 1e-2 } }).passed).toBe(true)
  })
})

describe('a kink', () => {
  test.each([
    { name: 'relu at 0', J: sum(relu(input('x', [2]))) },
    { name: 'abs at 0', J: sum(abs(input('x', [2]))) },
    { name: 'max at a tie', J: max(input('x', [2])) },
  ])('of $name is told, and passes with what lies between its sides', ({ J }) => {
    const { passed, rows } = gradcheck(J, { feeds: { x: [0, 0] } })
    expect(passed).toBe(true)
    expect(rows[0]?.isKink).toBe(true)
  })

  test('does not excuse what lies outside', () => {
    const doubled: Gate<Unary> = defineGate({
      name: 'doubled',
      operands: ['x'],
      role: 'router',
      element: ({ x }) => x.maximum(0),
      backward: ({ gates, upstream }) => ({ x: gates.multiply(upstream, 2) }),
      samples: [],
    })
    const x = input('x', [], { dtype: 'f64' })
    const { passed, rows } = gradcheck(doubled(x), { feeds: { x: 0 } })
    expect(rows[0]?.isKink).toBe(true)
    expect(passed).toBe(false)
  })

  test('that is near but not there does not disturb', () => {
    const x = input('x', [], { dtype: 'f64' })
    const { rows } = gradcheck(relu(x), { feeds: { x: 1e-4 } })
    expect(rows[0]?.isKink).toBe(false)
    expect(rows[0]?.error).toBeLessThanOrEqual(1e-9)
  })
})

describe('contents', () => {
  test('of states are those that are given, else what they hold first', () => {
    const scale = state('scale', [], 3)
    const J = multiply(multiply(scale, scale), scale)
    const along = (states?: ReadonlyMap<string, ReturnType<typeof tensor>>) =>
      gradcheck(J, { ...(states && { states }), directions: 1 }).rows[0]?.analytic ?? 0
    // The same direction d both times: 3 · 3² d and 3 · 2² d.
    expect(along() / along(new Map([['scale', tensor(2)]]))).toBeCloseTo(9 / 4, 12)
  })

  test('of whole numbers are not moved', () => {
    const x = input('x', [3], { dtype: 'f64' })
    const index = input('index', [2], { dtype: 'i32' })
    const J = sum(multiply(gather(x, index, 0), 2))
    const { passed, rows } = gradcheck(J, { feeds: { x: [1, 2, 3], index: [2, 0] } })
    expect(rows.map(({ name }) => name)).toEqual(['x'])
    expect(passed).toBe(true)
  })

  test('may be a flat typed array', () => {
    const x = input('x', [2, 2])
    expect(gradcheck(sum(tanh(x)), { feeds: { x: Float32Array.of(1, 2, 3, 4) } }).passed).toBe(true)
  })

  test('that J does not read have a gradient of zero', () => {
    const [x, y] = [input('x', []), input('y', [])]
    const { rows } = gradcheck(tanh(x), { feeds: { x: 1 }, wrt: [y] })
    expect(rows).toEqual([
      { name: 'y', analytic: 0, numeric: 0, error: 0, isKink: false, passed: true },
    ])
  })
})

describe('what cannot be checked is refused in whole sentences', () => {
  const x = input('x', [2])

  test('a value that is computed', () => {
    const a = tanh(x).labelled({ name: 'a' })
    expect(messageOf(() => gradcheck(sum(a), { feeds: { x: [1, 2] }, wrt: [a] }))).toBe(
      `SluiceError: GRADIENT gradcheck: wrt holds a value that is computed
  where     value a: f32[2]
  expected  inputs, parameters and states, whose contents can be moved
  got       a value made by tanh
  fix       check the inputs and parameters that it is made from`,
    )
  })

  test('no direction at all', () => {
    expect(messageOf(() => gradcheck(sum(x), { feeds: { x: [1, 2] }, directions: 0 }))).toBe(
      `SluiceError: OPTION gradcheck: directions is not a count
  expected  a whole number, 1 or more
  got       0
  fix       leave it out, for 3 directions`,
    )
  })

  test('a feed that is missing', () => {
    const message = messageOf(() => gradcheck(sum(x)))
    expect(message).toContain('FEED run: input "x" is not fed')
    expect(message).toContain('add x to the feeds')
  })

  test('a J that is not a scalar', () => {
    expect(messageOf(() => gradcheck(tanh(x), { feeds: { x: [1, 2] } }))).toContain(
      'GRADIENT gradients: J is not a scalar',
    )
  })
})

test('a wrong rule that is right at zero is found on a parameter that begins as zeros', () => {
  const wrong = defineGate<Unary, ['x']>({
    name: 'wrongSquare',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.multiply(x),
    backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, x) }),
    samples: [],
  })
  const p = parameter('p', [3])
  expect(gradcheck(sum(wrong(p))).passed).toBe(false)
  expect(gradcheck(sum(multiply(p, p))).passed).toBe(true)
})
