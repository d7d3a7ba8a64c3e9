import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import { Value } from '../ir/value.ts'
import { companionOf, namedFor } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkOption } from './option-checks.ts'

export interface RpropOptions extends OptimizerOptions {
  /** What every element's step begins with. */
  readonly learningRate: number
  /** What a step is multiplied by where its gradient turns, and where it stays. Default [0.5, 1.2]. */
  readonly etas?: readonly [turned: number, stayed: number]
  /** The smallest and the largest step. Default [1e-6, 50]. */
  readonly stepSizes?: readonly [smallest: number, largest: number]
}

/**
 * The updates of resilient propagation: each element of a parameter goes by a step of its own
 * against the sign of its gradient; where the sign turns it rests, and the step becomes smaller.
 * It is for whole datasets, not for batches. A schedule has nothing to set here: the learning rate
 * is the first step alone.
 *
 * States: `<parameter>.step` and `<parameter>.last`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.Rprop`; Riedmiller and Braun 1993.
 */
export function rprop(J: Optimizable, options: Grouped<RpropOptions>): readonly Update[] {
  return descend<RpropOptions>('rprop', J, options, updatesOf)
}

function updatesOf({ moves }: Descent, options: RpropOptions): readonly Update[] {
  const { etas = [0.5, 1.2], stepSizes = [1e-6, 50], learningRate, key } = options
  if ((learningRate as unknown) instanceof Value) throw notANumber()
  checkRange('etas', etas[0] > 0 && etas[0] < 1 && etas[1] > 1, etas[0], 'below and above 1')
  checkRange('stepSizes', stepSizes[0] <= stepSizes[1], stepSizes[0], 'the smaller one first')
  const [turned, stayed] = etas
  return moves.flatMap(({ parameter, gradient }): Update[] => {
    const step = companionOf(parameter, { name: 'step', symbol: 's', key, init: learningRate })
    const last = companionOf(parameter, { name: 'last', symbol: 'g', key })
    const way = gates.multiply(gradient, last)
    const isTurned = gates.less(way, 0)
    const grown = gates.where(gates.greater(way, 0), gates.multiply(step, stayed), step)
    const changed = gates.where(isTurned, gates.multiply(step, turned), grown)
    const size = namedFor(parameter, "s'", gates.clamp(changed, ...stepSizes))
    const pull = namedFor(parameter, "g'", gates.where(isTurned, 0, gradient))
    const move = gates.multiply(gates.sign(pull), size)
    return [
      { state: step, value: size },
      { state: last, value: pull },
      { state: parameter, value: gates.subtract(parameter, move) },
    ]
  })
}

function checkRange(name: string, isValid: boolean, got: number, expected: string): void {
  checkOption(isValid, { optimizer: 'rprop', name, got, expected, fix: `leave ${name} out` })
}

function notANumber(): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'rprop: the learning rate is not a number',
    expected: 'the size of the first step, such as 0.01',
    got: 'a value of the graph',
    fix: 'give a number: every element then has a step of its own',
  })
}
