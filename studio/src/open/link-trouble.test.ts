import { expect, test } from 'vitest'
import { linkTrouble, seedOf } from './link-trouble.ts'

const learn = (parameters: Readonly<Record<string, string>>) =>
  linkTrouble({ view: 'learn', parameters }, 17)

test('a step and a seed that are there are no trouble', () => {
  expect(learn({ step: '17', seed: '3' })).toBeUndefined()
  expect(learn({})).toBeUndefined()
  expect(linkTrouble({ view: 'train', parameters: { step: 'x' } }, 17)).toBeUndefined()
})

test('what is none is told, and what is shown in its place', () => {
  expect(learn({ step: 'x%' })?.text).toMatch(
    /step "x%", which is no whole number: this is the beginn/,
  )
  expect(learn({ step: '-1' })?.text).toMatch(/"-1"/)
  expect(learn({ step: '18' })?.text).toBe(
    'The link asks for step 18, and there are 17: this is the last.',
  )
  expect(learn({ seed: '1.5' })?.text).toMatch(
    /seed "1\.5", which is no whole number: this is seed 1/,
  )
  expect([learn({ step: 'x' })?.isGrave, learn({ seed: 'x' })?.isGrave]).toEqual([false, true])
  expect(learn({ seed: '9'.repeat(40) })?.text).toContain(`"${'9'.repeat(24)}…"`)
})

test('the seed of a link is a whole number, or 1', () => {
  expect(['7', 'x', '', '-2', undefined].map(seedOf)).toEqual([7, 1, 1, 1, 1])
})
