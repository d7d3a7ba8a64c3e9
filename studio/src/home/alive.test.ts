import { expect, test } from 'vitest'
import type { Walk } from '../learn/steps.ts'
import { momentAt, nextBeat } from './alive.ts'

// One gate: F1 makes z, B1 brings its gradient back.
const steps = [{ phase: 'forward' }, { phase: 'backward' }] as unknown as Walk['steps']
const walk: Walk = {
  steps,
  valueAt: new Map([
    ['in', -1],
    ['out', 0],
  ]),
  gradientAt: new Map([['in', 1]]),
  placeOf: ['gate', 'gate'],
}

test('values come with their step, gradients with theirs', () => {
  const known = (at?: number) => {
    const { isKnown } = momentAt(walk, at)
    return [isKnown('value', 'in'), isKnown('value', 'out'), isKnown('gradient', 'in')]
  }
  expect([0, 1, 2, 3, undefined].map((at) => known(at))).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
    [true, true, true],
    [true, true, true],
  ])
})

test('the gradient of J by itself comes with the first step back', () => {
  const shown = [0, 1, 2].map((at) => momentAt(walk, at).isKnown('gradient', 'out'))
  expect(shown).toEqual([false, false, true])
})

test('the step that is taken stands out, and nothing while all rests', () => {
  const told = [0, 1, 2, 3, undefined].map((at) => momentAt(walk, at))
  expect(told.map(({ active }) => active)).toEqual([
    undefined,
    'gate',
    'gate',
    undefined,
    undefined,
  ])
  expect(told.map(({ phase }) => phase)).toEqual([
    ...[undefined, 'forward', 'backward', undefined, undefined],
  ])
})

test('after the last step and a rest it begins again', () => {
  const beats = [0]
  for (let index = 0; index < 8; index++) beats.push(nextBeat(beats.at(-1) ?? 0, 2))
  expect(beats).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0])
})
