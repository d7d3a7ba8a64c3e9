import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { companionOf, runningMean } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkBetas, checkWeightDecay } from './option-checks.ts'

export interface LionOptions extends OptimizerOptions {
  /** How much of the mean goes into a step, and how much of it is kept. Default [0.9, 0.99]. */
  readonly betas?: readonly [step: number, mean: number]
  /** How much of lr · parameter each step takes off the parameter. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of Lion: w ← w − lr · (sign(β₁ m + (1 − β₁) g) + decay · w), with the running mean m
 * of the gradient. Every element goes by lr, so rates are about a tenth of Adam's.
 *
 * States: `<parameter>.m`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: Chen et al., "Symbolic discovery of optimization algorithms".
 */
export function lion(J: Optimizable, options: Grouped<LionOptions>): readonly Update[] {
  return descend<LionOptions>('lion', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: LionOptions): readonly Update[] {
  const { betas = [0.9, 0.99], weightDecay = 0, key } = options
  checkBetas('lion', betas, '[0.9, 0.99]')
  checkWeightDecay('lion', weightDecay)
  const [beta1, beta2] = betas
  return moves.flatMap(({ parameter, gradient }): Update[] => {
    const m = { name: 'm', symbol: 'm', key }
    const state = companionOf(parameter, m)
    const mixed = gates.add(gates.multiply(beta1, state), gates.multiply(1 - beta1, gradient))
    const way = gates.sign(mixed)
    const pull = weightDecay === 0 ? way : gates.add(way, gates.multiply(weightDecay, parameter))
    const move = gates.multiply(rateFor(parameter), pull)
    return [
      runningMean(parameter, m, { kept: beta2, of: gradient, state }),
      { state: parameter, value: gates.subtract(parameter, move) },
    ]
  })
}
