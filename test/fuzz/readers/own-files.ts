/** Files that Sluice itself writes, as they are today. */
import {
  constant,
  gradients,
  graph,
  input,
  parameter,
  scan,
  sgd,
  tanh,
  tensor,
  type Value,
} from 'sluice'
import { writeGraphJson } from 'sluice/formats'
import { encodeCheckpoint } from 'sluice/train'
import { Graph } from '../../../src/ir/graph.ts'

/** A training step with a loop, constants, names and updates. */
export function savedGraph(): string {
  const W = parameter('W', [3, 3], {
    init: tensor([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]),
  })
  const x = input('x', [5, 1, 3])
  const { carry } = scan(
    ([h], [step]) => {
      const next = tanh((h as Value).matmul(W).add(step as Value)) // one carry, one sequence
      return { carry: [next], outputs: [] }
    },
    { carry: [constant([[0.5, -0.5, 0.25]])], sequences: [x] },
  )
  const J = (carry[0] as Value).sum().named('J') // one carry
  const updates = sgd(J, { learningRate: 0.5 })
  const [slope] = gradients(J, [W])
  return writeGraphJson(new Graph({ ...graph({ J }).outputs, slope: slope as Value }, updates)) // of one
}

/** A checkpoint in the middle of an epoch. */
export function savedCheckpoint(): Uint8Array {
  const weights = new Map([
    [
      '0.weight',
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['0.bias', tensor([1, 2])],
  ])
  const network = {
    layers: [2, 2],
    activation: 'tanh',
    criterion: 'crossEntropy',
    task: 'classification',
  } as const
  return encodeCheckpoint({
    facts: { network, classes: ['a', 'b'] },
    settings: { seed: 1, batchSize: 2, watch: 'loss', examples: 10, data: 'xor' },
    course: {
      ...{ step: 3, epoch: 1, position: 4, lossSum: 1.5, waited: 0 },
      last: { epoch: 1, loss: 0.5 },
      best: { epoch: 1, loss: 0.5, step: 2, value: 0.5 },
    },
    states: new Map([...weights, ['adam/t', tensor(3)]]),
    modelKeys: [...weights.keys()],
  })
}
