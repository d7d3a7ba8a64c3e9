import { expect, test } from 'vitest'
import '../methods.ts'
import { gradients } from '../autodiff/gradients.ts'
import {
  add,
  constant,
  divide,
  input,
  multiply,
  parameter,
  power,
  sqrt,
  state,
  subtract,
} from '../gates/index.ts'
import { Graph, type Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { trace } from '../read.ts'
import { explain } from './index.ts'

function setup() {
  const x = input('x', [4, 3])
  const W = parameter('W', [3])
  const J = x.multiply(W).sum().named('J')
  const [gradient] = gradients(J, [W])
  return { x, W, J, gradient, lr: state('lr', [], 0.25) }
}

function updates(J: Value, list: readonly Update[]): string[] {
  const { equations } = explain(new Graph({ J }, list))
  return equations.filter(({ phase }) => phase === 'update').map(({ id, text }) => `${id}: ${text}`)
}

test('momentum is written out from the states of the step before', () => {
  const { J, W, gradient, lr } = setup()
  const v = state('W.velocity', [3], 0, { symbol: 'v' })
  const next = v.multiply(0.9).add(gradient)
  expect(
    updates(J, [
      { state: v, value: next },
      { state: W, value: W.subtract(lr.multiply(next)) },
    ]),
  ).toEqual(['U1: v ← v · 0.9 + dJ/dW', 'U2: W ← W − lr · (v · 0.9 + dJ/dW)'])
})

test('Adam has the parentheses that precedence asks for', () => {
  // Source: Kingma and Ba 2015, algorithm 1.
  const { J, W, gradient, lr } = setup()
  const [t, m, v] = [state('t', [], 0), state('m', [3], 0), state('v', [3], 0)]
  const count = t.add(1)
  const mean = m.multiply(0.9).add(gradient.multiply(0.1))
  const square = v.multiply(0.99).add(gradient.multiply(gradient).multiply(0.01))
  const corrected = (moment: Value, beta: number) =>
    divide(moment, subtract(1, power(constant(beta), count)))
  const step = divide(corrected(mean, 0.9), add(sqrt(corrected(square, 0.99)), 1e-8))
  expect(
    updates(J, [
      { state: t, value: count },
      { state: m, value: mean },
      { state: v, value: square },
      { state: W, value: subtract(W, lr.multiply(step as typeof W)) },
    ]),
  ).toEqual([
    'U1: t ← t + 1',
    'U2: m ← m · 0.9 + dJ/dW · 0.1',
    'U3: v ← v · 0.99 + dJ/dW ⊙ dJ/dW · 0.01',
    'U4: W ← W − lr · ((m · 0.9 + dJ/dW · 0.1)/(1 − 0.9^(t + 1)))/' +
      '(√((v · 0.99 + dJ/dW ⊙ dJ/dW · 0.01)/(1 − 0.99^(t + 1))) + 1e-8)',
  ])
})

test('a named value of the update has a line of its own before the first that reads it', () => {
  const { J, W, gradient, lr } = setup()
  const move = lr.multiply(gradient).named('Δ')
  const { equations } = explain(new Graph({ J }, [{ state: W, value: W.subtract(move) }]))
  const own = equations.filter(({ phase }) => phase === 'update')
  expect(own.map(({ id, text, latex }) => [id, text, latex])).toEqual([
    ['U1', 'Δ = lr · dJ/dW', String.raw`\Delta = \text{lr} \cdot \frac{\partial J}{\partial W}`],
    ['U2', 'W ← W − Δ', String.raw`W \leftarrow W - \Delta`],
  ])
})

test('what is long and read repeatedly is written once, however often it doubles', () => {
  const { J, W } = setup()
  let value: Value = W
  for (let k = 0; k < 40; k++) value = add(multiply(value, value), 1)
  const lines = updates(J, [{ state: W, value }])
  expect(lines.every((line) => line.length < 400)).toBe(true)
  expect(lines[0]).toMatch(/^U1: u\d = /)
  expect(lines.at(-1)).toMatch(/^U\d+: W ← /)
})

test('a running mean reads the values of the forward pass by their names', () => {
  const { x, J } = setup()
  const batch = x.sum(0).named('μ')
  const running = state('running', [3], 0)
  const value = running.multiply(0.5).add(batch.multiply(0.5))
  expect(updates(batch.sum().add(J).named('J'), [{ state: running, value }])).toEqual([
    'U1: running ← running · 0.5 + μ · 0.5',
  ])
})

test('the numbers of an update are what the state held and what it will hold', async () => {
  const { J, gradient, lr } = setup()
  const v = state('v', [3], 2)
  const graph = new Graph({ J }, [{ state: v, value: v.subtract(lr.multiply(gradient)) }])
  const feeds = { x: Array(4).fill([1, 0, -1]) }
  const explanation = explain(graph, { values: await trace(graph, feeds) })
  const numbers = explanation.toJSON().equations.at(-1)?.numbers
  // The gradient of Σ x ⊙ W is the sum of x over the batch: 4, 0, −4.
  expect(numbers).toEqual({ before: [2, 2, 2], value: [1, 2, 3] })
  expect(explanation.given.find(({ name }) => name === 'lr')?.value?.data).toEqual(
    Float32Array.of(0.25),
  )
})
