/** Networks as plain data: widths, an activation and a criterion by name, and what is built of them. */
import { entryNamed, SluiceError } from '../errors.ts'
import { hardswish, mish, selu, softsign } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { createLayer, type Layer, type Stage } from './layer.ts'
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
  /** Of a network that another program made: the network; `layers` then has its inputs and outputs. */
  readonly imported?: ImportedSpec
}

/** A network that another program made, with a head of its own, in JSON. */
export interface ImportedSpec {
  /** Its graph without the weights, an ONNX file in base64. */
  readonly graph: string
  /** What an example is for that graph: [3, 64, 64] for an image. */
  readonly exampleShape: readonly number[]
  /** The layers after that graph; absent where what it gives is what is predicted. */
  readonly head?: HeadSpec
}

/** Linear layers, with weights as torch.nn.Linear keeps them, [out, in]. */
export interface HeadSpec {
  /** What the keys of its weights begin with: `fc`. */
  readonly name: string
  /** How many features come in, then the width of each layer. */
  readonly widths: readonly number[]
  /** What stands between its layers: a name of `activations`. */
  readonly activation: string
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
  imported,
}: Pick<NetworkSpec, 'layers' | 'activation' | 'imported'>): Layer {
  if (imported) throw notOfLayers()
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
  readonly model: Layer
  readonly criterion: (prediction: Value, target: Value) => Value
  /** What the outputs are read as, where that is not the outputs themselves. */
  readonly predict?: (outputs: Value) => Value
}

/**
 * Model, criterion and prediction of a network, named as in the article: ŷ and J. `layer` is that of
 * an imported network, as `loadModel` gives it.
 *
 * Throws: NAME for an activation or a criterion that is not there.
 *
 * @example
 * await fit({ ...partsOf(network), optimizer, train, heldOut, epochs: 30 })
 */
export function partsOf(
  network: Omit<NetworkSpec, 'task'>,
  layer: Layer = buildNetwork(network),
): NetworkParts {
  const criterion = entryNamed(criteria, network.criterion, 'network: there is no criterion')
  return {
    model: createLayer((x, pass) => named((pass ? layer.training(pass) : layer)(x), 'ŷ'), layer),
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

function notOfLayers(): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'network: this one was imported, and is no row of layers',
    expected: 'a network of layers',
    got: 'one with a graph of its own',
    fix: 'take `layer` of what loadModel gives',
  })
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
