/** A network of two layers on a batch of real handwritten digits. */
import { crossEntropy, input } from 'sluice'
import { digits as load, pick, scaleInputs } from 'sluice/data'
import { buildNetwork } from 'sluice/nn'
import type { BuiltModel } from './built-model.ts'

const batchSize = 16

export async function digits(): Promise<BuiltModel> {
  const rows = Array.from({ length: batchSize }, (_, index) => index)
  const { inputs, targets } = pick(scaleInputs(await load()), rows)
  const x = input('x', [batchSize, 64])
  const y = input('y', [batchSize], { dtype: 'i32' })
  const layer = buildNetwork({ layers: [64, 32, 10], activation: 'relu' })
  const J = crossEntropy(layer(x).named('logits'), y).named('J')
  return { J, feeds: { x: inputs, y: targets } }
}
