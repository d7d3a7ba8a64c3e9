/** Runs the body of a scan once per element of its sequences. */
import { internalError } from '../errors.ts'
import { dtypes } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type Precision, workingDType } from './apply.ts'

/** Outputs of one body run: the new carries, then what the step gives. */
type RunBody = (body: Graph, inputs: readonly Tensor[]) => readonly Tensor[]

/**
 * Inputs: carries, sequences, captured values. Outputs: last carries, what each step gave, and the
 * carries that each step began with; the last two stacked along a new first axis.
 */
export function runScan(
  application: Value,
  inputs: readonly Tensor[],
  precision: Precision,
  runBody: RunBody,
): readonly Tensor[] {
  const { attributes, outputTypes } = application
  const { body } = attributes
  if (!(body instanceof Graph)) throw internalError('scan: its body is not a graph')
  const carryCount = Number(attributes.carryCount)
  const sequenceCount = Number(attributes.sequenceCount)
  const length = Number(attributes.length)
  const outputs = outputTypes.map(({ shape, dtype }) => {
    const working = workingDType(dtype, precision)
    return { shape, dtype: working, data: dtypes[working].allocate(sizeOf(shape)) }
  })
  const sequences = inputs.slice(carryCount, carryCount + sequenceCount)
  const captured = inputs.slice(carryCount + sequenceCount)
  let carries = inputs.slice(0, carryCount)
  for (let turn = 0; turn < length; turn++) {
    const step = attributes.reverse ? length - 1 - turn : turn
    const results = runBody(body, [
      ...carries,
      ...sequences.map((sequence) => sliceAt(sequence, step)),
      ...captured,
    ])
    const given = [...results.slice(carryCount), ...carries]
    given.forEach((tensor, index) => {
      const out = outputs[carryCount + index]
      out?.data.set(tensor.data as never, step * tensor.data.length) // one dtype on both sides
    })
    carries = results.slice(0, carryCount)
  }
  return outputs.map((output, index) => (index < carryCount ? (carries[index] ?? output) : output))
}

function sliceAt(sequence: Tensor, step: number): Tensor {
  const shape = sequence.shape.slice(1)
  const size = sizeOf(shape)
  const data = sequence.data.subarray(step * size, (step + 1) * size)
  return { shape, dtype: sequence.dtype, data }
}
