import * as gates from '../gates/index.ts'
import { stateOf, type Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import {
  checkOption,
  checkWeightDecay,
  companionOf,
  descentOf,
  floatingOf,
  keyFor,
  type Moved,
  type Optimizable,
  type OptimizerOptions,
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
}

/**
 * The updates of Adam: w ← w − lr · m̂ / (√v̂ + ε), with the running means m of the gradient and v of
 * its square, each divided by what it lacks of a whole mean in the first steps.
 *
 * States: `<parameter>.m` and `<parameter>.v` of each parameter, and the count of steps,
 * `<first parameter>.steps`.
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
  return { ...options, optimizer, betas, epsilon, weightDecay }
}

function updatesOf(J: Optimizable, settings: Settings): readonly Update[] {
  const { moves, rateFor } = descentOf(settings.optimizer, J, settings)
  const [first] = moves
  if (!first) return []
  const counter = keyFor(first.parameter, 'steps', settings.key)
  const steps = gates.state(counter, [], 0, { symbol: 't', dtype: 'i32' })
  const step = gates.add(steps, 1)
  const shared = new Map<string, StepScalars>()
  return [
    { state: steps, value: step },
    ...moves.flatMap((moved) => {
      const dtype = floatingOf(moved.parameter)
      const scalars =
        shared.get(dtype) ?? scalarsOf(gates.cast(step, dtype), rateFor(moved.parameter), settings)
      shared.set(dtype, scalars)
      return updatesOfOne(moved, scalars, settings)
    }),
  ]
}

/** Scalars of one step, which all parameters of a dtype share. */
interface StepScalars {
  /** lr, divided by what m lacks of a whole mean. */
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
  // 1 − βᵗ through expm1, which keeps the digits that f32 would lose where βᵗ is close to 1.
  const weightSoFar = (name: string, beta: number) =>
    gates.negate(gates.expm1(gates.multiply(step, Math.log(beta)))).labelled({ name })
  return {
    size: gates.divide(learningRate, weightSoFar('c1', beta1)),
    rootScale: gates.divide(1, gates.sqrt(weightSoFar('c2', beta2))),
    kept: gates.subtract(1, gates.multiply(learningRate, weightDecay)),
  }
}

function updatesOfOne(
  { parameter, gradient }: Moved,
  { size, rootScale, kept }: StepScalars,
  { optimizer, betas: [beta1, beta2], epsilon, weightDecay, key }: Settings,
): readonly Update[] {
  const isDecoupled = optimizer === 'adamW'
  const isAdded = weightDecay > 0 && !isDecoupled
  const pull = isAdded ? gates.add(gradient, gates.multiply(weightDecay, parameter)) : gradient
  const m = companionOf(parameter, { name: 'm', symbol: 'm', key })
  const v = companionOf(parameter, { name: 'v', symbol: 'v', key })
  const named = (value: Value, letter: string) =>
    value.labelled({ name: `${letter}'(${stateOf(parameter).symbol})` })
  const mean = named(gates.add(gates.multiply(beta1, m), gates.multiply(1 - beta1, pull)), 'm')
  const pullSquare = gates.multiply(1 - beta2, gates.multiply(pull, pull))
  const square = named(gates.add(gates.multiply(beta2, v), pullSquare), 'v')
  const root = gates.add(gates.multiply(gates.sqrt(square), rootScale), epsilon)
  const move = gates.multiply(size, gates.divide(mean, root))
  const before = isDecoupled && weightDecay > 0 ? gates.multiply(kept, parameter) : parameter
  return [
    { state: m, value: mean },
    { state: v, value: square },
    { state: parameter, value: gates.subtract(before, move) },
  ]
}
