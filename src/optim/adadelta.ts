import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { companionOf, namedFor, namedPull, runningSquare } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkEpsilon, checkShare, checkWeightDecay } from './option-checks.ts'

export interface AdadeltaOptions extends OptimizerOptions {
  /** How much is kept of the running means of squares. Default 0.9. */
  readonly rho?: number
  /** Added under both roots. Default 1e-6. */
  readonly epsilon?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of Adadelta: w ← w − lr · Δ, where Δ = g · √(d + ε) / √(v + ε) has the size that past
 * steps had; v and d are the running means of the squares of g and Δ. Usual is a rate of 1.
 *
 * States: `<parameter>.v` and `<parameter>.d`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.Adadelta`; Zeiler, "ADADELTA: an adaptive learning rate method".
 */
export function adadelta(J: Optimizable, options: Grouped<AdadeltaOptions>): readonly Update[] {
  return descend<AdadeltaOptions>('adadelta', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: AdadeltaOptions): readonly Update[] {
  const { rho = 0.9, epsilon = 1e-6, weightDecay = 0, key } = options
  checkShare('adadelta', 'rho', rho, 0.9)
  checkEpsilon('adadelta', epsilon, 1e-6)
  checkWeightDecay('adadelta', weightDecay)
  return moves.flatMap(({ parameter, gradient }): Update[] => {
    const pull = namedPull(gradient, parameter, weightDecay)
    const v = { name: 'v', symbol: 'v', key }
    const square = runningSquare(parameter, v, { kept: rho, of: pull })
    const d = { name: 'd', symbol: 'd', key }
    const state = companionOf(parameter, d)
    const scale = gates.divide(
      gates.sqrt(gates.add(state, epsilon)),
      gates.sqrt(gates.add(square.value, epsilon)),
    )
    const step = namedFor(parameter, 'Δ', gates.multiply(pull, scale))
    const move = gates.multiply(rateFor(parameter), step)
    return [
      square,
      runningSquare(parameter, d, { kept: rho, of: step, state }),
      { state: parameter, value: gates.subtract(parameter, move) },
    ]
  })
}
