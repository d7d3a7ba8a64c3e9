import { expect, test } from 'vitest'
import './methods.ts'
import { checkEquation } from './check-equation.ts'
import { explain } from './explain/index.ts'
import { defineGate, type Unary } from './gates/define.ts'
import * as gates from './gates/index.ts'
import type { Gate } from './ir/gate.ts'
import { toNumbers } from './ir/tensor.ts'
import type { Value } from './ir/value.ts'
import { trace } from './read.ts'

const { input, parameter } = gates

/** The [2, 3, 1] network at weights that are easy to write down. */
function network(): { readonly J: Value; readonly feeds: Record<string, number[][]> } {
  const W1 = parameter('W1', [2, 3], {
    init: [
      [0.5, -0.3, 0.8],
      [0.2, 0.7, -0.6],
    ],
  })
  const b1 = parameter('b1', [3], { init: [0.1, -0.2, 0.3] })
  const W2 = parameter('W2', [3, 1], { init: [[0.9], [-0.4], [0.6]] })
  const b2 = parameter('b2', [1], { init: [0.05] })
  const hidden = input('x', [4, 2]).matmul(W1).add(b1).named('z2').sigmoid().named('a2')
  const yHat = hidden.matmul(W2).add(b2).named('z3').named('ŷ')
  const J = gates.mse(yHat, input('y', [4, 1])).named('J')
  return {
    J,
    feeds: {
      x: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      y: [[0], [1], [1], [0]],
    },
  }
}

test('every backward equation of the network agrees with differences at its own edge', async () => {
  const { J, feeds } = network()
  const values = await trace(J, feeds, { precision: 'f64' })
  const { equations } = explain(J, { values })
  const backward = equations.filter(({ phase }) => phase === 'backward')
  expect(backward).toHaveLength(10)
  for (const { id, numbers, output } of backward) {
    const { passed, error, rows, shape } = await checkEquation(J, id, feeds)
    expect(passed, id).toBe(true)
    expect(error, id).toBeLessThan(1e-8) // differences in f64 are good to about 1e-9
    expect(shape, id).toEqual(output.shape)
    const shown = numbers ? Array.from(toNumbers(numbers.value)) : []
    expect(
      rows.map(({ analytic }) => analytic),
      id,
    ).toEqual(shown)
  }
})

test('a value used twice is cut at one use for its share, at both for the sum', async () => {
  // J = a² b at a = 3, b = 2, written as a · (a · b): 6 through either factor, 12 in all.
  const a = parameter('a', [], { init: 3 })
  const J = gates.multiply(a, gates.multiply(a, parameter('b', [], { init: 2 }))).named('J')
  const backward = explain(J).equations.filter(({ phase }) => phase === 'backward')
  const found = new Map<string, readonly number[]>()
  for (const { id, output } of backward) {
    const { rows, passed } = await checkEquation(J, id)
    expect(passed, id).toBe(true)
    found.set(
      output.name,
      rows.flatMap(({ analytic, numeric }) => [analytic, Math.round(numeric * 1e6) / 1e6]),
    )
  }
  expect(Object.fromEntries(found)).toEqual({
    'dJ/da (via F2)': [6, 6],
    'dJ/du1': [3, 3],
    'dJ/da (via F1)': [6, 6],
    'dJ/db': [9, 9],
    'dJ/da': [12, 12],
  })
})

test('a rule that is wrong is seen at its own equation and not at those after it', async () => {
  const wrong: Gate<Unary> = defineGate({
    name: 'wrongTanh',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.tanh(),
    backward: ({ upstream }) => ({ x: upstream }),
    equation: ({ x }) => String.raw`\tanh(${x})`,
    samples: [],
  })
  const J = gates.sum(gates.exp(wrong(parameter('w', [2], { init: [1, 2] })))).named('J')
  const verdicts: boolean[] = []
  for (const id of ['B1', 'B2', 'B3']) verdicts.push((await checkEquation(J, id)).passed)
  expect(verdicts).toEqual([true, true, false])
})

test('of a large value a few elements are checked, evenly spread', async () => {
  const J = gates.mean(gates.square(parameter('w', [10, 10]))).named('J')
  const { size, rows } = await checkEquation(J, 'B2', {}, { most: 4 })
  expect(size).toBe(100)
  expect(rows.map(({ name }) => name)).toEqual(['[1, 2]', '[3, 7]', '[6, 2]', '[8, 7]'])
})

test('a tie of max is told as a kink, where there is nothing to compare with', async () => {
  const a = parameter('a', [], { init: 2 })
  const J = gates.maximum(a, parameter('b', [], { init: 2 })).named('J')
  const { rows, passed } = await checkEquation(J, 'B1')
  expect(passed).toBe(true)
  expect(rows[0]).toMatchObject({ analytic: 0.5, isKink: true })
})

test('an equation that does not come back is refused with those that do', async () => {
  const { J, feeds } = network()
  await expect(checkEquation(J, 'F3', feeds)).rejects.toThrow(/F3 is no backward equation/)
  await expect(checkEquation(J, 'B99', feeds)).rejects.toThrow(/B1 to B10/)
})
