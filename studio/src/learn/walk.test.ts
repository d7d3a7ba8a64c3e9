/** The walk, the factors and the ribbons of the [2, 3, 1] network, as the engine gives them. */
import { expect, test } from 'vitest'
import { openModel } from '../engine/open-model.ts'
import { factorsOf } from './factors.ts'
import { ribbonOf } from './ribbon.ts'
import { walkOf } from './steps.ts'

const { explanation, diagram } = await openModel('network', 1)
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

test('every parameter of the network gets a gradient of its own shape', () => {
  for (const { name, shape, kind } of explanation.given) {
    if (kind !== 'parameter') continue
    const gradient = steps.find(({ output }) => output.name === `dJ/d${name}`)
    expect(gradient?.output.shape, name).toEqual(shape)
  }
})
