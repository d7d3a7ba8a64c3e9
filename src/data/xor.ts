import { tensor } from '../ir/tensor.ts'
import { createDataset, type Dataset } from './dataset.ts'

/**
 * Exclusive or: four examples that no line separates, so that a network without a hidden layer
 * cannot learn them.
 *
 * Shapes: inputs f32[4, 2], targets f32[4, 1], 1 where the two inputs differ.
 */
export function xor(): Dataset {
  return createDataset({
    name: 'xor',
    task: 'classification',
    inputs: tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]),
    targets: tensor([[0], [1], [1], [0]]),
    classes: ['same', 'different'],
    featureNames: ['a', 'b'],
    inputRange: [0, 1],
  })
}
