import { expect, test } from 'vitest'
import { openModel } from '../engine/open-model.ts'
import { poseOfGallery } from '../engine/pose-model.ts'
import { proofOf } from './role-proof.ts'

async function proofs(model: string, id: string): Promise<readonly string[]> {
  const { explanation } = await openModel(await poseOfGallery(model, 1))
  const equation = explanation.equations.find((one) => one.id === id)
  if (!equation) throw new Error(`there is no ${id}`)
  return proofOf(equation, explanation).map(({ text, holds }) => `${holds ? '✓' : '✗'} ${text}`)
}

test('add copies: both inputs get what arrives', async () => {
  expect(await proofs('add', 'B2')).toEqual([
    ...['✓ dJ/da = dJ/dz, unchanged: 2', '✓ dJ/db = dJ/dz, unchanged: 2'],
  ])
})

test('multiply swaps: each input gets the gradient times the other', async () => {
  expect(await proofs('multiply', 'B2')).toEqual([
    ...['✓ dJ/da = 2 · (−4) = −8', '✓ dJ/db = 2 · 3 = 6'],
  ])
})

test('max picks: the winner has all, the loser 0', async () => {
  expect(await proofs('maximum', 'B2')).toEqual([
    ...['✓ dJ/da wins the whole gradient: 2', '✓ dJ/db loses: 0'],
  ])
})

test('sigmoid scales by its own derivative', async () => {
  // 0.8176 (1 − 0.8176) = 0.1491
  expect(await proofs('sigmoid', 'B2')).toEqual(['✓ dJ/dz = 2 · 0.149 = 0.298'])
})

test('a matrix product uses the other matrix', async () => {
  expect(await proofs('matmul', 'B3')).toEqual([
    ...['✓ dJ/dA takes the other input, B', '✓ dJ/dB takes the other input, A'],
  ])
})

test('what comes back through two uses is added', async () => {
  // J = 2(ab + a): 2b = −8 through the product, 2 through the sum.
  expect(await proofs('fanout', 'B5')).toEqual([
    '✓ dJ/da = dJ/da (via F2) + dJ/da (via F1) = 2 + (−8) = −6',
  ])
})

test('a numbers that do not fit is seen not to hold', async () => {
  const { explanation } = await openModel(await poseOfGallery('add', 1))
  const [wrong] = explanation.equations.flatMap((equation) =>
    equation.id === 'B2' && equation.numbers
      ? [{ ...equation, numbers: { ...equation.numbers, value: 3 } }]
      : [],
  )
  const equations = explanation.equations.map((one) => (one.id === 'B2' && wrong ? wrong : one))
  expect(wrong && proofOf(wrong, { ...explanation, equations })[0]?.holds).toBe(false)
})
