import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { companionOf, namedFor, namedPull, runningMean, runningSquare } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Moved,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkBetas, checkEpsilon, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface AdamOptions extends OptimizerOptions {
  /**
   * How much is kept of the running means of the gradient and of its square, each 0 or more and
   * below 1. Default [0.9, 0.999].
   */
  readonly betas?: readonly [mean: number, square: number]
  /** Added to the root that is divided by. Default 1e-8. */
  readonly epsilon?: number
  /**
   * `adam` adds so much of the parameter to its gradient, by default none; `adamW` takes so much of
   * lr · parameter off the parameter itself, by default 0.01.
   */
  readonly weightDecay?: number
  /** Whether v̂ is divided by as it was when it was largest. Default false. */
  readonly amsgrad?: boolean
}

/**
 * The updates of Adam: w ← w − lr · m̂ / (√v̂ + ε), with the running means m of the gradient and v of
 * its square, each divided by what it lacks of a whole mean in the first steps.
 *
 * States: `<parameter>.m` and `<parameter>.v` of each parameter, and the count of steps,
 * `<first parameter>.steps`; with `amsgrad` `<parameter>.vMax`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.Adam`; Kingma and Ba, "Adam: a method for stochastic optimization".
 *
 * @example
 * const step = await compile({ J }, { updates: adam(J, { learningRate: 0.001 }) })
 */
export function adam(J: Optimizable, options: Grouped<AdamOptions>): readonly Update[] {
  return descend<AdamOptions>('adam', J, options, (descent, own) =>
    updatesOf(descent, settingsOf('adam', own, 0)),
  )
}

/**
 * The updates of Adam with decoupled weight decay: as `adam`, but each step also takes
 * lr · weightDecay of the parameter off it, whatever its gradient.
 *
 * States, throws: as `adam`.
 * Source: PyTorch `torch.optim.AdamW`; Loshchilov and Hutter, "Decoupled weight decay
 * regularization".
 *
 * @example
 * const step = await compile({ J }, { updates: adamW(J, { learningRate: 0.001 }) })
 */
export function adamW(J: Optimizable, options: Grouped<AdamOptions>): readonly Update[] {
  return descend<AdamOptions>('adamW', J, options, (descent, own) =>
    updatesOf(descent, settingsOf('adamW', own, 0.01)),
  )
}

interface Settings extends OptimizerOptions {
  readonly optimizer: 'adam' | 'adamW'
  readonly betas: readonly [mean: number, square: number]
  readonly epsilon: number
  readonly weightDecay: number
  readonly amsgrad: boolean
}

function settingsOf(
  optimizer: Settings['optimizer'],
  options: AdamOptions,
  defaultDecay: number,
): Settings {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = defaultDecay } = options
  checkBetas(optimizer, betas)
  checkEpsilon(optimizer, epsilon, 1e-8)
  checkWeightDecay(optimizer, weightDecay)
  const { amsgrad = false } = options
  return { ...options, optimizer, betas, epsilon, weightDecay, amsgrad }
}

function updatesOf({ moves, rateFor }: Descent, settings: Settings): readonly Update[] {
  const count = stepCount(moves, settings.key)
  const scalarsFor = count.scalarsFor((step, parameter) =>
    scalarsOf(step, rateFor(parameter), settings),
  )
  return [
    ...count.updates,
    ...moves.flatMap((moved) => updatesOfOne(moved, scalarsFor(moved.parameter), settings)),
  ]
}

/** Scalars of one step, which all parameters of a dtype share. */
interface StepScalars {
  /** lr, divided by what m has of a whole mean. */
  readonly size: Value
  /** What √v is multiplied by to be the root of a whole mean. */
  readonly rootScale: Value
  /** What decoupled weight decay leaves of a parameter. */
  readonly kept: Value
}

function scalarsOf(
  step: Value,
  learningRate: Value,
  { betas: [beta1, beta2], weightDecay }: Settings,
): StepScalars {
  const correction = (name: string, beta: number) =>
    gates.biasCorrection(step, beta).labelled({ name })
  return {
    size: gates.divide(learningRate, correction('c1', beta1)),
    rootScale: gates.divide(1, gates.sqrt(correction('c2', beta2))),
    kept: gates.subtract(1, gates.multiply(learningRate, weightDecay)),
  }
}

function updatesOfOne(
  { parameter, gradient }: Moved,
  { size, rootScale, kept }: StepScalars,
  { optimizer, betas: [beta1, beta2], epsilon, weightDecay, amsgrad, key }: Settings,
): readonly Update[] {
  const isDecoupled = optimizer === 'adamW'
  const pull = namedPull(gradient, parameter, isDecoupled ? 0 : weightDecay)
  const m = { name: 'm', symbol: 'm', key }
  const v = { name: 'v', symbol: 'v', key }
  const mean = runningMean(parameter, m, { kept: beta1, of: pull })
  const square = runningSquare(parameter, v, { kept: beta2, of: pull })
  const largest = amsgrad ? largestOf(parameter, square.value, key) : undefined
  const rooted = gates.sqrt(largest?.value ?? square.value)
  const root = gates.add(gates.multiply(rooted, rootScale), epsilon)
  const move = gates.multiply(size, gates.divide(mean.value, root))
  const before = isDecoupled && weightDecay > 0 ? gates.multiply(kept, parameter) : parameter
  return [
    mean,
    square,
    ...(largest ? [largest] : []),
    { state: parameter, value: gates.subtract(before, move) },
  ]
}

/** The largest v so far. */
function largestOf(parameter: Value, square: Value, key: string | undefined): Update {
  const state = companionOf(parameter, { name: 'vMax', symbol: 'vmax', key })
  return { state, value: namedFor(parameter, "vmax'", gates.maximum(state, square)) }
}
