/** Numbers in another dtype, as our casts take them: towards zero, within range, NaN as 0. */
import { type DType, dtypes } from '../../ir/dtype.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'

/** ONNX leaves open what becomes of numbers out of range, so they are brought within range first. */
export function converted(graph: GraphWriter, x: Wire, dtype: DType): Wire {
  if (x.dtype === dtype) return x
  const from = dtypes[x.dtype].kind
  const to = dtypes[dtype].kind
  const isWhole = to === 'signed' || to === 'unsigned'
  if (!isWhole || from === 'bool') return graph.cast(x, dtype)
  const range = rangeOf(dtype)
  if (from !== 'float') return graph.cast(clipped(graph, x, range), dtype)
  const wide = graph.cast(x, 'f64')
  const zero = graph.number(0, 'f64')
  const isNumber = graph.add('Equal', [wide, wide], { shape: x.shape, dtype: 'bool' })
  const number = graph.add('Where', [isNumber, wide, zero], wide)
  return graph.cast(clipped(graph, number, range), dtype)
}

interface Range {
  readonly low: number
  readonly high: number
}

/** What is outside becomes the nearest number within; no node where nothing can be outside. */
function clipped(graph: GraphWriter, x: Wire, { low, high }: Range): Wire {
  const own = dtypes[x.dtype].kind === 'float' ? everything : rangeOf(x.dtype)
  const isBelow = own.low < low
  const isAbove = own.high > high
  const above = isBelow ? graph.add('Max', [x, graph.number(low, x.dtype)], x) : x
  return isAbove ? graph.add('Min', [above, graph.number(high, x.dtype)], x) : above
}

const everything: Range = { low: -Infinity, high: Infinity }

/** Beyond 2⁵³ numbers are no longer told apart, on either side. */
function rangeOf(dtype: DType): Range {
  const { kind, sizeBytes } = dtypes[dtype]
  const bits = 8 * sizeBytes - (kind === 'signed' ? 1 : 0)
  return {
    low: kind === 'signed' ? Math.max(-(2 ** bits), Number.MIN_SAFE_INTEGER) : 0,
    high: Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER),
  }
}
