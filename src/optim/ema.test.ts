import { expect, test } from 'vitest'
import { compile, createStore, input, parameter } from '../index.ts'
import { ema, sgd } from './index.ts'

test('averages begin with the first weights, and follow them by 1 − decay', async () => {
  const w = parameter('w', [], { init: 0, dtype: 'f64' })
  const x = input('x', [], { dtype: 'f64' })
  const { updates, averaged } = ema(sgd(w, { learningRate: 1 }), { decay: 0.75 })
  const store = createStore()
  const step = await compile({ w }, { updates, store })
  const predict = await compile({ plain: w.multiply(x), mean: averaged(w.multiply(x)) }, { store })
  const seen: unknown[] = []
  for (let i = 0; i < 3; i++) {
    step.run({})
    const { plain, mean } = predict.run({ x: 2 })
    seen.push([await plain.item(), await mean.item()])
  }
  // w: −1, −2, −3; averages: −1, 0.75·(−1) + 0.25·(−2), 0.75·(−1.25) + 0.25·(−3); times x
  expect(seen).toEqual([
    [-2, -2],
    [-4, -2.5],
    [-6, -3.375],
  ])
})

test('a decay out of range is refused', () => {
  const updates = sgd(parameter('w', []), { learningRate: 1 })
  expect(() => ema(updates, { decay: 1 })).toThrow('OPTION ema: decay is out of range')
})

test('updates that move no parameter are refused', () => {
  expect(() => ema([])).toThrow('GRADIENT ema: the updates move no parameter')
})
