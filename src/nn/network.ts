/** Networks as plain data: widths, an activation and a criterion by name, and what is built of them. */
import { entryNamed, SluiceError } from '../errors.ts'
import { hardswish, mish, selu, softsign } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import type { Layer, Stage } from './layer.ts'
import { linear } from './linear.ts'
import { sequential } from './sequential.ts'

/** A network of linear layers, in JSON: what a saved model says of itself. */
export interface NetworkSpec {
  /** The width of the inputs, then of each layer. */
  readonly layers: readonly number[]
  /** What stands after each layer but the last: a name of `activations`. */
  readonly activation: string
  /** What training makes smaller: a name of `criteria`. */
  readonly criterion: string
  readonly task: 'classification' | 'regression'
  /** What the inputs are called, in their order. */
  readonly inputs?: readonly string[]
  /** What is predicted. */
  readonly target?: string
}

/** What may stand between layers, by name. */
export const activations: Readonly<Record<string, (x: Value) => Value>> = {
  sigmoid: gates.sigmoid,
  tanh: gates.tanh,
  relu: gates.relu,
  leakyRelu: gates.leakyRelu,
  elu: gates.elu,
  selu,
  gelu: gates.gelu,
  silu: gates.silu,
  mish,
  hardswish,
  softplus: gates.softplus,
  softsign,
}

/** What a network may be trained by, by name: mean errors over a batch. */
export const criteria: Readonly<Record<string, (prediction: Value, target: Value) => Value>> = {
  crossEntropy: gates.crossEntropy,
  bceWithLogits: gates.bceWithLogits,
  mse: gates.mse,
  l1: gates.l1,
  huber: gates.huber,
}

/**
 * Layers of these widths, the activation after each but the last, which is linear. Values are
 * called as in the article: z2 = x · W1 + b1, a2 = sigmoid(z2), z3 = a2 · W2 + b2.
 *
 * Throws: OPTION for fewer than two widths or one that is no width, NAME for an activation that is
 * not there.
 *
 * @example
 * const model = buildNetwork({ layers: [64, 32, 10], activation: 'relu' })
 */
export function buildNetwork({
  layers: widths,
  activation,
}: Pick<NetworkSpec, 'layers' | 'activation'>): Layer {
  const activate = entryNamed(activations, activation, 'network: there is no activation')
  if (widths.length < 2) throw tooFewWidths(widths)
  const count = widths.length - 1
  const stages = Array.from({ length: count }, (_, index): readonly Stage[] => {
    const number = index + 2
    const layer = linear(widths[index] ?? 0, widths[index + 1] ?? 0) // inside by the loop
    if (index === count - 1) return [layer, (z) => named(z, `z${number}`)]
    return [layer, (z) => named(activate(named(z, `z${number}`)), `a${number}`)]
  })
  return sequential(...stages.flat())
}

/** What training asks of a network. */
export interface NetworkParts {
  readonly model: (x: Value) => Value
  readonly criterion: (prediction: Value, target: Value) => Value
  /** What the outputs are read as, where that is not the outputs themselves. */
  readonly predict?: (outputs: Value) => Value
}

/**
 * Model, criterion and prediction of a network, named as in the article: ŷ and J.
 *
 * Throws: NAME for an activation or a criterion that is not there.
 *
 * @example
 * await fit({ ...partsOf(network), optimizer, train, heldOut, epochs: 30 })
 */
export function partsOf(network: Omit<NetworkSpec, 'task'>): NetworkParts {
  const layer = buildNetwork(network)
  const criterion = entryNamed(criteria, network.criterion, 'network: there is no criterion')
  return {
    model: (x) => named(layer(x), 'ŷ'),
    criterion: (prediction, target) => named(criterion(prediction, target), 'J'),
    // The largest logit is the largest probability; only a single one needs its scale.
    ...(network.criterion === 'bceWithLogits' && {
      predict: (outputs) => predictionOf(network, outputs),
    }),
  }
}

/**
 * What the outputs of a network say: probabilities where it was trained by `crossEntropy` (one for
 * each class) or `bceWithLogits` (of class 1), else the outputs themselves.
 */
export function predictionOf({ criterion }: Pick<NetworkSpec, 'criterion'>, outputs: Value): Value {
  if (criterion === 'crossEntropy') return gates.softmax(outputs, -1)
  if (criterion === 'bceWithLogits') return gates.sigmoid(outputs)
  return outputs
}

/** How many numbers a network of these widths learns. */
export function parameterCount(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, index) => sum + ((widths[index] ?? 0) + 1) * width, 0)
}

/** The value under a name, a second one where it has one already. */
function named(value: Value, name: string): Value {
  const unnamed = value.name === undefined ? value : gates.alias(value)
  return unnamed.labelled({ name })
}

function tooFewWidths(widths: readonly number[]): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'network: there are too few widths',
    expected: 'the width of the inputs, then of each layer, such as [2, 3, 1]',
    got: `[${widths.join(', ')}]`,
    fix: 'give two widths or more',
  })
}
