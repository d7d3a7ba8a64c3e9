/** Softmax regression: one linear layer on irises, and the cross entropy of its classes. */
import { crossEntropy, input } from 'sluice'
import { fitPreparation, iris, pick, prepare } from 'sluice/data'
import { linear } from 'sluice/nn'
import type { BuiltModel } from './built-model.ts'

/** Two flowers of each species, scaled by what all of them say. */
const rows = [0, 1, 50, 51, 100, 101]

export async function softmax(): Promise<BuiltModel> {
  const flowers = await iris()
  const scaled = prepare(flowers, fitPreparation(flowers, { scaling: 'standard' }))
  const { inputs, targets } = pick(scaled, rows)
  const x = input('x', [rows.length, 4])
  const y = input('y', [rows.length], { dtype: 'i32' })
  const logits = linear(4, 3).at('scores', 1)(x).named('logits')
  return { J: crossEntropy(logits, y).named('J'), feeds: { x: inputs, y: targets } }
}
