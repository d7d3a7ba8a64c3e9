/** Affine accesses: how views of values compose, split and join without touching memory. */
import { type Shape, sizeOf, stridesOf } from '../ir/shape.ts'

/** A value's elements in a buffer: element (i, j, …) is at offset + i · strides[0] + … */
export interface View {
  readonly buffer: number
  readonly offset: number
  readonly shape: Shape
  readonly strides: readonly number[]
  /** See `Access.turns`. */
  readonly turns: readonly number[]
}

/** Whether the elements lie in row-major order without gaps. Axes of one element do not matter. */
export function isContiguous({ shape, strides }: Pick<View, 'shape' | 'strides'>): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1
    if (length === 0) return true
    if (length !== 1 && strides[axis] !== expected) return false
    expected *= length
  }
  return true
}

/** The view under another shape of the same size; undefined where its elements lie otherwise. */
export function reshapeView(view: View, shape: Shape): View | undefined {
  if (isContiguous(view)) return { ...view, shape, strides: stridesOf(shape) }
  const parts = alignFactors(view.shape, shape)
  if (!parts) return undefined
  const strides = new Array<number>(shape.length).fill(0)
  for (const { from, to } of parts) {
    // Old axes of one part must lie one after another; then its new axes are cut from one run.
    let run: number | undefined
    for (let k = from.length - 1, inner = 1; k >= 0; k--) {
      const axis = from[k] ?? 0
      const length = view.shape[axis] ?? 1
      if (length === 1) continue
      const stride = view.strides[axis] ?? 0
      if (run === undefined) run = stride
      else if (stride !== run * inner) return undefined
      inner *= length
    }
    for (let k = to.length - 1, inner = 1; k >= 0; k--) {
      const axis = to[k] ?? 0
      strides[axis] = (run ?? 0) * inner
      inner *= shape[axis] ?? 1
    }
  }
  return { ...view, shape, strides }
}

interface Part {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** Cuts two shapes of one size into the shortest runs of axes that hold equally many elements. */
function alignFactors(from: Shape, to: Shape): readonly Part[] | undefined {
  if (sizeOf(from) !== sizeOf(to) || sizeOf(from) === 0) return undefined
  const parts: Part[] = []
  let i = 0
  let j = 0
  while (i < from.length || j < to.length) {
    const part = { from: [] as number[], to: [] as number[] }
    let left = 1
    let right = 1
    do {
      if ((left <= right && i < from.length) || j >= to.length) {
        left *= from[i] ?? 1
        part.from.push(i++)
      } else {
        right *= to[j] ?? 1
        part.to.push(j++)
      }
    } while (left !== right && (i < from.length || j < to.length))
    if (left !== right) return undefined
    parts.push(part)
  }
  return parts
}

/** For each axis of a shape, the index that an access names: an affine form of the loops' indices. */
export interface IndexForm {
  readonly offset: number
  /** One for each loop axis. */
  readonly factors: readonly number[]
}

/**
 * Takes a flat position, offset + Σ index · stride over loops of `extents`, apart into indices of a
 * row-major `shape`. Undefined where an index would leave its axis: where a loop runs across the
 * border of an axis.
 */
export function indicesOf(
  { offset, strides }: { readonly offset: number; readonly strides: readonly number[] },
  extents: readonly number[],
  shape: Shape,
): readonly IndexForm[] | undefined {
  const places = stridesOf(shape)
  const forms = shape.map(() => ({ offset: 0, factors: extents.map(() => 0) }))
  const low = shape.map(() => 0)
  const high = shape.map(() => 0)
  let rest = offset
  for (let axis = 0; axis < shape.length; axis++) {
    const form = forms[axis]
    if (!form || (shape[axis] ?? 1) === 1) continue
    const digit = Math.floor(rest / (places[axis] ?? 1))
    form.offset = digit
    rest -= digit * (places[axis] ?? 1)
  }
  if (rest !== 0) return undefined
  for (let loop = 0; loop < extents.length; loop++) {
    const extent = extents[loop] ?? 1
    let left = strides[loop] ?? 0
    if (extent <= 1 || left === 0) continue
    for (let axis = 0; axis < shape.length; axis++) {
      const form = forms[axis]
      if (!form || (shape[axis] ?? 1) === 1) continue
      const digit = Math.trunc(left / (places[axis] ?? 1))
      form.factors[loop] = digit
      left -= digit * (places[axis] ?? 1)
      low[axis] = (low[axis] ?? 0) + Math.min(0, digit) * (extent - 1)
      high[axis] = (high[axis] ?? 0) + Math.max(0, digit) * (extent - 1)
    }
    if (left !== 0) return undefined
  }
  const isInside = forms.every(
    (form, axis) =>
      form.offset + (low[axis] ?? 0) >= 0 && form.offset + (high[axis] ?? 0) < (shape[axis] ?? 1),
  )
  return isInside ? forms : undefined
}

/** A view of a view: the elements of `view` that a flat row-major access to its shape names. */
export function composeView(
  view: View,
  access: { readonly offset: number; readonly strides: readonly number[] },
  shape: Shape,
): View | undefined {
  if (sizeOf(shape) === 0) return { ...view, shape, strides: shape.map(() => 0) }
  if (isContiguous(view)) {
    return { ...view, offset: view.offset + access.offset, shape, strides: access.strides }
  }
  const forms = indicesOf(access, shape, view.shape)
  if (!forms) return undefined
  return { ...view, ...throughForms(view, forms, shape.length), shape }
}

/** Offset and strides of an access to a value of `strides` once its indices are affine forms. */
export function throughForms(
  { offset, strides }: { readonly offset: number; readonly strides: readonly number[] },
  forms: readonly IndexForm[],
  loops: number,
): { readonly offset: number; readonly strides: readonly number[] } {
  const made = new Array<number>(loops).fill(0)
  let start = offset
  forms.forEach((form, axis) => {
    const stride = strides[axis] ?? 0
    start += stride * form.offset
    for (let loop = 0; loop < loops; loop++) {
      made[loop] = (made[loop] ?? 0) + stride * (form.factors[loop] ?? 0)
    }
  })
  return { offset: start, strides: made }
}
