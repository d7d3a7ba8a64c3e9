/** A small convolutional network: windows over real digits, pooled, then one linear layer. */
import { crossEntropy, input } from 'sluice'
import { digits, pick, scaleInputs } from 'sluice/data'
import { conv2d, flatten, linear, maxPool2d, relu, sequential } from 'sluice/nn'
import type { BuiltModel } from './built-model.ts'

const batchSize = 4

export async function cnn(): Promise<BuiltModel> {
  const rows = Array.from({ length: batchSize }, (_, index) => index)
  const { inputs, targets } = pick(scaleInputs(await digits()), rows)
  const shape = [batchSize, 1, 8, 8] as const // one channel
  const layer = sequential(
    conv2d(1, 4, 3, { padding: 'same' }),
    relu(),
    maxPool2d(2), // 4 × 4
    flatten(),
    linear(4 * 4 * 4, 10),
  )
  const y = input('y', [batchSize], { dtype: 'i32' })
  const J = crossEntropy(layer(input('x', shape)).named('logits'), y).named('J')
  return { J, feeds: { x: { ...inputs, shape }, y: targets } }
}
