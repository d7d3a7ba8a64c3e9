import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { companionOf, namedFor, namedPull, runningMean } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkBetas, checkEpsilon, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface AdamaxOptions extends OptimizerOptions {
  /** How much is kept of the running mean, and of the largest gradient. Default [0.9, 0.999]. */
  readonly betas?: readonly [mean: number, largest: number]
  /** Added to a gradient's size. Default 1e-8. */
  readonly epsilon?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of Adamax: w ← w − lr · m̂ / u, where u is the largest gradient so far, which fades.
 *
 * States: `<parameter>.m` and `<parameter>.u`, and the count of steps, `<first parameter>.steps`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.Adamax`; Kingma and Ba, "Adam: a method for stochastic optimization".
 */
export function adamax(J: Optimizable, options: Grouped<AdamaxOptions>): readonly Update[] {
  return descend<AdamaxOptions>('adamax', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: AdamaxOptions): readonly Update[] {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, key } = options
  checkBetas('adamax', betas)
  checkEpsilon('adamax', epsilon, 1e-8)
  checkWeightDecay('adamax', weightDecay)
  const [beta1, beta2] = betas
  const count = stepCount(moves, key)
  const sizeFor = count.scalarsFor((step, parameter) =>
    gates.divide(rateFor(parameter), gates.biasCorrection(step, beta1).labelled({ name: 'c1' })),
  )
  const updates = moves.flatMap(({ parameter, gradient }): Update[] => {
    const pull = namedPull(gradient, parameter, weightDecay)
    const mean = runningMean(parameter, { name: 'm', symbol: 'm', key }, { kept: beta1, of: pull })
    const state = companionOf(parameter, { name: 'u', symbol: 'u', key })
    const size = gates.add(gates.abs(pull), epsilon)
    const largest = namedFor(parameter, "u'", gates.maximum(gates.multiply(beta2, state), size))
    const move = gates.multiply(sizeFor(parameter), gates.divide(mean.value, largest))
    return [
      mean,
      { state, value: largest },
      { state: parameter, value: gates.subtract(parameter, move) },
    ]
  })
  return [...count.updates, ...updates]
}
