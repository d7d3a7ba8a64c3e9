import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { companionOf, namedFor, namedPull } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkAmount, checkEpsilon, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface AdagradOptions extends OptimizerOptions {
  /** Step t goes by lr / (1 + (t − 1) · learningRateDecay). Default 0. */
  readonly learningRateDecay?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
  /** What the sum of squares begins with. Default 0. */
  readonly initialAccumulatorValue?: number
  /** Added to the root that is divided by. Default 1e-10. */
  readonly epsilon?: number
}

/**
 * The updates of Adagrad: w ← w − lr · g / (√s + ε), with the sum s of all squares of the gradient.
 *
 * States: `<parameter>.sum`, and the count of steps, `<first parameter>.steps`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.Adagrad`; Duchi, Hazan and Singer 2011.
 */
export function adagrad(J: Optimizable, options: Grouped<AdagradOptions>): readonly Update[] {
  return descend<AdagradOptions>('adagrad', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: AdagradOptions): readonly Update[] {
  const { learningRateDecay = 0, weightDecay = 0, initialAccumulatorValue: init = 0 } = options
  const { epsilon = 1e-10, key } = options
  checkAmount('adagrad', 'learningRateDecay', learningRateDecay)
  checkAmount('adagrad', 'initialAccumulatorValue', init)
  checkEpsilon('adagrad', epsilon, 1e-10)
  checkWeightDecay('adagrad', weightDecay)
  const count = stepCount(moves, key)
  const rateAt = count.scalarsFor((step, parameter) => {
    const slowed = gates.add(gates.multiply(gates.subtract(step, 1), learningRateDecay), 1)
    return gates.divide(rateFor(parameter), slowed)
  })
  const isSlowing = learningRateDecay > 0
  const updates = moves.flatMap(({ parameter, gradient }): Update[] => {
    const pull = namedPull(gradient, parameter, weightDecay)
    const state = companionOf(parameter, { name: 'sum', symbol: 's', key, init })
    const sum = namedFor(parameter, "s'", gates.add(state, gates.multiply(pull, pull)))
    const rate = isSlowing ? rateAt(parameter) : rateFor(parameter)
    const move = gates.multiply(rate, gates.divide(pull, gates.add(gates.sqrt(sum), epsilon)))
    return [
      { state, value: sum },
      { state: parameter, value: gates.subtract(parameter, move) },
    ]
  })
  return [...(isSlowing ? count.updates : []), ...updates]
}
