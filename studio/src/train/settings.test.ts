import { expect, test } from 'vitest'
import { formatSettings, parseHidden, parseSettings, presets } from './settings.ts'

test('an address brings settings back as they were', () => {
  for (const preset of Object.values(presets)) {
    const settings = { ...preset, hidden: [3, 5], seed: 7, learningRate: 1e-7 }
    expect(parseSettings(formatSettings(settings))).toEqual(settings)
  }
  const linear = { ...presets.moons, hidden: [] }
  expect(parseSettings(formatSettings(linear))).toEqual(linear)
})

test('what an address says wrongly is as the dataset has it', () => {
  const odd = {
    dataset: 'xor',
    layers: '0-x',
    activation: 'rleu',
    rate: '-1',
    batch: '0',
    seed: '',
  }
  expect(parseSettings(odd)).toEqual(presets.xor)
  expect(parseSettings({ dataset: 'nothing' })).toEqual(presets.moons)
})

test('what only some datasets and optimizers have comes back with these', () => {
  const table = { mark: 'ab-1', name: 'a b.csv', target: 'x,y', task: 'regression' } as const
  for (const settings of [
    { ...presets.moons, count: 100, noise: 0, momentum: 0.5, optimizer: 'nesterov' as const },
    { ...presets.painted, points: 'AA.BB.', beta1: 0, beta2: 0.5, weightDecay: 0.01 },
    { ...presets.table, table: { ...table, missing: 'mean', ignore: ['a,b', '"'] } as const },
  ]) {
    expect(parseSettings(formatSettings(settings))).toEqual(settings)
  }
  const odd = {
    dataset: 'moons',
    count: '1',
    noise: '-1',
    beta1: '1',
    momentum: '0.5',
    points: 'AA',
  }
  expect(parseSettings(odd)).toEqual(presets.moons)
  expect(parseSettings({ dataset: 'table', table: 'x', file: 'y', ignore: '[' }).table).toEqual({
    mark: 'x',
    name: 'y',
  })
})

test('widths are whole numbers from 1 to 256, at most six', () => {
  expect(parseHidden(' 8,8 4 ')).toEqual([8, 8, 4])
  expect(parseHidden('')).toEqual([])
  for (const text of ['0', '257', '1.5', '-3', 'a', '1,1,1,1,1,1,1']) {
    expect(parseHidden(text), text).toBeUndefined()
  }
})
