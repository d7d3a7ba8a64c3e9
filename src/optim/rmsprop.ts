import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { namedPull, runningMean, runningSquare, runningSum } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkEpsilon, checkShare, checkWeightDecay } from './option-checks.ts'

export interface RmspropOptions extends OptimizerOptions {
  /** How much is kept of the running mean of squares. Default 0.99. */
  readonly alpha?: number
  /** Added to the root that is divided by. Default 1e-8. */
  readonly epsilon?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
  /** How much of the last step's direction is kept. Default 0. */
  readonly momentum?: number
  /** Whether to divide by the deviation rather than by the root of the mean square. Default false. */
  readonly centered?: boolean
}

/**
 * The updates of RMSprop: w ← w − lr · g / (√v + ε), with the running mean v of the gradient's
 * square, less that of the gradient, squared, where it is centered.
 *
 * States: `<parameter>.v`, centered `<parameter>.m`, with momentum `<parameter>.velocity`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.RMSprop`; Hinton's lectures; Graves, "Generating sequences with
 * recurrent neural networks".
 */
export function rmsprop(J: Optimizable, options: Grouped<RmspropOptions>): readonly Update[] {
  return descend<RmspropOptions>('rmsprop', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: RmspropOptions): readonly Update[] {
  const { alpha = 0.99, epsilon = 1e-8, weightDecay = 0, momentum = 0, key } = options
  checkShare('rmsprop', 'alpha', alpha, 0.99)
  checkShare('rmsprop', 'momentum', momentum, 0)
  checkEpsilon('rmsprop', epsilon, 1e-8)
  checkWeightDecay('rmsprop', weightDecay)
  return moves.flatMap(({ parameter, gradient }): Update[] => {
    const pull = namedPull(gradient, parameter, weightDecay)
    const v = { name: 'v', symbol: 'v', key }
    const square = runningSquare(parameter, v, { kept: alpha, of: pull })
    const m = { name: 'm', symbol: 'm', key }
    const mean = options.centered ? runningMean(parameter, m, { kept: alpha, of: pull }) : undefined
    // Rounding must not bring the variance below 0.
    const variance = mean
      ? gates.maximum(gates.subtract(square.value, gates.multiply(mean.value, mean.value)), 0)
      : square.value
    const direction = gates.divide(pull, gates.add(gates.sqrt(variance), epsilon))
    const velocity = { name: 'velocity', symbol: 'b', key }
    const kept =
      momentum > 0
        ? runningSum(parameter, velocity, { kept: momentum, added: direction })
        : undefined
    const move = gates.multiply(rateFor(parameter), kept?.value ?? direction)
    return [
      square,
      ...(mean ? [mean] : []),
      ...(kept ? [kept] : []),
      { state: parameter, value: gates.subtract(parameter, move) },
    ]
  })
}
