/** Schedules against PyTorch; test/vectors/schedules.py says how the expected rates were made. */
import { describe, expect, test } from 'vitest'
import recorded from '../../test/vectors/schedules.json' with { type: 'json' }
import { compile, createStore, parameter, sgd } from '../index.ts'
import {
  chainedLr,
  constantLr,
  cosineAnnealingLr,
  cosineAnnealingWarmRestarts,
  exponentialLr,
  lambdaLr,
  linearLr,
  multiStepLr,
  oneCycleLr,
  type Plateau,
  polynomialLr,
  reduceLrOnPlateau,
  type Schedule,
  scheduled,
  sequentialLr,
  stepLr,
} from './index.ts'

const schedules: Readonly<Record<string, Schedule>> = {
  stepLr: stepLr(0.3, { stepSize: 5, gamma: 0.4 }),
  multiStepLr: multiStepLr(0.3, { milestones: [3, 7, 15], gamma: 0.5 }),
  constantLr: constantLr(0.3, { factor: 0.25, totalIters: 4 }),
  'constantLr by default': constantLr(0.3),
  linearLr: linearLr(0.3, { startFactor: 0.1, endFactor: 0.8, totalIters: 7 }),
  'linearLr by default': linearLr(0.3),
  exponentialLr: exponentialLr(0.3, { gamma: 0.9 }),
  polynomialLr: polynomialLr(0.3, { totalIters: 9, power: 2.5 }),
  cosineAnnealingLr: cosineAnnealingLr(0.3, { tMax: 10, etaMin: 0.02 }),
  cosineAnnealingWarmRestarts: cosineAnnealingWarmRestarts(0.3, { t0: 3, tMult: 2, etaMin: 0.01 }),
  oneCycleLr: oneCycleLr(0.5, { totalSteps: 24 }),
  'oneCycleLr in three': oneCycleLr(0.5, {
    ...{ totalSteps: 24, pctStart: 0.4, annealStrategy: 'linear', divFactor: 10 },
    ...{ finalDivFactor: 100, threePhase: true },
  }),
  lambdaLr: lambdaLr(0.3, (step) => 1 / (1 + 0.5 * step)),
  sequentialLr: sequentialLr(
    [linearLr(0.3, { startFactor: 0.1, totalIters: 5 }), cosineAnnealingLr(0.3, { tMax: 12 })],
    { milestones: [5] },
  ),
  chainedLr: chainedLr(0.3, [
    constantLr(1, { factor: 0.1, totalIters: 2 }),
    exponentialLr(1, { gamma: 0.9 }),
  ]),
}

const plateaus: Readonly<Record<string, Plateau>> = {
  reduceLrOnPlateau: reduceLrOnPlateau(0.3, { factor: 0.5, patience: 1 }),
  'reduceLrOnPlateau with all': reduceLrOnPlateau(0.3, {
    ...{ mode: 'max', factor: 0.3, patience: 2, threshold: 0.1, thresholdMode: 'abs' },
    ...{ cooldown: 2, minLr: 0.02 },
  }),
}

test('every recorded run has its schedule', () => {
  expect(Object.keys(recorded.runs)).toEqual([...Object.keys(schedules), ...Object.keys(plateaus)])
})

// f64: PyTorch multiplies step by step, whose roundings are some 1e-15.
describe.each(Object.entries(recorded.runs))('%s', (name, rates) => {
  test('has the rates that PyTorch has', () => {
    const got = ratesOf(name, rates.length)
    const furthest = Math.max(...rates.map((rate, step) => Math.abs((got[step] ?? 9) - rate)))
    expect(furthest).toBeLessThan(1e-9)
  })
})

function ratesOf(name: string, count: number): readonly number[] {
  const schedule = schedules[name]
  if (schedule) return Array.from({ length: count }, (_, step) => schedule(step))
  const plateau = plateaus[name]
  if (!plateau) return []
  let state = plateau.first
  return recorded.measures.map((measure) => {
    const { rate } = state
    state = plateau.next(state, measure)
    return rate
  })
}

test('a schedule in the graph gives each step its rate, many steps in one call', async () => {
  const w = parameter('w', [], { init: 0, dtype: 'f64' })
  const { learningRate, updates } = scheduled((step) => 2 ** -step, { steps: 3, dtype: 'f64' })
  const step = await compile(
    { learningRate },
    { updates: [...sgd(w, { learningRate }), ...updates], store: createStore() },
  )
  const { learningRate: rates } = step.repeat(5, {})
  expect(await rates.array()).toEqual([1, 0.5, 0.25, 0.25, 0.25])
  expect(step.parameters.get('w').data[0]).toBe(-2.25)
})

test.each([
  () => stepLr(0.1, { stepSize: 0 }),
  () => linearLr(0.1, { totalIters: 1.5 }),
  () => cosineAnnealingLr(0.1, { tMax: -1 }),
  () => oneCycleLr(0.1, { totalSteps: 0 }),
  () => sequentialLr([() => 1], { milestones: [3] }),
  () => reduceLrOnPlateau(0.1, { factor: 1 }),
  () => reduceLrOnPlateau(0.1, { patience: -1 }),
  () => reduceLrOnPlateau(0.1, { mode: 'lower' as 'min' }), // as JavaScript may give it
  () => scheduled(() => 1, { steps: 0 }),
  () => scheduled((step) => 1 / (step - 1), { steps: 3 }),
  () => scheduled(reduceLrOnPlateau(0.1) as unknown as Schedule, { steps: 3 }), // as above
])('%s is refused', (make) => {
  expect(make).toThrow(/^OPTION /)
})
