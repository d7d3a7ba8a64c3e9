import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { gumbelSoftmax } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { prelu, rrelu, sequential } from './index.ts'
import type { TrainingPass } from './layer.ts'

const pass: TrainingPass = {
  keyFor: (path) => gates.foldIn(gates.randomKey(7), path.length),
  update: (_, change) => change(gates.constant(0)),
}

test('rrelu draws a slope for each element in the graph that trains, and none in the other', () => {
  const x = gates.constant([3, -1, -1, -1, -1])
  const layer = rrelu({ lower: 0.25, upper: 0.75 })
  expect(numbersOf(layer(x))).toEqual([3, -0.5, -0.5, -0.5, -0.5])
  const [first, ...slopes] = numbersOf(layer.training(pass)(x))
  expect(first).toBe(3)
  expect(slopes.every((slope) => slope <= -0.25 && slope > -0.75)).toBe(true)
  expect(new Set(slopes).size).toBe(4)
})

test('prelu owns one slope or one for each channel, which start at 0.25', () => {
  const model = sequential(prelu(), prelu(3))
  const shapes = Object.entries(model.parameters).map(([key, { shape }]) => [key, shape])
  expect(shapes).toEqual([
    ['0.weight', [1]],
    ['1.weight', [3]],
  ])
  const x = gates.constant([[1, -2, -4]])
  expect(numbersOf(model(x))).toEqual([1, -0.125, -0.25])
  expect(() => prelu(0)).toThrow(/^OPTION prelu: parameters is not a count/)
  expect(() => prelu(2)(x)).toThrow(/^SHAPE prelu: weight holds neither/)
})

test('a hard gumbelSoftmax chooses one and has the gradient of the soft one', () => {
  const logits = gates.input('logits', [2, 3])
  const feeds = { logits: [0.5, -1, 2, 0, 0.25, -0.5] }
  const weights = gates.constant([
    [1, -2, 3],
    [0.5, 4, -1],
  ])
  const choices = [false, true].map((hard) => {
    const choice = gumbelSoftmax(logits, gates.randomKey(3), { temperature: 0.5, hard })
    const [slope = choice] = gradients(gates.sum(gates.multiply(choice, weights)), [logits])
    return { choice: numbersOf(choice, feeds), slope: numbersOf(slope, feeds) }
  })
  const [soft, hard] = choices
  const winners = [0, 3].map((row) => {
    const part = soft?.choice.slice(row, row + 3) ?? []
    return part.map((share) => (share === Math.max(...part) ? 1 : 0))
  })
  expect(hard?.choice).toEqual(winners.flat())
  expect(hard?.slope).toEqual(soft?.slope)
  expect(soft?.slope.some((slope) => slope !== 0)).toBe(true)
})

function numbersOf(y: Value, feeds: Readonly<Record<string, readonly number[]>> = {}): number[] {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, data]) => [
      name,
      { shape: [2, 3], dtype: 'f32' as const, data: Float32Array.from(data) },
    ]),
  )
  const { y: result } = evaluate(graph({ y }), { feeds: given }).outputs
  return result ? [...toNumbers(result)] : []
}
