import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import {
  checkOption,
  checkWeightDecay,
  companionOf,
  descentOf,
  floatingOf,
  keyFor,
  type Moved,
  namedFor,
  type Optimizable,
  type OptimizerOptions,
  withDecay,
} from './descent.ts'

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
export function adam(J: Optimizable, options: AdamOptions): readonly Update[] {
  return updatesOf(J, settingsOf('adam', options, 0))
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
export function adamW(J: Optimizable, options: AdamOptions): readonly Update[] {
  return updatesOf(J, settingsOf('adamW', options, 0.01))
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
  for (const beta of betas) {
    checkOption(beta >= 0 && beta < 1, {
      ...{ optimizer, name: 'one of betas', got: beta },
      expected: 'a number from 0, which keeps nothing, to below 1',
      fix: 'leave them out for [0.9, 0.999]',
    })
  }
  checkOption(Number.isFinite(epsilon) && epsilon >= 0, {
    ...{ optimizer, name: 'epsilon', got: epsilon },
    expected: 'a finite number, 0 or more',
    fix: 'leave it out for 1e-8',
  })
  checkWeightDecay(optimizer, weightDecay)
  const { amsgrad = false } = options
  return { ...options, optimizer, betas, epsilon, weightDecay, amsgrad }
}

function updatesOf(J: Optimizable, settings: Settings): readonly Update[] {
  const { moves, rateFor } = descentOf(settings.optimizer, J, settings)
  const [first] = moves
  if (!first) return []
  // In f32 it stays at 2²⁴, when betaᵗ has long been 0.
  const dtype = moves.some(({ parameter }) => parameter.dtype === 'f64') ? 'f64' : 'f32'
  const counter = keyFor(first.parameter, 'steps', settings.key)
  const steps = gates.state(counter, [], 0, { symbol: 't', dtype })
  const step = gates.add(steps, 1).labelled({ name: "t'" })
  const shared = new Map<string, StepScalars>()
  return [
    { state: steps, value: step },
    ...moves.flatMap((moved) => {
      const own = floatingOf(moved.parameter)
      const count = own === dtype ? step : gates.cast(step, own)
      const scalars = shared.get(own) ?? scalarsOf(count, rateFor(moved.parameter), settings)
      shared.set(own, scalars)
      return updatesOfOne(moved, scalars, settings)
    }),
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
  const pull =
    isDecoupled || weightDecay === 0
      ? gradient
      : namedFor(parameter, 'g', withDecay(gradient, parameter, weightDecay))
  const m = companionOf(parameter, { name: 'm', symbol: 'm', key })
  const v = companionOf(parameter, { name: 'v', symbol: 'v', key })
  const meanSum = gates.add(gates.multiply(beta1, m), gates.multiply(1 - beta1, pull))
  const mean = namedFor(parameter, "m'", meanSum)
  const pullSquare = gates.multiply(1 - beta2, gates.multiply(pull, pull))
  const square = namedFor(parameter, "v'", gates.add(gates.multiply(beta2, v), pullSquare))
  const largest = amsgrad ? largestOf(parameter, square, key) : undefined
  const rooted = gates.sqrt(largest?.value ?? square)
  const root = gates.add(gates.multiply(rooted, rootScale), epsilon)
  const move = gates.multiply(size, gates.divide(mean, root))
  const before = isDecoupled && weightDecay > 0 ? gates.multiply(kept, parameter) : parameter
  return [
    { state: m, value: mean },
    { state: v, value: square },
    ...(largest ? [largest] : []),
    { state: parameter, value: gates.subtract(before, move) },
  ]
}

/** The largest v so far. */
function largestOf(parameter: Value, square: Value, key: string | undefined): Update {
  const state = companionOf(parameter, { name: 'vMax', symbol: 'vmax', key })
  return { state, value: namedFor(parameter, "vmax'", gates.maximum(state, square)) }
}
