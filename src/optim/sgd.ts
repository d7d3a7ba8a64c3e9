import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import {
  checkOption,
  checkWeightDecay,
  companionOf,
  descentOf,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'

export interface SgdOptions extends OptimizerOptions {
  /** How much of the last step's direction is kept, 0 or more and below 1. Default 0. */
  readonly momentum?: number
  /** Whether to look ahead along the momentum. Default false. */
  readonly nesterov?: boolean
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of gradient descent: w ← w − lr · dJ/dw for every parameter that J depends on. With
 * momentum μ it moves along v ← μ · v + dJ/dw, the state `<parameter>.velocity`.
 *
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.SGD`.
 *
 * @example
 * const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.5 }) })
 */
export function sgd(J: Optimizable, options: SgdOptions): readonly Update[] {
  const { momentum = 0, nesterov = false, weightDecay = 0, key } = options
  checkMomentum(momentum)
  checkWeightDecay('sgd', weightDecay)
  const { moves, rateFor } = descentOf('sgd', J, options)
  return moves.flatMap(({ parameter, gradient }): Update[] => {
    const pull =
      weightDecay === 0 ? gradient : gates.add(gradient, gates.multiply(weightDecay, parameter))
    const along = (direction: Value): Update => ({
      state: parameter,
      value: gates.subtract(parameter, gates.multiply(rateFor(parameter), direction)),
    })
    if (momentum === 0) return [along(pull)]
    const last = companionOf(parameter, { name: 'velocity', symbol: 'v', key })
    const velocity = gates.add(gates.multiply(momentum, last), pull)
    const ahead = nesterov ? gates.add(pull, gates.multiply(momentum, velocity)) : velocity
    return [{ state: last, value: velocity }, along(ahead)]
  })
}

function checkMomentum(momentum: number): void {
  checkOption(momentum >= 0 && momentum < 1, {
    optimizer: 'sgd',
    name: 'momentum',
    expected: 'a number from 0, which is none, to below 1',
    got: momentum,
    fix: 'most often it is 0.9',
  })
}
