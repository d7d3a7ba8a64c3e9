import { expect, test } from 'vitest'
import { openModel } from '../engine/open-model.ts'
import { poseOfGallery } from '../engine/pose-model.ts'
import { judge, questionOf } from './predict.ts'

async function question(model: string, id: string, turn = 0) {
  const { explanation } = await openModel(await poseOfGallery(model, 1))
  const equation = explanation.equations.find((one) => one.id === id)
  const asked = equation && questionOf(equation, turn)
  if (!asked) throw new Error(`there is no question about ${id}`)
  return asked
}

test('the hint names the rule: the role, what arrives, the own derivative', async () => {
  const { asks, answer, hint } = await question('multiply', 'B2')
  expect([asks, answer]).toEqual(['dJ/da', -8])
  expect(hint).toBe(
    'multiply is a switch: each input gets the gradient times the other input. ' +
      'Upstream: dJ/dz = 2. Local derivative: b. Downstream = upstream × local: dJ/da = dJ/dz · b.',
  )
})

test('of a tensor one number is asked for, and rather none that is 0', async () => {
  const { asks, answer } = await question('network', 'F1')
  expect(asks).toBe('u1, row 2, column 1') // the first row of x is 0
  expect(answer).not.toBe(0)
})

test('answers are judged', async () => {
  const asked = await question('multiply', 'B2')
  expect(['-8', '−8,0', '-16/2', '8', 'minus eight'].map((typed) => judge(typed, asked))).toEqual([
    ...['right', 'right', 'right', 'wrong', 'no number'],
  ])
})
