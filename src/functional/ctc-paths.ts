/** All ways to lay out the labels of a target in time, and what they are likely together. */
import type { Gates } from '../gates/define.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/**
 * The logarithm of no probability at all: finite, as ∞ − ∞ would be NaN, and far below what any
 * path has; f32 holds 1e8 steps of it.
 */
export const never = -1e30

/**
 * Labels with a blank before, between and after them, [n, 2 labels + 1]; what lies beyond a
 * target's length is blank.
 */
export function spelling(
  gates: Gates,
  targets: Value,
  { lengths, blank }: { readonly lengths: Value; readonly blank: number },
): Value {
  const [count = 0, labels = 0] = targets.shape
  const places = gates.iota([count, labels], 1, { dtype: integerOf(lengths) })
  const isThere = gates.less(places, lengths)
  const own = gates.where(isThere, targets, blank)
  if (labels === 0) return gates.full([count, 1], blank, { dtype: integerOf(targets) })
  return gates.pad(own, [0, 1], [0, 1], { interior: [0, 1], value: blank })
}

/**
 * The logarithm of the probability of all ways to be at each place of the spelling, [n, places],
 * after the last step of each example: from a place one stays, goes on to the next, or leaves out a
 * blank between two labels that differ.
 */
export function walk(
  gates: Gates,
  {
    scores,
    spelled,
    ends,
  }: { readonly scores: Value; readonly spelled: Value; readonly ends: Value },
): Value {
  const [steps = 0] = scores.shape
  const [count = 0, places = 0] = spelled.shape
  const at = gates.broadcastTo(gates.reshape(spelled, [1, count, places]), [steps, count, places])
  const emitted = gates.gather(scores, at as Value<Shape, 'i32'>, 2) // i32 or u32
  const isRunning = gates.less(gates.iota([steps, count, 1], 0, { dtype: integerOf(ends) }), ends)
  // Blanks are two places apart, and so never left out towards each other.
  const mayLeap = places > 2 && gates.notEqual(spelled, moved(gates, spelled, 2, 0))
  // Before the first step one stands on the first blank, from where its label is the next place.
  const isStart = gates.equal(gates.iota([count, places], 1, { dtype: 'i32' }), 0)
  const start = gates.cast(gates.where(isStart, 0, never), dtypeOf(scores))
  const { carry } = gates.scan(
    ([before], [emission, isOn]) => {
      const ways: Value[] = [before]
      if (places > 1) ways.push(moved(gates, before, 1, never))
      if (mayLeap) ways.push(gates.where(mayLeap, moved(gates, before, 2, never), never))
      const after = gates.add(logSumOf(gates, ways), emission)
      return { carry: [gates.where(isOn as Value<Shape, 'bool'>, after, before)] }
    },
    { carry: [start], sequences: [emitted, isRunning] },
  )
  return carry[0]
}

/** log Σ exp of a few values, element by element. */
function logSumOf(gates: Gates, values: readonly Value[]): Value {
  const largest = gates.stopGradient(values.reduce((a, b) => gates.maximum(a, b)))
  const shares = values.map((value) => gates.exp(gates.subtract(value, largest)))
  return gates.add(gates.log(shares.reduce((a, b) => gates.add(a, b))), largest)
}

/** What ends on the last label or on the blank behind it: of the shape [n]. */
export function arrived(gates: Gates, paths: Value, lengths: Value): Value {
  const [count = 0] = paths.shape
  const pick = (place: Value) => gates.gather(paths, place as Value<Shape, 'i32'>, 1) // or u32
  const last = gates.multiply(lengths, 2)
  const onBlank = pick(last)
  if (paths.shape[1] === 1) return gates.reshape(onBlank, [count])
  const hasLabel = gates.greater(lengths, 0)
  const place = gates.subtract(gates.maximum(last, 1), 1)
  const onLabel = gates.where(hasLabel, pick(place), never)
  return gates.reshape(logSumOf(gates, [onBlank, onLabel]), [count])
}

/** [n, places] moved by some places towards the end. */
function moved(gates: Gates, x: Value, by: number, value: number): Value {
  return gates.pad(x, [0, by], [0, -by], { value })
}

export function dtypeOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

function integerOf({ dtype }: Value): 'i32' | 'u32' {
  return dtype === 'u32' ? 'u32' : 'i32'
}
