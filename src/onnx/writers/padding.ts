/** Elements put before, after and between those of a tensor, or cut off. */
import type { Cut, GraphWriter, Wire } from './graph-writer.ts'

/** One entry for each axis; what is negative cuts off. */
export interface Padding {
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly interior: readonly number[]
  readonly fill: number
}

export function padded(graph: GraphWriter, x: Wire, { low, high, interior, fill }: Padding): Wire {
  let whole = x
  interior.forEach((count, axis) => {
    if (count > 0 && (whole.shape[axis] ?? 0) > 0)
      whole = spread(graph, whole, axis, { count, fill })
  })
  const sides = [low, high].map((side) => side.map((count) => Math.max(count, 0)))
  const isEmptied = cutsOf(whole, low, high).some(({ count }) => count < 0)
  // Where more is cut off than there is, what is put on the other side has to be there first.
  const [ready, rest] = isEmptied ? [surrounded(graph, whole, sides, fill), []] : [whole, sides]
  return surrounded(graph, graph.slice(ready, cutsOf(ready, low, high)), rest, fill)
}

/** What is left where negative padding cuts off. */
function cutsOf(x: Wire, low: readonly number[], high: readonly number[]): readonly Cut[] {
  return x.shape.map((size, axis) => {
    const [before, after] = [Math.max(-(low[axis] ?? 0), 0), Math.max(-(high[axis] ?? 0), 0)]
    return { axis, start: before, step: 1, count: size - before - after }
  })
}

function surrounded(
  graph: GraphWriter,
  x: Wire,
  [low = [], high = []]: readonly (readonly number[])[],
  fill: number,
): Wire {
  if (![...low, ...high].some((count) => count > 0)) return x
  const shape = x.shape.map((size, axis) => size + (low[axis] ?? 0) + (high[axis] ?? 0))
  const inputs = [x, graph.ints([...low, ...high]), graph.number(fill, x.dtype)]
  return graph.add('Pad', inputs, { shape, dtype: x.dtype })
}

/** `count` elements of `fill` between every two along an axis: a column beside each, made one axis. */
function spread(
  graph: GraphWriter,
  x: Wire,
  axis: number,
  { count, fill }: { readonly count: number; readonly fill: number },
): Wire {
  const size = x.shape[axis] ?? 1
  const column = graph.reshape(x, x.shape.toSpliced(axis, 1, size, 1))
  const none = column.shape.map(() => 0)
  const beside = surrounded(graph, column, [none, none.with(axis + 1, count)], fill)
  const joined = graph.reshape(beside, x.shape.with(axis, size * (1 + count)))
  const last = size * (1 + count) - count
  return graph.slice(joined, [{ axis, start: 0, step: 1, count: last }])
}
