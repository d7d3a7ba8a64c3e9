/** The walk, the factors and the ribbons of the [2, 3, 1] network, as the engine gives them. */
import { expect, test } from 'vitest'
import { openModel } from '../engine/open-model.ts'
import { poseOfGallery } from '../engine/pose-model.ts'
import { factorsOf } from './factors.ts'
import { numbersOf } from './numbers.ts'
import { ribbonOf } from './ribbon.ts'
import { walkOf } from './steps.ts'

const { explanation, diagram } = await openModel(await poseOfGallery('network', 1))
const { steps, valueAt, gradientAt, placeOf } = walkOf(explanation.equations, diagram)
const step = (id: string) => {
  const found = steps.find((one) => one.id === id)
  if (!found) throw new Error(`there is no step ${id}`)
  return found
}

test('the walk is F1 to F7, then B1 to B10, each at a place of the picture', () => {
  const ids = steps.map(({ id }) => id)
  expect(ids.slice(0, 7)).toEqual(['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7'])
  expect(ids.slice(7)).toEqual(Array.from({ length: 10 }, (_, k) => `B${k + 1}`))
  expect(placeOf.every((place) => place !== undefined)).toBe(true)
})

test('what is given is known before the first step, every gradient after its own', () => {
  const known = diagram.edges.filter(({ id }) => valueAt.get(id) === -1).map(({ from }) => from)
  const given = diagram.nodes.filter(({ kind }) => kind === 'variable').slice(0, -1)
  expect(new Set(known)).toEqual(new Set(given.map(({ id }) => id)))
  for (const { id, gradientName } of diagram.edges) {
    const at = gradientAt.get(id)
    if (at !== undefined) expect(steps[at]?.output.name).toBe(gradientName)
  }
  expect(gradientAt.size).toBe(10)
})

test('the factors of every step make what it gives', () => {
  const product = factorsOf(step('B10'), explanation)
  expect(product.map(({ sign, name }) => `${sign} ${name}`.trim())).toEqual([
    ...['xᵀ', '· dJ/du1', '= dJ/dW1'],
  ])
  const [left, right, result] = product.map(({ value }) => value as readonly (readonly number[])[])
  left?.forEach((row, i) => {
    result?.[i]?.forEach((number, j) => {
      const sum = row.reduce((total, one, k) => total + one * (right?.[k]?.[j] ?? Number.NaN), 0)
      expect(number).toBeCloseTo(sum, 12) // sums of four in f64
    })
  })
})

test('the ribbon of dJ/dW1 shows the transpose, ends in the shape of W1 and says why', () => {
  const ribbon = ribbonOf(step('B10'))
  expect(ribbon?.shapes).toBe('(2 × 4)(4 × 3) → 2 × 3')
  expect([ribbon?.left.isTransposed, ribbon?.right.isTransposed]).toEqual([true, false])
  expect(ribbon?.reason).toBe('The inner sizes meet: 4 = 4. dJ/du1 · xᵀ does not fit: 3 ≠ 2.')
  const weights = explanation.given.find(({ name }) => name === 'W1')
  expect([ribbon?.result.rows, ribbon?.result.columns]).toEqual(weights?.shape)
  expect(ribbonOf(step('B2'))).toBeUndefined()
})

test('upstream, local and downstream of the sigmoid are shown as three factors', () => {
  const factors = factorsOf(step('B6'), explanation)
  expect(factors.map(({ sign, name, kind }) => `${sign} ${name}: ${kind}`.trim())).toEqual([
    ...['dJ/da2: gradient', '⊙ a2 ⊙ (1 − a2): local', '= dJ/dz2: gradient'],
  ])
  const [upstream = [], local = [], downstream = []] = factors.map(({ value }) => numbersOf(value))
  downstream.forEach((number, k) => {
    expect(number).toBeCloseTo((upstream[k] ?? 0) * (local[k] ?? 0), 15) // one product in f64
  })
})

test('a gradient that is summed says over what', () => {
  expect(factorsOf(step('B8'), explanation).at(-1)?.after).toBe('sum over the batch')
  expect(factorsOf(step('B7'), explanation).at(-1)?.after).toBeUndefined()
})

test('of a value that is used twice each edge has its share, known when that is', async () => {
  const open = await openModel(await poseOfGallery('fanout', 1))
  const way = walkOf(open.explanation.equations, open.diagram)
  const known = open.diagram.edges
    .filter(({ gradientName }) => gradientName === 'dJ/da')
    .map(({ id, gradient }) => [gradient?.text, way.steps[way.gradientAt.get(id) ?? -1]?.id])
  expect(known).toEqual([
    ['−8', 'B4'],
    ['2', 'B3'],
  ])
  const place = way.placeOf[way.steps.findIndex(({ id }) => id === 'B5')]
  expect(open.diagram.nodes.find(({ id }) => id === place)?.label).toBe('a')
})
