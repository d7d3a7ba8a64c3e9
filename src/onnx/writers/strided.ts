/** Views: element (i, j, …) is that at offset + i · strides[0] + j · strides[1] … */
import { dtypes } from '../../ir/dtype.ts'
import { type Shape, sameShape, sizeOf, stridesOf } from '../../ir/shape.ts'
import type { Cut, GraphWriter, Wire } from './graph-writer.ts'

export interface View {
  readonly offset: number
  readonly strides: readonly number[]
}

/** What broadcasts to `shape` and is then that view of x. */
export function viewed(graph: GraphWriter, x: Wire, shape: Shape, view: View): Wire {
  const { dtype } = x
  if (sizeOf(shape) === 0) return graph.constant({ shape, dtype, data: dtypes[dtype].allocate(0) })
  const loose = shape.map((size, axis) => (view.strides[axis] === 0 ? 1 : size))
  const walked = axesWalked(x.shape, shape, view)
  if (!walked) return gathered(graph, x, loose, view)
  const { cuts, order } = walked
  const cut = graph.slice(x, cuts)
  // Axes that are not walked have one element by now.
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !order.includes(axis))
  const isInOrder = order.every((axis, at) => at === 0 || axis > (order[at - 1] ?? 0))
  return looseReshape(graph, isInOrder ? cut : graph.transpose(cut, [...order, ...rest]), loose)
}

/** x with another shape; axes of size 1 before all others are there anyway where it broadcasts. */
export function looseReshape(graph: GraphWriter, x: Wire, shape: Shape): Wire {
  const isThere =
    x.shape.length <= shape.length && sameShape(withoutOnes(x.shape), withoutOnes(shape))
  return isThere ? x : graph.reshape(x, shape)
}

function withoutOnes(shape: Shape): Shape {
  const first = shape.findIndex((size) => size !== 1)
  return first < 0 ? [] : shape.slice(first)
}

interface Walked {
  readonly cuts: readonly Cut[]
  /** The axes of x that the axes of the view walk along, in their order. */
  readonly order: readonly number[]
}

/** Undefined where an axis of the view goes along several of x, as a diagonal, or two along one. */
function axesWalked(from: Shape, to: Shape, { offset, strides }: View): Walked | undefined {
  const own = stridesOf(from)
  const starts = placeOf(offset, from, own)
  const walks = new Map<number, Cut>()
  for (const [at, count] of to.entries()) {
    const stride = strides[at] ?? 0
    if (stride === 0 || count === 1) continue
    const axis = from.findIndex((size, candidate) => {
      const step = stride / (own[candidate] ?? 1)
      const last = (starts[candidate] ?? 0) + step * (count - 1)
      const isFree = size > 1 && !walks.has(candidate)
      return isFree && Number.isInteger(step) && last >= 0 && last < size
    })
    if (axis < 0) return undefined
    walks.set(axis, { axis, start: starts[axis] ?? 0, step: stride / (own[axis] ?? 1), count })
  }
  const cuts = from.map(
    (_, axis) => walks.get(axis) ?? { axis, start: starts[axis] ?? 0, step: 1, count: 1 },
  )
  return { cuts, order: [...walks.keys()] }
}

/** The index along each axis of the element at an offset. */
function placeOf(offset: number, shape: Shape, strides: readonly number[]): readonly number[] {
  let rest = offset
  return shape.map((size, axis) => {
    const index = size > 1 ? Math.floor(rest / (strides[axis] ?? 1)) : 0
    rest -= index * (strides[axis] ?? 1)
    return index
  })
}

/** Element by element, at places that are computed. */
function gathered(graph: GraphWriter, x: Wire, shape: Shape, { offset, strides }: View): Wire {
  let places = graph.number(offset, 'i64')
  shape.forEach((size, axis) => {
    if (size === 1) return
    const steps = graph.range(size, 'i64')
    const scaled = graph.add('Mul', [steps, graph.number(strides[axis] ?? 0, 'i64')], steps)
    const along = shape.map((_, at) => (at === axis ? size : 1)).slice(axis)
    const column = graph.reshape(scaled, along)
    const reached = [...along.keys()].map((at) => {
      const own = places.shape[places.shape.length - along.length + at] ?? 1
      return Math.max(own, along[at] ?? 1)
    })
    const sizes = places.shape.slice(0, Math.max(places.shape.length - along.length, 0))
    places = graph.add('Add', [places, column], { shape: [...sizes, ...reached], dtype: 'i64' })
  })
  const flat = graph.reshape(x, [sizeOf(x.shape)])
  const type = { shape: places.shape, dtype: x.dtype }
  return looseReshape(graph, graph.add('Gather', [flat, places], type), shape)
}
