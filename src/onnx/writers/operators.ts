/** Gates that are an operator of ONNX as a whole, with the same numbers. */
import * as functional from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { GateDefinition } from '../../ir/gate.ts'
import type { Value } from '../../ir/value.ts'
import { activationFor } from './activations.ts'
import { type Call, outputType, type Write } from './call.ts'
import type { Wire } from './graph-writer.ts'
import { placesOf } from './indexing.ts'
import { placeOf, reducedBy } from './reductions.ts'
import { isPlainMean, maximumOfWindows, meanOfWindows, transposedConvolution } from './windows.ts'

interface Operator {
  readonly write: Write
  /** Whether it does for this application; default: for floating point. */
  readonly fits?: (application: Value) => boolean
}

/** How a gate is written as an operator; undefined where it is made of several. */
export function operatorFor(application: Value): Write | undefined {
  const operator = operators.get(application.gate)
  if (!operator) return activationFor(application)
  const { fits = isFloating, write } = operator
  return fits(application) ? write : undefined
}

/** Whether a composite stays whole. */
export function isOperator(application: Value): boolean {
  return operatorFor(application) !== undefined
}

const maxPool: Operator = { write: (call) => [maximumOfWindows(call)] }
const avgPool: Operator = { write: (call) => [meanOfWindows(call)], fits: isPlainMean }
const convTranspose: Operator = { write: (call) => [transposedConvolution(call)] }

const operators: ReadonlyMap<GateDefinition, Operator> = new Map(
  (
    [
      [gates.softmax, { write: alongAxis('Softmax') }],
      [gates.logSoftmax, { write: alongAxis('LogSoftmax'), fits: isSingle }],
      [gates.layerNorm, { write: layerNorm }],
      [functional.batchNorm, { write: batchNorm }],
      [gates.mean, { write: mean, fits: isOfSome }],
      [gates.argmin, { write: smallestPlace, fits: () => true }],
      [gates.take, { write: rows, fits: () => true }],
      [gates.maxPool2d, maxPool],
      [functional.maxPool1d, maxPool],
      [functional.maxPool3d, maxPool],
      [gates.avgPool2d, avgPool],
      [functional.avgPool1d, avgPool],
      [functional.avgPool3d, avgPool],
      [functional.convTranspose1d, convTranspose],
      [functional.convTranspose2d, convTranspose],
      [functional.convTranspose3d, convTranspose],
    ] as const
  ).map(([{ definition }, operator]) => [definition, operator]),
)

function isFloating({ inputs: [x] }: Value): boolean {
  return x?.dtype === 'f32' || x?.dtype === 'f64'
}

/** onnxruntime's LogSoftmax of f64 makes -∞ of what is no number. */
function isSingle({ dtype }: Value): boolean {
  return dtype === 'f32'
}

/** The mean of nothing is no number, and 0 in onnxruntime; no axes would mean all of them. */
function isOfSome(application: Value): boolean {
  const axes = application.attributes.axes as readonly number[] // every reduction has them
  const { shape = [] } = application.inputs[0] ?? {}
  return isFloating(application) && axes.length > 0 && !axes.some((axis) => shape[axis] === 0)
}

function mean(call: Call): readonly Wire[] {
  return [reducedBy('ReduceMean', call)]
}

function alongAxis(operator: string): Write {
  return (call) => {
    const axis = { axis: { int: Number(call.application.attributes.axis) } }
    return [call.graph.add(operator, [call.input(0)], outputType(call), axis)]
  }
}

function layerNorm(call: Call): readonly Wire[] {
  const weight = call.input(1)
  const settings = {
    axis: { int: -weight.shape.length },
    epsilon: { float: Number(call.application.attributes.epsilon) },
  }
  const inputs = [call.input(0), weight, call.input(2)]
  return [call.graph.add('LayerNormalization', inputs, outputType(call), settings)]
}

/** Our operands: x, mean, variance, weight, bias. */
function batchNorm(call: Call): readonly Wire[] {
  const inputs = [0, 3, 4, 1, 2].map((index) => call.input(index))
  const epsilon = { epsilon: { float: Number(call.application.attributes.epsilon) } }
  return [call.graph.add('BatchNormalization', inputs, outputType(call), epsilon)]
}

function smallestPlace(call: Call): readonly Wire[] {
  const axes = call.application.attributes.axes as readonly number[] // as above
  return [placeOf('ArgMin', call, call.input(0), axes)]
}

function rows(call: Call): readonly Wire[] {
  const axis = { axis: { int: Number(call.application.attributes.axis) } }
  const inputs = [call.input(0), placesOf(call.graph, call.input(1))]
  return [call.graph.add('Gather', inputs, outputType(call), axis)]
}
