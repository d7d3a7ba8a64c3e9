/** Loops: a scan is the operator `Scan`, its body a graph within the node. */
import { internalError } from '../../errors.ts'
import { dtypes } from '../../ir/dtype.ts'
import { Graph } from '../../ir/graph.ts'
import { sizeOf } from '../../ir/shape.ts'
import type { TensorType } from '../../ir/value.ts'
import type { Call } from './call.ts'
import { GraphWriter, type Wire } from './graph-writer.ts'

/** Writes a graph whose inputs, by name, are there already; gives its outputs of whole shape. */
export type WriteBody = (
  body: Graph,
  writer: GraphWriter,
  inputs: (name: string) => Wire,
) => readonly Wire[]

export function writeScan(call: Call, writeBody: WriteBody): readonly (Wire | undefined)[] {
  const { graph, application } = call
  const { attributes, inputs, outputTypes } = application
  const { body } = attributes
  if (!(body instanceof Graph)) throw internalError('onnx: the body of a scan is no graph')
  const carryCount = Number(attributes.carryCount)
  const length = Number(attributes.length)
  const operands = inputs.map((_, index) => call.input(index))
  const carries = operands.slice(0, carryCount)
  if (length === 0) return outputTypes.map((type, index) => carries[index] ?? emptyOf(graph, type))
  const walked = operands.slice(carryCount, carryCount + Number(attributes.sequenceCount))
  // A loop has to walk along something.
  const sequences = walked.length > 0 ? walked : [graph.range(length, 'i64')]
  const inner = new GraphWriter(graph.constants)
  const before = carries.map(({ shape, dtype }): Wire => ({ shape, dtype }))
  const elements = sequences.map(({ shape, dtype }): Wire => ({ shape: shape.slice(1), dtype }))
  const given = [
    ...before,
    ...elements.slice(0, walked.length),
    ...operands.slice(carryCount + walked.length),
  ]
  const results = writeBody(body, inner, (name) => given[Number(name)] as Wire) // as scan names them
  // The carries that the steps began with are further outputs.
  const all = [...results.slice(carryCount), ...before]
  const read = all.map((_, index) => index).filter((index) => call.isRead(carryCount + index))
  const own = (wire: Wire): Wire => inner.add('Identity', [wire], wire)
  const outputs = [...results.slice(0, carryCount), ...read.map((index) => all[index] as Wire)].map(
    own,
  )
  const types = [
    ...outputTypes.slice(0, carryCount),
    ...read.map((index) => outputTypes[carryCount + index] as TensorType),
  ]
  const made = graph.addAll('Scan', [...carries, ...sequences], types, {
    body: { graph: { nodes: inner.nodes, inputs: [...before, ...elements], outputs } },
    num_scan_inputs: { int: sequences.length },
    ...(attributes.reverse === true && {
      scan_input_directions: { ints: sequences.map(() => 1) },
    }),
  })
  const stacked = made
    .slice(carryCount)
    .map((wire) => (attributes.reverse === true ? turned(graph, wire) : wire))
  return outputTypes.map((_, index) =>
    index < carryCount ? made[index] : stacked[read.indexOf(index - carryCount)],
  )
}

/** What was stacked from the last step on, from the first on. */
function turned(graph: GraphWriter, wire: Wire): Wire {
  const count = wire.shape[0] ?? 1
  return graph.slice(wire, [{ axis: 0, start: count - 1, step: -1, count }])
}

function emptyOf(graph: GraphWriter, { shape, dtype }: TensorType): Wire {
  return graph.constant({ shape, dtype, data: dtypes[dtype].allocate(sizeOf(shape)) })
}
