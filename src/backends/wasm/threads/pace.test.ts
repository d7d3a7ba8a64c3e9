import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

interface Times {
  readonly shared: number
  readonly alone: number
}

/** How many of the steps were shared. */
function run(pace: Pace, steps: number, timesAt: (step: number) => Times): number {
  let shared = 0
  for (let step = 0; step < steps; step++) {
    const { isShared } = pace
    if (isShared) shared++
    pace.note(timesAt(step)[isShared ? 'shared' : 'alone'])
  }
  return shared
}

test('steps that gain by threads are shared, but for a few trials', () => {
  expect(run(new Pace(), 2000, () => ({ shared: 5, alone: 9 }))).toBeGreaterThan(1960)
})

test('steps that lose by threads are run alone after the first trial, and tried ever more seldom', () => {
  const pace = new Pace()
  const shared = run(pace, 100, () => ({ shared: 1.1, alone: 1 }))
  expect(shared).toBeLessThan(20)
  expect(run(pace, 2000, () => ({ shared: 1.1, alone: 1 }))).toBeLessThan(40)
})

test('what changes while a program runs is found out', () => {
  const pace = new Pace()
  run(pace, 1000, () => ({ shared: 20, alone: 9 }))
  run(pace, 1000, () => ({ shared: 5, alone: 9 }))
  expect(run(pace, 1000, () => ({ shared: 5, alone: 9 }))).toBeGreaterThan(980)
})

test('a step that takes long for once decides nothing', () => {
  const times = (step: number) => ({ shared: step % 100 === 50 ? 30 : 5, alone: 9 })
  expect(run(new Pace(), 2000, times)).toBeGreaterThan(1900)
})

test('the first step after a change does not count', () => {
  const pace = new Pace()
  let before = true
  const shared = run(pace, 1000, () => {
    const isFirst = pace.isShared !== before
    before = pace.isShared
    // Threads that sleep take long to come.
    return { shared: isFirst ? 100 : 5, alone: 9 }
  })
  expect(shared).toBeGreaterThan(960)
})
