/** What a model can be built of: layers and gates, their options, and where each begins. */
import type { OptionFacts, Options, OptionValue } from './options.ts'

const layerKinds = [
  'linear',
  'conv2d',
  'maxPool2d',
  'avgPool2d',
  'flatten',
  'layerNorm',
  'batchNorm1d',
  'batchNorm2d',
  'dropout',
  'embedding',
  'multiheadAttention',
] as const
const activationKinds = [
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'softplus',
  'softmax',
] as const
const gateKinds = ['negate', 'exp', 'sin', 'square', 'abs', 'reshape', 'transpose'] as const
const parameterKinds = ['matmulParameter', 'addParameter', 'multiplyParameter'] as const
const pairKinds = ['add', 'subtract', 'multiply', 'maximum', 'matmul'] as const

export type StepKind =
  | (typeof layerKinds)[number]
  | (typeof activationKinds)[number]
  | (typeof gateKinds)[number]
  | (typeof parameterKinds)[number]
  | (typeof pairKinds)[number]

export interface KindFacts {
  readonly title: string
  readonly about: string
  readonly form: StepForm
  readonly options: readonly OptionFacts[]
  /** The letter that its values are called by. */
  readonly letter: 'z' | 'a' | 'h'
  /** The options that say how wide what goes in and what comes out is. */
  readonly width?: WidthFacts
}

/**
 * - `layer`: made by `sluice/nn` with parameters, or by itself
 * - `activation`: a layer without parameters, and a gate of the same name
 * - `gate`: a gate of one value
 * - `parameter`: a gate of a value and a new parameter
 * - `pair`: a gate of two values of the document
 */
export type StepForm = 'layer' | 'activation' | 'gate' | 'parameter' | 'pair'

export type WidthFacts =
  /** As wide as what goes in. */
  | 'keeps'
  /** All but the first axis become one. */
  | 'flattens'
  | { readonly takes: string; readonly gives: string }
  | { readonly gives: string }

/** No layer is wider, so that what is typed by mistake stops no page. */
const widest = 4096

function count(
  name: string,
  [label, unit]: readonly [label: string, unit: string],
  initial: number,
  greatest = widest,
): OptionFacts {
  return { name, label, unit, type: 'whole', initial, least: 1, greatest, isArgument: true }
}

const bias: OptionFacts = { name: 'bias', label: 'bias', type: 'flag', initial: true }
const window = count('window', ['window', 'pixels'], 2, 64)
const stride: OptionFacts = {
  ...{ name: 'stride', label: 'stride', unit: 'pixels', type: 'whole' },
  ...{ initial: 1, least: 1, greatest: 16 },
}
const padding: OptionFacts = {
  ...{ name: 'padding', label: 'padding', unit: 'pixels', type: 'whole' },
  ...{ initial: 0, least: 0, greatest: 16 },
}

function activation(title: string, about: string, options: readonly OptionFacts[] = []): KindFacts {
  return { title, about, form: 'activation', options, letter: 'a', width: 'keeps' }
}

function gate(title: string, about: string): KindFacts {
  return { title, about, form: 'gate', options: [], letter: 'h', width: 'keeps' }
}

function pair(title: string, about: string): KindFacts {
  return { title, about, form: 'pair', options: [], letter: 'h' }
}

function channels(title: string, about: string): KindFacts {
  const options = [count('channels', ['channels', 'channels'], 8)]
  const width = { takes: 'channels', gives: 'channels' }
  return { title, about, form: 'layer', options, letter: 'h', width }
}

function real(name: string, label: string, initial: number): OptionFacts {
  return { name, label, type: 'number', initial, least: 0, greatest: 100 }
}

const catalogue: Readonly<Record<StepKind, KindFacts>> = {
  linear: {
    ...{ title: 'Linear', about: 'x · W + b', form: 'layer', letter: 'z' },
    options: [
      count('inFeatures', ['inputs', 'numbers'], 3),
      count('outFeatures', ['outputs', 'numbers'], 3),
      bias,
    ],
    width: { takes: 'inFeatures', gives: 'outFeatures' },
  },
  conv2d: {
    ...{ title: 'Convolution', about: 'a window over images', form: 'layer', letter: 'z' },
    options: [
      count('inChannels', ['inputs', 'channels'], 1),
      count('outChannels', ['outputs', 'channels'], 8),
      count('kernel', ['kernel', 'pixels'], 3, 64),
      stride,
      padding,
      bias,
    ],
    width: { takes: 'inChannels', gives: 'outChannels' },
  },
  maxPool2d: {
    ...{ title: 'Max pool', about: 'the largest of each window of images', form: 'layer' },
    ...{ options: [window], letter: 'h', width: 'keeps' },
  },
  avgPool2d: {
    ...{ title: 'Mean pool', about: 'the mean of each window of images', form: 'layer' },
    ...{ options: [window], letter: 'h', width: 'keeps' },
  },
  flatten: {
    ...{ title: 'Flatten', about: 'each example as one row of numbers', form: 'layer' },
    ...{ options: [], letter: 'h', width: 'flattens' },
  },
  layerNorm: {
    ...{ title: 'Layer norm', about: 'each row to mean 0 and deviation 1', form: 'layer' },
    ...{ options: [count('width', ['width', 'numbers'], 8)], letter: 'h' },
    width: { takes: 'width', gives: 'width' },
  },
  batchNorm1d: channels('Batch norm of rows', 'each column to mean 0 and deviation 1'),
  batchNorm2d: channels('Batch norm of images', 'each channel to mean 0 and deviation 1'),
  dropout: {
    ...{ title: 'Dropout', about: 'forgets some numbers at random', form: 'layer', letter: 'h' },
    options: [
      {
        ...{ name: 'probability', label: 'share forgotten', type: 'number', initial: 0.5 },
        ...{ least: 0, greatest: 0.99, isArgument: true },
      },
    ],
    width: 'keeps',
  },
  embedding: {
    ...{ title: 'Embedding', about: 'a row of a table for each whole number', form: 'layer' },
    options: [count('count', ['rows', 'tokens'], 12), count('width', ['width', 'numbers'], 8)],
    ...{ letter: 'h', width: { gives: 'width' } },
  },
  multiheadAttention: {
    ...{ title: 'Attention', about: 'every place looks at the others', form: 'layer' },
    options: [
      count('width', ['width', 'numbers'], 8),
      count('heads', ['heads', 'heads'], 2),
      { name: 'isCausal', label: 'sees only what came before', type: 'flag', initial: false },
    ],
    ...{ letter: 'h', width: { takes: 'width', gives: 'width' } },
  },
  sigmoid: activation('Sigmoid', '1 / (1 + e⁻ˣ)'),
  tanh: activation('Tanh', 'from −1 to 1'),
  relu: activation('ReLU', 'max(x, 0)'),
  leakyRelu: activation('Leaky ReLU', 'x, or a small share of it below 0', [
    real('negativeSlope', 'slope below 0', 0.01),
  ]),
  elu: activation('ELU', 'x, or α(eˣ − 1) below 0', [real('alpha', 'α', 1)]),
  gelu: activation('GELU', 'x · Φ(x)'),
  silu: activation('SiLU', 'x · sigmoid(x)'),
  softplus: activation('Softplus', 'log(1 + eˣ)'),
  softmax: activation('Softmax', 'shares that sum to 1'),
  negate: gate('Negate', '−x'),
  exp: gate('Exp', 'eˣ'),
  sin: gate('Sine', 'sin x'),
  square: gate('Square', 'x²'),
  abs: gate('Absolute', '|x|'),
  reshape: {
    ...{ title: 'Reshape', about: 'the same numbers in another shape', form: 'gate', letter: 'h' },
    options: [
      {
        ...{ name: 'shape', label: 'shape', unit: '−1: what is left', type: 'list' },
        ...{ initial: [4, -1], least: -1, greatest: widest, isArgument: true },
      },
    ],
  },
  transpose: {
    ...{ title: 'Transpose', about: 'axes in another order', form: 'gate', letter: 'h' },
    options: [
      {
        ...{ name: 'axes', label: 'order of axes', type: 'list', initial: [1, 0] },
        ...{ least: 0, greatest: 7, isArgument: true },
      },
    ],
  },
  matmulParameter: {
    ...{ title: 'Times a matrix', about: 'x · W, W a new parameter', form: 'parameter' },
    options: [count('rows', ['rows', 'numbers'], 3), count('columns', ['columns', 'numbers'], 3)],
    ...{ letter: 'z', width: { takes: 'rows', gives: 'columns' } },
  },
  addParameter: {
    ...{ title: 'Plus a row', about: 'x + b, b a new parameter', form: 'parameter', letter: 'z' },
    options: [count('width', ['width', 'numbers'], 3)],
    width: { takes: 'width', gives: 'width' },
  },
  multiplyParameter: {
    ...{ title: 'Times a row', about: 'x ⊙ g, g a new parameter', form: 'parameter' },
    ...{ options: [count('width', ['width', 'numbers'], 3)], letter: 'z' },
    width: { takes: 'width', gives: 'width' },
  },
  add: pair('Add', 'x + another value'),
  subtract: pair('Subtract', 'x − another value'),
  multiply: pair('Multiply', 'x ⊙ another value'),
  maximum: pair('Maximum', 'the larger of two values'),
  matmul: pair('Matrix product', 'x · another value'),
}

export function factsOf(kind: StepKind): KindFacts {
  return catalogue[kind]
}

export function isStepKind(name: unknown): name is StepKind {
  return typeof name === 'string' && Object.hasOwn(catalogue, name)
}

/** The kinds as they are offered, in groups. */
export const kindGroups: readonly (readonly [title: string, kinds: readonly StepKind[]])[] = [
  ['Layers', layerKinds],
  ['Activations', activationKinds],
  ['Gates', gateKinds],
  ['With a parameter', parameterKinds],
  ['Of two values', pairKinds],
]

export const stepKinds: readonly StepKind[] = kindGroups.flatMap(([, kinds]) => kinds)

export function initialOptions(kind: StepKind): Options {
  return Object.fromEntries(factsOf(kind).options.map(({ name, initial }) => [name, initial]))
}

/** What a kind is called with: its arguments in order, and what differs from the defaults. */
export function callOf(
  kind: StepKind,
  options: Options,
): { readonly values: readonly OptionValue[]; readonly named: Options } {
  const facts = factsOf(kind).options
  const current = ({ name, initial }: OptionFacts) => options[name] ?? initial
  const named = facts.filter(
    (one) =>
      one.isArgument !== true && JSON.stringify(current(one)) !== JSON.stringify(one.initial),
  )
  return {
    values: facts.filter(({ isArgument }) => isArgument === true).map(current),
    named: Object.fromEntries(named.map((one) => [one.name, current(one)])),
  }
}
