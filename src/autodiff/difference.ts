/** The derivative of a function of one number, from differences of its values alone. */

export interface Difference {
  /** From values on both sides. */
  readonly derivative: number
  /** How far `derivative` may be off: how little it moved when steps shrank, and rounding. */
  readonly uncertainty: number
  /** From values on one side alone; where the two differ, the function has a kink. */
  readonly left: number
  readonly right: number
  /** The sides differ, or no step was small enough: there is no derivative to compare with. */
  readonly isKink: boolean
}

// From steps that a smooth function of ordinary size bears down to ones between close kinks; below
// 2^-23 rounding (2^-52 over the step) would be worse than any tolerance.
const steps = [2 ** -7, 2 ** -11, 2 ** -15, 2 ** -19, 2 ** -23]

// Far inside gradcheck's tolerance of 1e-7 relative and 1e-9 absolute, so that what is left of the
// uncertainty cannot make a wrong derivative pass nor a right one fail.
const settled = { relative: 1e-9, absolute: 1e-10 }

// One-sided differences are good to about 1e-6; a kink that matters is far wider.
const sidesDiffer = { relative: 1e-4, absolute: 1e-6 }

/** The derivative of `f` at 0. Give f values in f64 and scale its argument to move by about 1. */
export function differentiate(f: (t: number) => number): Difference {
  const middle = f(0)
  let best: Difference | undefined
  for (const step of steps) {
    const found = differenceAt(f, middle, step)
    if (!best || !(best.uncertainty <= found.uncertainty)) best = found
    if (best.uncertainty <= nearly(best.derivative)) break
  }
  return best ?? differenceAt(f, middle, 1)
}

function nearly(derivative: number): number {
  return settled.relative * Math.abs(derivative) + settled.absolute
}

/** Differences over h, h/2 and h/4, extrapolated to h = 0 (L. F. Richardson). */
function differenceAt(f: (t: number) => number, middle: number, h: number): Difference {
  const spans = [h, h / 2, h / 4]
  const above = spans.map((span) => f(span))
  const below = spans.map((span) => f(-span))
  const [c1, c2, c4] = spans.map((span, i) => (at(above, i) - at(below, i)) / (2 * span)) as Triple
  // A central difference errs by h², then h⁴.
  const coarse = c2 + (c2 - c1) / 3
  const fine = c4 + (c4 - c2) / 3
  const derivative = fine + (fine - coarse) / 15
  const largest = Math.max(Math.abs(middle), ...above.map(Math.abs), ...below.map(Math.abs))
  const rounding = (largest * 2 ** -52 * 8) / h
  const spread = Math.abs(derivative - fine)
  const right = oneSided(spans.map((span, i) => (at(above, i) - middle) / span) as Triple)
  const left = oneSided(spans.map((span, i) => (middle - at(below, i)) / span) as Triple)
  const between = sidesDiffer.relative * (Math.abs(left) + Math.abs(right)) + sidesDiffer.absolute
  const isSettled = spread <= 10 * nearly(derivative) + rounding
  const isKink = !isSettled || !(Math.abs(left - right) <= between + 4 * rounding)
  return { derivative, uncertainty: spread + rounding, left, right, isKink }
}

type Triple = [number, number, number]

/** A one-sided difference errs by h, then h². */
function oneSided([d1, d2, d4]: Triple): number {
  const coarse = 2 * d2 - d1
  const fine = 2 * d4 - d2
  return fine + (fine - coarse) / 3
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.NaN
}
