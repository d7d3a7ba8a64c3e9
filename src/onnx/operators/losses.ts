/** Criteria: what training minimises. */
import { nll } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { Node } from '../node.ts'
import type { Family } from '../operator.ts'

export const losses: Family = {
  NegativeLogLikelihoodLoss: {
    make: (node) => nll(node.value(0), node.value(1), optionsOf(node)),
    limits: 'weights that are known',
  },
  SoftmaxCrossEntropyLoss: {
    make: (node) => {
      const scores = node.value(0)
      const loss = gates.crossEntropy(scores, node.value(1), optionsOf(node))
      return node.outputCount > 1 ? [loss, gates.logSoftmax(scores, 1)] : loss
    },
    limits: 'weights that are known',
  },
}

interface Options {
  readonly reduction: 'mean' | 'sum' | 'none'
  readonly weight?: readonly number[]
  readonly ignoreIndex?: number
}

function optionsOf(node: Node): Options {
  const reduction = node.attributes.string('reduction', 'mean')
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none') {
    throw node.mistake('there is no such reduction', 'mean, sum or none', reduction)
  }
  return {
    reduction,
    ...(node.has(2) && { weight: node.numbers(2) }),
    ...(node.attributes.has('ignore_index') && {
      ignoreIndex: node.attributes.int('ignore_index'),
    }),
  }
}
