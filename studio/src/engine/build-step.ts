/** What the catalogue's kinds are in the engine: layers of `sluice/nn`, gates of `sluice`. */
import {
  abs,
  add,
  bceWithLogits,
  crossEntropy,
  elu,
  exp,
  gelu,
  huber,
  l1,
  leakyRelu,
  matmul,
  maximum,
  mse,
  multiply,
  negate,
  relu,
  reshape,
  sigmoid,
  silu,
  sin,
  softmax,
  softplus,
  square,
  subtract,
  tanh,
  transpose,
  type Value,
} from 'sluice'
import {
  avgPool2d,
  batchNorm1d,
  batchNorm2d,
  conv2d,
  dropout,
  embedding,
  flatten,
  type Layer,
  layerNorm,
  linear,
  maxPool2d,
  multiheadAttention,
} from 'sluice/nn'
import { callOf, type StepKind } from '../build/catalogue.ts'
import type { CriterionKind, Step } from '../build/document.ts'
import { gateOf } from '../build/to-typescript.ts'

const layers = {
  ...{ linear, conv2d, maxPool2d, avgPool2d, flatten, layerNorm, batchNorm1d, batchNorm2d },
  ...{ dropout, embedding, multiheadAttention },
}

const gates = {
  ...{ sigmoid, tanh, relu, leakyRelu, elu, gelu, silu, softplus, softmax },
  ...{ negate, exp, sin, square, abs, reshape, transpose },
  ...{ add, subtract, multiply, maximum, matmul },
}

const criteria: Readonly<Record<CriterionKind, (prediction: Value, target: Value) => Value>> = {
  ...{ mse, l1, huber, crossEntropy, bceWithLogits },
}

type AnyCall = (...operands: readonly unknown[]) => unknown

/** The layer of a step. Throws OPTION where its options do not go together. */
export function layerOf({ kind, options }: Pick<Step, 'kind' | 'options'>): Layer {
  return called(layers, kind, argumentsOf({ kind, options })) as Layer // all that stand above are
}

/** What the gate of a step gives. Throws SHAPE where the operands do not fit. */
export function gateValue(
  { kind, options }: Pick<Step, 'kind' | 'options'>,
  operands: readonly Value[],
): Value {
  const gate = gateOf[kind]
  const own = gate === undefined ? argumentsOf({ kind, options }) : []
  return called(gates, gate ?? kind, [...operands, ...own]) as Value // of gates of one output
}

export function criterionOf(kind: CriterionKind): (prediction: Value, target: Value) => Value {
  return criteria[kind]
}

/** Arguments are what the catalogue says of them, by `parseDocument`; a test calls every kind. */
function called(
  table: Readonly<Record<string, unknown>>,
  name: string,
  operands: readonly unknown[],
): unknown {
  const call = table[name]
  if (typeof call !== 'function') throw new Error(`the engine has no "${name}"`)
  return (call as AnyCall)(...operands) // by the line above
}

function argumentsOf({ kind, options }: { kind: StepKind } & Pick<Step, 'options'>) {
  const { values, named } = callOf(kind, options)
  return Object.keys(named).length > 0 ? [...values, named] : values
}
