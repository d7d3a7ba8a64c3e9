import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { floatingOf, keyFor, namedPull, runningMean, runningSquare } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkAmount, checkBetas, checkEpsilon, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface NadamOptions extends OptimizerOptions {
  /** How much is kept of the running means of gradient and square. Default [0.9, 0.999]. */
  readonly betas?: readonly [mean: number, square: number]
  /** Added to the root that is divided by. Default 1e-8. */
  readonly epsilon?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
  /** How fast the momentum grows to its full size. Default 4e-3. */
  readonly momentumDecay?: number
}

/**
 * The updates of NAdam: Adam that looks ahead along its mean, as Nesterov's momentum does; the
 * momentum of step t is β₁ (1 − ½ · 0.96^(t · momentumDecay)).
 *
 * States: `<parameter>.m` and `<parameter>.v`, the count of steps, `<first parameter>.steps`, and the
 * product of all momenta, `<first parameter>.momentum`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.NAdam`; Dozat, "Incorporating Nesterov momentum into Adam".
 */
export function nadam(J: Optimizable, options: Grouped<NadamOptions>): readonly Update[] {
  return descend<NadamOptions>('nadam', J, options, updatesOf)
}

interface Scalars {
  /** What the gradient and what the mean are multiplied by. */
  readonly now: Value
  readonly ahead: Value
  /** What √v is multiplied by to be the root of a whole mean. */
  readonly rootScale: Value
}

function updatesOf({ moves, rateFor }: Descent, options: NadamOptions): readonly Update[] {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, momentumDecay = 4e-3 } = options
  checkBetas('nadam', betas)
  checkEpsilon('nadam', epsilon, 1e-8)
  checkWeightDecay('nadam', weightDecay)
  checkAmount('nadam', 'momentumDecay', momentumDecay)
  const [first] = moves
  if (!first) return []
  const { key } = options
  const [beta1, beta2] = betas
  const count = stepCount(moves, key)
  const product = gates.state(keyFor(first.parameter, 'momentum', key), [], 1, {
    symbol: 'Π',
    dtype: moves.some(({ parameter }) => parameter.dtype === 'f64') ? 'f64' : 'f32',
  })
  const momentumOf = (step: Value) =>
    gates.multiply(
      gates.subtract(
        1,
        gates.multiply(0.5, gates.exp(gates.multiply(step, momentumDecay * Math.log(0.96)))),
      ),
      beta1,
    )
  const momentumIn = (step: Value) => momentumOf(step).labelled({ name: 'μ' })
  const scalarsFor = count.scalarsFor((step, parameter): Scalars => {
    const rate = rateFor(parameter)
    const momentum = momentumIn(step)
    const next = momentumOf(gates.add(step, 1))
    const before = inDType(product, parameter)
    const after = gates.multiply(before, momentum)
    const share = gates.divide(gates.subtract(1, momentum), gates.subtract(1, after))
    const nextShare = gates.divide(next, gates.subtract(1, gates.multiply(after, next)))
    const correction = gates.biasCorrection(step, beta2).labelled({ name: 'c2' })
    return {
      now: gates.multiply(rate, share),
      ahead: gates.multiply(rate, nextShare),
      rootScale: gates.divide(1, gates.sqrt(correction)),
    }
  })
  const updates = moves.flatMap(({ parameter, gradient }): Update[] => {
    const { now, ahead, rootScale } = scalarsFor(parameter)
    const pull = namedPull(gradient, parameter, weightDecay)
    const mean = runningMean(parameter, { name: 'm', symbol: 'm', key }, { kept: beta1, of: pull })
    const v = { name: 'v', symbol: 'v', key }
    const square = runningSquare(parameter, v, { kept: beta2, of: pull })
    const root = gates.add(gates.multiply(gates.sqrt(square.value), rootScale), epsilon)
    const along = gates.add(gates.multiply(now, pull), gates.multiply(ahead, mean.value))
    return [
      mean,
      square,
      { state: parameter, value: gates.subtract(parameter, gates.divide(along, root)) },
    ]
  })
  const [counted] = count.updates
  const grown = counted && {
    state: product,
    value: gates.multiply(product, momentumIn(counted.value)),
  }
  return [...count.updates, ...(grown ? [grown] : []), ...updates]
}

function inDType(value: Value, parameter: Value): Value {
  const dtype = floatingOf(parameter)
  return value.dtype === dtype ? value : gates.cast(value, dtype)
}
