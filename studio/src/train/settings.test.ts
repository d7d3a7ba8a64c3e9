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

test('widths are whole numbers from 1 to 256, at most six', () => {
  expect(parseHidden(' 8,8 4 ')).toEqual([8, 8, 4])
  expect(parseHidden('')).toEqual([])
  for (const text of ['0', '257', '1.5', '-3', 'a', '1,1,1,1,1,1,1']) {
    expect(parseHidden(text), text).toBeUndefined()
  }
})
