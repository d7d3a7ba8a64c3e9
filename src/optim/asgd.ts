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
import { checkAmount, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface AsgdOptions extends OptimizerOptions {
  /** How much each step takes off the parameter, beside its rate. Default 1e-4. */
  readonly lambd?: number
  /** The power that the rate falls with. Default 0.75. */
  readonly alpha?: number
  /** The step from which on the parameters are averaged. Default 1e6. */
  readonly t0?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of averaged gradient descent: w ← (1 − λ η) w − η · g, where the rate η of step t is
 * lr / (1 + λ · lr · (t − 1))^α. The mean of the parameters from step t₀ on is kept beside them.
 *
 * States: `<parameter>.average`, and the count of steps, `<first parameter>.steps`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.ASGD`; Polyak and Juditsky 1992.
 */
export function asgd(J: Optimizable, options: Grouped<AsgdOptions>): readonly Update[] {
  return descend<AsgdOptions>('asgd', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: AsgdOptions): readonly Update[] {
  const { lambd = 1e-4, alpha = 0.75, t0 = 1e6, weightDecay = 0, key } = options
  checkAmount('asgd', 'lambd', lambd)
  checkAmount('asgd', 't0', t0)
  checkWeightDecay('asgd', weightDecay)
  const count = stepCount(moves, key)
  const scalarsFor = count.scalarsFor((step, parameter) => {
    const rate = rateFor(parameter)
    const past = gates.subtract(step, 1)
    const slowed = gates.add(gates.multiply(gates.multiply(rate, past), lambd), 1)
    const eta = gates.divide(rate, gates.power(slowed, alpha)).labelled({ name: 'η' })
    return {
      eta,
      kept: gates.subtract(1, gates.multiply(eta, lambd)),
      // 1 until t₀: the mean is what the parameter is.
      share: gates.divide(1, gates.maximum(gates.subtract(past, t0), 1)),
    }
  })
  const updates = moves.flatMap(({ parameter, gradient }): Update[] => {
    const { eta, kept, share } = scalarsFor(parameter)
    const pull = namedPull(gradient, parameter, weightDecay)
    const state = companionOf(parameter, { name: 'average', symbol: 'a', key })
    const after = namedFor(
      parameter,
      "w'",
      gates.subtract(gates.multiply(kept, parameter), gates.multiply(eta, pull)),
    )
    const average = gates.add(
      gates.multiply(gates.subtract(1, share), state),
      gates.multiply(share, after),
    )
    return [
      { state: parameter, value: after },
      { state, value: average },
    ]
  })
  return [...count.updates, ...updates]
}
