/** The gradient at one place of a graph, held against differences of what comes after it. */
import * as gates from '../gates/index.ts'
import { evaluate, type InterpretOptions } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { outputsOf, reapply, rewriteValues } from '../ir/rewrite.ts'
import type { Shape } from '../ir/shape.ts'
import { type Tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { backwardFrom } from './backward-from.ts'
import { differentiate } from './difference.ts'
import { compare, type GradcheckRow } from './gradcheck.ts'

/**
 * One element of a value, moved by itself; its name is its place: `[0, 2]`, `[]` of a scalar. At a
 * kink there is no derivative to compare with, and it counts as passed.
 */
export interface ElementDifference extends GradcheckRow {
  /** Row-major. */
  readonly element: number
}

export interface EdgeDifferences {
  readonly passed: boolean
  /** Of the value that is moved, and so of its gradient. */
  readonly shape: Shape
  /** How many elements the value has; `rows` may be fewer. */
  readonly size: number
  /** The largest |analytic − numeric| but for kinks, as a share of the largest of these numbers. */
  readonly error: number
  readonly rows: readonly ElementDifference[]
}

export interface EdgeDifferencesOptions extends InterpretOptions {
  /** Checks at most so many elements, evenly spread. Default: all. */
  readonly most?: number | undefined
}

// Asked for are six digits; what is nearly 0 is off by the rounding of the differences.
const tolerance = { relative: 1e-6, absolute: 1e-9 }

/**
 * Cuts the graph of J at `edges`, positions in the edges of its backward pass, which all carry one
 * value; moves each element of that value there and nowhere else, computes in f64 what comes after,
 * and compares with the sum of what the backward pass gives at these edges.
 */
export function edgeDifferences(
  J: Value,
  edges: readonly number[],
  { most = Number.POSITIVE_INFINITY, ...options }: EdgeDifferencesOptions,
): EdgeDifferences {
  const backward = backwardFrom(J)
  const cut = edges.flatMap((index) => backward.edges[index] ?? [])
  const outputs = Object.fromEntries(cut.map(({ downstream }, k) => [`gradient ${k}`, downstream]))
  const { after, held } = cutAt(backward.forward, J, cut)
  const there = evaluate(new Graph({ ...outputs, ...held }), { ...options, precision: 'f64' })
  const feeds = Object.fromEntries(
    Object.keys(held).flatMap((name) => {
      const tensor = there.outputs[name]
      return tensor ? [[name, tensor] as const] : []
    }),
  )
  const base = feeds[moved] as Tensor // `held` has it
  const gradient = new Float64Array(base.data.length)
  cut.forEach((_, k) => {
    const share = there.outputs[`gradient ${k}`]
    if (share)
      toNumbers(share).forEach((number, i) => {
        gradient[i] = (gradient[i] ?? 0) + number
      })
  })
  const rows = spread(gradient.length, most).map((element): ElementDifference => {
    const difference = differentiate((t) => {
      const data = Float64Array.from(toNumbers(base))
      data[element] = (data[element] ?? 0) + t
      const run = evaluate(after, {
        feeds: { ...feeds, [moved]: { shape: base.shape, dtype: 'f64', data } },
        precision: 'f64',
      })
      return Number(run.outputs.J?.data[0])
    })
    const name = `[${placeOf(element, base.shape).join(', ')}]`
    const row = compare(name, gradient[element] ?? Number.NaN, difference, tolerance)
    return { element, ...row, passed: row.passed || row.isKink }
  })
  return {
    passed: rows.every((row) => row.passed),
    shape: base.shape,
    size: gradient.length,
    error: largestShare(rows),
    rows,
  }
}

/** The input that takes the place of what is moved. */
const moved = 'moved'

interface Cut {
  /** J as a function of what is moved and of what is held. */
  readonly after: Graph
  /** The values at the cut, by the names of the inputs that take their place. */
  readonly held: Readonly<Record<string, Value>>
}

/** Of the graph only what depends on the cut stays: all else enters it as a number that is known. */
function cutAt(
  forward: Graph,
  J: Value,
  cut: readonly { readonly position: number; readonly input: number }[],
): Cut {
  const held: Record<string, Value> = {}
  const placeholders = new Map<string, Value>()
  const standIn = (name: string, value: Value) => {
    const placeholder =
      placeholders.get(name) ?? gates.input(name, value.shape, { dtype: value.dtype })
    placeholders.set(name, placeholder)
    held[name] = value
    return placeholder
  }
  const isAfter = new Uint8Array(forward.slotCount)
  const rewritten = rewriteValues(forward, (application, inputs, position) => {
    const before = application.inputs
    const isCut = (k: number) => cut.some((one) => one.position === position && one.input === k)
    const follows = (k: number) => isAfter[forward.inputSlot(position, k)] === 1
    if (!before.some((_, k) => isCut(k) || follows(k))) return undefined
    isAfter.fill(1, forward.firstSlot(position), forward.firstSlot(position + 1))
    const own = inputs.map((now, k) => {
      if (isCut(k)) return standIn(moved, before[k] as Value) // k is inside
      return follows(k) ? now : standIn(`held ${forward.inputSlot(position, k)}`, now)
    })
    return outputsOf(reapply(application, own))
  })
  return { after: new Graph({ J: rewritten(J) }), held }
}

/** Positions of at most `most` of `size` elements, the same at every call. */
function spread(size: number, most: number): readonly number[] {
  const count = Math.min(size, most)
  return Array.from({ length: count }, (_, k) => Math.floor(((k + 0.5) * size) / count))
}

function placeOf(element: number, shape: Shape): readonly number[] {
  let rest = element
  const place = shape.map(() => 0)
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1
    place[axis] = rest % size
    rest = Math.floor(rest / size)
  }
  return place
}

function largestShare(all: readonly ElementDifference[]): number {
  const rows = all.filter(({ isKink }) => !isKink)
  const sizes = rows.flatMap(({ analytic, numeric }) => [Math.abs(analytic), Math.abs(numeric)])
  const error = Math.max(0, ...rows.map((row) => row.error))
  return error === 0 ? 0 : error / Math.max(...sizes)
}
