/** Results along an axis, each of an element and the result before it. */
import { internalError } from '../../errors.ts'
import type { RunningCombine } from '../../ir/gate.ts'
import { type Call, outputType } from './call.ts'
import { GraphWriter, type Wire } from './graph-writer.ts'

export function writeRunning(call: Call): readonly Wire[] {
  const { graph, application } = call
  const { gate, attributes } = application
  if (gate.meaning.kind !== 'running') throw internalError(`onnx: ${gate.name} does not run`)
  const { combine } = gate.meaning
  const axis = Number(attributes.axis)
  const operands = application.inputs.map((_, index) => call.input(index))
  const [x] = operands
  if (!x) throw internalError(`onnx: ${gate.name} has no operand`)
  if (x.shape.includes(0) || (x.shape[axis] ?? 1) === 1) return [x]
  if (combine === 'sum' && x.dtype !== 'u32') {
    return [graph.add('CumSum', [x, graph.number(axis, 'i64')], x)]
  }
  return [walked(call, operands, axis, combine)]
}

/** The first element as it is, and a loop over the others. */
function walked(
  call: Call,
  operands: readonly Wire[],
  axis: number,
  combine: RunningCombine,
): Wire {
  const { graph } = call
  const type = outputType(call)
  const length = type.shape[axis] ?? 1
  const [x] = operands
  if (!x) throw internalError('onnx: nothing to walk over')
  const first = graph.slice(x, [{ axis, start: 0, step: 1, count: 1 }])
  const others = operands.map((wire) =>
    graph.slice(wire, [{ axis, start: 1, step: 1, count: length - 1 }]),
  )
  const element = { shape: x.shape.toSpliced(axis, 1), dtype: x.dtype }
  const body = new GraphWriter(graph.constants)
  const [before, ...inputs] = [x, ...operands].map((): Wire => ({ ...element }))
  if (!before) throw internalError('onnx: nothing to walk from')
  const after = stepOf(body, combine, before, inputs)
  const given = body.add('Identity', [after], element)
  const [, rest] = graph.addAll(
    'Scan',
    [graph.reshape(first, element.shape), ...others],
    [element, { shape: type.shape.with(axis, length - 1), dtype: x.dtype }],
    {
      body: { graph: { nodes: body.nodes, inputs: [before, ...inputs], outputs: [after, given] } },
      num_scan_inputs: { int: others.length },
      scan_input_axes: { ints: others.map(() => axis) },
      scan_output_axes: { ints: [axis] },
    },
  )
  return graph.add('Concat', [first, rest], type, { axis: { int: axis } })
}

const operators = { sum: 'Add', prod: 'Mul', max: 'Max', min: 'Min' } as const

function stepOf(
  body: GraphWriter,
  combine: RunningCombine,
  before: Wire,
  [x, factor]: readonly Wire[],
): Wire {
  if (combine !== 'linear') return body.add(operators[combine], [before, x], before)
  return body.add('Add', [body.add('Mul', [factor, before], before), x], before)
}
