/**
 * What a graph gives when every gate rounds a little otherwise: how far two right evaluations may be
 * apart, whatever the graph does with the difference. Cancellation makes it large, a comparison of
 * two numbers that are nearly equal makes it a choice, and no fixed tolerance knows of either.
 */
import { SluiceError } from '../../src/errors.ts'
import { applyPrimitive } from '../../src/interpret/apply.ts'
import { type InterpretOptions, interpret, type Step } from '../../src/interpret/interpret.ts'
import { type DType, isFloating } from '../../src/ir/dtype.ts'
import { type Graph, stateOf } from '../../src/ir/graph.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import { expand } from '../../src/passes/expand.ts'
import { Dice } from './dice.ts'

/** How a step ended: with numbers, or with an error of this code. */
export type Ending = 'none' | 'INDEX' | 'NONFINITE'

export interface DisturbedRun {
  readonly ending: Ending
  readonly outputs: Readonly<Record<string, Tensor>>
  /** New contents by the key of the state. */
  readonly states: ReadonlyMap<string, Tensor>
}

/** One run of the interpreter in which each gate's numbers are off by a few units in the last place. */
export function disturbedRun(graph: Graph, options: InterpretOptions, seed: number): DisturbedRun {
  const whole = expand.run(graph)
  const dice = new Dice(seed)
  try {
    const steps = interpret(whole, options)
    let turn = steps.next()
    while (!turn.done) {
      disturb(turn.value, dice)
      turn = steps.next()
    }
    const { outputs, updates } = turn.value
    const states = new Map(
      whole.updates.flatMap(({ state }, index) => {
        const contents = updates[index]
        return contents ? [[stateOf(state).key, contents] as const] : []
      }),
    )
    const staysFinite = whole.updates.every(({ state }) => {
      const { key, trainable } = stateOf(state)
      return !trainable || !hasNonFinite(states.get(key))
    })
    return { ending: staysFinite ? 'none' : 'NONFINITE', outputs, states }
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'INDEX') throw error
    return { ending: 'INDEX', outputs: {}, states: new Map() }
  }
}

function hasNonFinite(tensor: Tensor | undefined): boolean {
  if (!tensor || !isFloating(tensor.dtype)) return false
  return (tensor.data as Float64Array).some((x) => !Number.isFinite(x)) // or f32: alike
}

/** Vector maths is good to 2 units in the last place, and a gate is up to a few operations. */
const unitsOff = 4

/** Moves what one gate has made, before any other gate reads it. */
function disturb(step: Step, dice: Dice): void {
  const { application, inputs, outputs } = step
  const scales = scalesOf(step)
  if (!scales) return
  for (const output of outputs) {
    const unit = unitOf(output.dtype)
    // A move may give the very elements of its operand, which others read as they are.
    if (unit === 0 || inputs.some(({ data }) => data === output.data)) continue
    const data = output.data as Float64Array // or f32: alike
    const sizes = application.outputCount === 1 ? scales : data
    const isWildProduct = isProduct(step) && inputs.some(mayLeaveRange)
    const mayOverflow = isSummed(step) && inputs.some(hasHuge)
    const amount = unit * (unitsOff + spreadOf(step))
    for (let at = 0; at < data.length; at++) {
      const size = Math.abs(sizes[at] ?? 0)
      if (isWildProduct && dice.chance(0.5)) data[at] = Number.NaN
      else if (size > 0 && size < Infinity) {
        data[at] = (data[at] ?? 0) + (dice.next() * 2 - 1) * amount * size
      } else if (mayOverflow && !(size < Infinity) && dice.chance(0.5)) data[at] = Number.NaN
    }
  }
}

function isSummed({ application }: Step): boolean {
  const { kind } = application.gate.meaning
  return kind === 'reduce' || kind === 'contract'
}

function isProduct({ application: { gate } }: Step): boolean {
  return gate.meaning.kind === 'reduce' && gate.meaning.combine === 'prod'
}

/**
 * Products that overflow or vanish on the way, or not, by the order in which they are taken: where
 * all factors above 1 together, or all below 1, leave the range of f32.
 */
function mayLeaveRange({ data }: Tensor): boolean {
  let [above, below] = [0, 0]
  for (const x of data as Float64Array) {
    const size = Math.log2(Math.abs(x)) // of f32 alike
    if (size > 0) above += size
    else if (size > -Infinity) below += size
  }
  return above > 120 || below < -120
}

/** Sums of such numbers overflow on the way, or not, by the order in which they are taken. */
function hasHuge({ data }: Tensor): boolean {
  return (data as Float64Array).some((x) => Math.abs(x) > 1e18 && Math.abs(x) < Infinity) // or f32
}

/**
 * A sum's error grows with the number of its terms, in whatever order it is taken: as its root, but
 * of equal terms, each rounded the same way, with the number itself.
 */
function spreadOf({ application, inputs, outputs }: Step): number {
  const { kind } = application.gate.meaning
  if (kind !== 'reduce' && kind !== 'contract') return kind === 'scan' ? 16 : 0
  const terms = sizeOf(inputs[0]?.shape ?? []) / Math.max(1, sizeOf(outputs[0]?.shape ?? []))
  return Math.sqrt(Math.max(1, terms)) + terms / 16
}

/** How large the numbers are that each element was made of; undefined where a gate is exact. */
function scalesOf({ application, inputs, outputs }: Step): ArrayLike<number> | undefined {
  const { meaning } = application.gate
  const own = outputs[0]?.data as Float64Array | undefined // floats, or not looked at
  switch (meaning.kind) {
    case 'element':
    case 'scan':
      return own
    case 'reduce':
      if (meaning.combine === 'prod') return own
      if (meaning.combine !== 'sum') return undefined
      break
    case 'contract':
      break
    default:
      return undefined
  }
  // The same sum of absolute values: what cancels in the result is not lost of the error.
  const sizes = inputs.map(({ data, ...type }) => ({
    ...type,
    data: (data as Float64Array).map(Math.abs), // or f32: alike
  }))
  return applyPrimitive(application, sizes, 'declared').data as Float64Array // as above
}

function unitOf(dtype: DType): number {
  return dtype === 'f32' ? 2 ** -23 : dtype === 'f64' ? 2 ** -52 : 0
}
