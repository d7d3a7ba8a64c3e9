/** Elements read and put at places that other elements name, and elements in order. */
import { internalError } from '../../errors.ts'
import { type Call, outputType } from './call.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'

export function writeIndex(call: Call): readonly Wire[] {
  const { graph, application } = call
  const { gate, attributes } = application
  if (gate.meaning.kind !== 'index') throw internalError(`onnx: ${gate.name} does not index`)
  const axis = { axis: { int: Number(attributes.axis) } }
  const operands = application.inputs.map((_, index) => call.input(index))
  const [x, index, source] = operands
  if (!x || !index) throw internalError(`onnx: ${gate.name} has no operands`)
  const places = placesOf(graph, index)
  if (gate.meaning.form === 'gather') {
    return [graph.add('GatherElements', [x, places], outputType(call), axis)]
  }
  const settings = gate.meaning.form === 'scatter' ? axis : { ...axis, reduction: { text: 'add' } }
  return [graph.add('ScatterElements', [x, places, source], outputType(call), settings)]
}

/** Places as ONNX takes them: there are none of u32. */
export function placesOf(graph: GraphWriter, index: Wire): Wire {
  return index.dtype === 'u32' ? graph.cast(index, 'i64') : index
}

export function writeSort(call: Call): readonly Wire[] {
  const { graph, application } = call
  const { attributes, outputTypes } = application
  const x = call.input(0)
  const axis = Number(attributes.axis)
  const [ordered, places] = outputTypes
  if (!ordered || !places) throw internalError('onnx: a sort has two outputs')
  // No kernel orders u32; f64 holds them all.
  const isCarried = x.dtype === 'u32'
  const values = isCarried ? graph.cast(x, 'f64') : x
  const [first, index] = graph.addAll(
    'TopK',
    [values, graph.ints([ordered.shape[axis] ?? 0])],
    [
      { shape: ordered.shape, dtype: values.dtype },
      { shape: places.shape, dtype: 'i64' },
    ],
    {
      axis: { int: axis },
      largest: { int: attributes.descending === true ? 1 : 0 },
      sorted: { int: 1 },
    },
  )
  if (!first || !index) throw internalError('onnx: TopK has two outputs')
  return [graph.cast(first, x.dtype), graph.cast(index, 'i32')]
}
