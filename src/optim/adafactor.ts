import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { companionOf, floatingOf, namedFor } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Moved,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkAmount, checkOption, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface AdafactorOptions extends OptimizerOptions {
  /** Step t takes t^beta2Decay of a new square into the mean. Default −0.8. */
  readonly beta2Decay?: number
  /**
   * The least that a root is divided by, and the least that counts as a parameter's size. Default:
   * the rounding of the dtype, and 1e-3.
   */
  readonly epsilons?: readonly [root: number | undefined, size: number]
  /** How large a step may be, as the root of its mean square, before it is scaled down. Default 1. */
  readonly d?: number
  /** How much of lr · parameter each step takes off the parameter. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of Adafactor, which keeps of a matrix of squares no more than the means of its rows
 * and columns. A step is relative to the size of its parameter: at most lr, and at most 1/√t, of it.
 *
 * States: `<parameter>.rows` and `<parameter>.columns`, or `<parameter>.v` of one axis and none; the
 * count of steps, `<first parameter>.steps`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch 2.15 `torch.optim.Adafactor`; Shazeer and Stern, "Adafactor: adaptive learning
 * rates with sublinear memory cost".
 */
export function adafactor(J: Optimizable, options: Grouped<AdafactorOptions>): readonly Update[] {
  return descend<AdafactorOptions>('adafactor', J, options, updatesOf)
}

interface Settings {
  readonly root: number | undefined
  readonly size: number
  readonly d: number
  readonly weightDecay: number
  readonly key: string | undefined
}

interface Scalars {
  readonly rate: Value
  /** The rate, which falls as 1/√t at last. */
  readonly relative: Value
  /** How much of a new square goes into a mean, and how much stays. */
  readonly share: Value
  readonly kept: Value
}

function updatesOf({ moves, rateFor }: Descent, options: AdafactorOptions): readonly Update[] {
  const { beta2Decay = -0.8, epsilons = [undefined, 1e-3], d = 1, weightDecay = 0, key } = options
  checkOption(beta2Decay <= 0, {
    ...{ optimizer: 'adafactor', name: 'beta2Decay', got: beta2Decay },
    expected: 'a number of 0 or less',
    fix: 'leave it out for -0.8',
  })
  for (const epsilon of epsilons) checkAmount('adafactor', 'one of epsilons', epsilon ?? 0)
  checkOption(d >= 1, {
    ...{ optimizer: 'adafactor', name: 'd', got: d },
    expected: 'a number of 1 or more',
    fix: 'leave it out for 1',
  })
  checkWeightDecay('adafactor', weightDecay)
  const [root, size] = epsilons
  const count = stepCount(moves, key)
  const scalarsFor = count.scalarsFor((step, parameter): Scalars => {
    const rate = rateFor(parameter)
    const share = gates.power(step, beta2Decay)
    const relative = gates.minimum(rate, gates.divide(1, gates.sqrt(step)))
    return { rate, relative, share, kept: gates.subtract(1, share) }
  })
  const settings = { root, size, d, weightDecay, key }
  const updates = moves.flatMap((moved) =>
    updatesOfOne(moved, scalarsFor(moved.parameter), settings),
  )
  return [...count.updates, ...updates]
}

function updatesOfOne(
  { parameter, gradient }: Moved,
  { rate, relative, share, kept }: Scalars,
  { root, size, d, weightDecay, key }: Settings,
): readonly Update[] {
  const epsilon = root ?? (floatingOf(parameter) === 'f64' ? 2 ** -52 : 2 ** -23)
  const { estimate, updates } = squaresOf({ parameter, gradient }, { share, kept, epsilon, key })
  const held = gates.sqrt(gates.maximum(estimate, epsilon * epsilon))
  const direction = gates.divide(gradient, held)
  const excess = gates.maximum(gates.divide(lengthOf(direction), d), 1)
  const step = gates.multiply(gates.maximum(lengthOf(parameter), size), relative)
  const move = gates.multiply(gates.divide(step, excess), direction)
  const before =
    weightDecay > 0
      ? gates.multiply(gates.subtract(1, gates.multiply(rate, weightDecay)), parameter)
      : parameter
  return [...updates, { state: parameter, value: gates.subtract(before, move) }]
}

/** The estimate of the squares of a gradient, and what becomes of the states that it stands on. */
function squaresOf(
  { parameter, gradient }: Moved,
  {
    share,
    kept,
    epsilon,
    key,
  }: Pick<Scalars, 'share' | 'kept'> & {
    readonly epsilon: number
    readonly key: string | undefined
  },
): { readonly estimate: Value; readonly updates: readonly Update[] } {
  const square = gates.multiply(gradient, gradient)
  const mean = (name: string, symbol: string, of: Value): Update => {
    const state = companionOf(parameter, { name, symbol, key }, of.shape)
    const both = gates.add(gates.multiply(kept, state), gates.multiply(share, of))
    return { state, value: namedFor(parameter, `${symbol}'`, both) }
  }
  if (gradient.shape.length < 2) {
    const v = mean('v', 'v', square)
    return { estimate: v.value, updates: [v] }
  }
  const rows = mean('rows', 'R', gates.mean(square, -1, { keepDims: true }))
  const columns = mean('columns', 'C', gates.mean(square, -2, { keepDims: true }))
  const whole = gates.maximum(gates.mean(rows.value, -2, { keepDims: true }), epsilon)
  const estimate = gates.divide(gates.multiply(rows.value, columns.value), whole)
  return { estimate, updates: [rows, columns] }
}

/** The root of the mean square. */
function lengthOf(x: Value): Value {
  const square = gates.sum(gates.multiply(x, x))
  return gates.divide(gates.sqrt(square), Math.sqrt(sizeOf(x.shape)))
}
