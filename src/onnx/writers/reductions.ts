/** Reductions over axes, and results along an axis. */
import { internalError } from '../../errors.ts'
import type { Meaning } from '../../ir/gate.ts'
import { sizeOf } from '../../ir/shape.ts'
import { type Call, outputType } from './call.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'

type Combine = Extract<Meaning, { kind: 'reduce' }>['combine']

const operators = {
  sum: 'ReduceSum',
  prod: 'ReduceProd',
  max: 'ReduceMax',
  min: 'ReduceMin',
} as const satisfies Partial<Record<Combine, string>>

export function writeReduce(call: Call): readonly Wire[] {
  const { gate, attributes } = call.application
  if (gate.meaning.kind !== 'reduce') throw internalError(`onnx: ${gate.name} is no reduction`)
  const { combine } = gate.meaning
  const axes = attributes.axes as readonly number[] // every reduction has them
  const x = call.input(0)
  if (combine === 'argmax') return [largestPlace(call, x, axes)]
  if (axes.length === 0) return [x]
  if (x.dtype === 'u32' && (combine === 'sum' || combine === 'prod')) {
    return [halved(call, x, axes, combine === 'sum' ? 'Add' : 'Mul')]
  }
  return [
    call.graph.add(operators[combine], [x, call.graph.ints(axes)], outputType(call), kept(call)),
  ]
}

/** A reduction over some axes, as an operator that takes axes as its second input. */
export function reducedBy(operator: string, call: Call): Wire {
  const axes = call.graph.ints(call.application.attributes.axes as readonly number[]) // as above
  return call.graph.add(operator, [call.input(0), axes], outputType(call), kept(call))
}

function kept({ application }: Call) {
  return { keepdims: { int: application.attributes.keepDims === true ? 1 : 0 } }
}

/** One axis, or all of them as one. */
function largestPlace(call: Call, x: Wire, axes: readonly number[]): Wire {
  return placeOf('ArgMax', call, x, axes)
}

export function placeOf(operator: string, call: Call, x: Wire, axes: readonly number[]): Wire {
  const { graph, application } = call
  const isOne = axes.length === 1
  const row = isOne ? x : graph.reshape(x, [sizeOf(x.shape)])
  const axis = isOne ? (axes[0] ?? 0) : 0
  const shape = row.shape.map((size, at) => (at === axis ? 1 : size))
  const place = graph.add(
    operator,
    [row],
    { shape, dtype: 'i64' },
    { axis: { int: axis }, keepdims: { int: 1 } },
  )
  return graph.reshape(graph.cast(place, 'i32'), application.shape)
}

/** No kernel sums or multiplies u32 over axes: half is combined with half until one element is left. */
function halved(call: Call, x: Wire, axes: readonly number[], operator: 'Add' | 'Mul'): Wire {
  const { graph, application } = call
  let whole = x
  for (const axis of axes) {
    for (let size = whole.shape[axis] ?? 1; size !== 1; size = Math.ceil(size / 2)) {
      if (size === 0) {
        const shape = whole.shape.with(axis, 1)
        whole = graph.expand(graph.number(operator === 'Add' ? 0 : 1, 'u32'), shape)
        break
      }
      whole = combined(graph, whole, axis, operator)
    }
  }
  return graph.reshape(whole, application.shape)
}

function combined(graph: GraphWriter, x: Wire, axis: number, operator: 'Add' | 'Mul'): Wire {
  const size = x.shape[axis] ?? 1
  const half = Math.floor(size / 2)
  const part = (start: number, count: number) => graph.slice(x, [{ axis, start, step: 1, count }])
  const first = part(0, half)
  const made = graph.add(operator, [first, part(half, half)], first)
  if (size % 2 === 0) return made
  const shape = x.shape.with(axis, half + 1)
  return graph.add(
    'Concat',
    [made, part(size - 1, 1)],
    { shape, dtype: x.dtype },
    { axis: { int: axis } },
  )
}
