import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { floatingOf, keyFor, namedFor, runningSum, withDecay } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkOption, checkWeightDecay } from './option-checks.ts'

export interface SgdOptions extends OptimizerOptions {
  /** How much of the last step's direction is kept, 0 or more and below 1. Default 0. */
  readonly momentum?: number
  /** How much of each gradient after the first the momentum leaves out, 0 to 1. Default 0. */
  readonly dampening?: number
  /** Whether to look ahead along the momentum. Default false. */
  readonly nesterov?: boolean
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of gradient descent: w ← w − lr · dJ/dw for every parameter that J depends on. With
 * momentum μ it moves along v ← μ · v + dJ/dw, the state `<parameter>.velocity`, with Nesterov's
 * along dJ/dw + μ · v. A dampening of d takes (1 − d) · dJ/dw into v after the first step, which the
 * state `<first parameter>.started` tells from the others.
 *
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range, and for `nesterov` without momentum or with dampening.
 * Source: PyTorch `torch.optim.SGD`.
 *
 * @example
 * const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.5 }) })
 */
export function sgd(J: Optimizable, options: Grouped<SgdOptions>): readonly Update[] {
  return descend<SgdOptions>('sgd', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: SgdOptions): readonly Update[] {
  checkSgd(options)
  const { momentum = 0, dampening = 0, nesterov = false, weightDecay = 0, key } = options
  const isDamped = momentum > 0 && dampening > 0
  const damping = isDamped ? dampingOf(moves[0]?.parameter, dampening, key) : undefined
  const updates = moves.flatMap(({ parameter, gradient }): Update[] => {
    const decayed = withDecay(gradient, parameter, weightDecay)
    const pull = nesterov && weightDecay > 0 ? namedFor(parameter, 'g', decayed) : decayed
    const along = (direction: Value): Update => ({
      state: parameter,
      value: gates.subtract(parameter, gates.multiply(rateFor(parameter), direction)),
    })
    if (momentum === 0) return [along(pull)]
    const share = damping?.shareFor(parameter)
    const added = share ? gates.multiply(share, pull) : pull
    const companion = { name: 'velocity', symbol: 'v', key }
    const velocity = runningSum(parameter, companion, { kept: momentum, added })
    const ahead = nesterov
      ? gates.add(pull, gates.multiply(momentum, velocity.value))
      : velocity.value
    return [velocity, along(ahead)]
  })
  return damping ? [...updates, damping.update] : updates
}

interface Damping {
  /** How much of a gradient the velocity takes: all in the first step, then less. */
  readonly shareFor: (parameter: Value) => Value
  readonly update: Update
}

function dampingOf(
  first: Value | undefined,
  dampening: number,
  key: string | undefined,
): Damping | undefined {
  if (!first) return undefined
  const started = gates.state(keyFor(first, 'started', key), [], 0, { symbol: 'started' })
  const shares = new Map<string, Value>()
  return {
    shareFor: (parameter) => {
      const dtype = floatingOf(parameter)
      const own = dtype === 'f32' ? started : gates.cast(started, dtype)
      const share = shares.get(dtype) ?? gates.subtract(1, gates.multiply(dampening, own))
      shares.set(dtype, share)
      return share
    },
    update: { state: started, value: gates.ones([]) },
  }
}

function checkSgd({ momentum = 0, dampening = 0, nesterov = false, ...rest }: SgdOptions): void {
  checkOption(momentum >= 0 && momentum < 1, {
    ...{ optimizer: 'sgd', name: 'momentum', got: momentum },
    expected: 'a number from 0, which is none, to below 1',
    fix: 'most often it is 0.9',
  })
  checkOption(dampening >= 0 && dampening <= 1, {
    ...{ optimizer: 'sgd', name: 'dampening', got: dampening },
    expected: 'a number from 0, which is none, to 1',
    fix: 'leave it out for none',
  })
  checkWeightDecay('sgd', rest.weightDecay ?? 0)
  if (!nesterov || (momentum > 0 && dampening === 0)) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'sgd: nesterov has nothing to look ahead along',
    expected: 'a momentum above 0 and no dampening',
    got: `momentum ${momentum}, dampening ${dampening}`,
    fix: 'give { momentum: 0.9, nesterov: true }',
  })
}
