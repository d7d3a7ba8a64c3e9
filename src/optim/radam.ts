import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { floatingOf, namedPull, runningMean, runningSquare } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkBetas, checkEpsilon, checkWeightDecay } from './option-checks.ts'
import { stepCount } from './step-count.ts'

export interface RadamOptions extends OptimizerOptions {
  /** How much is kept of the running means of gradient and square. Default [0.9, 0.999]. */
  readonly betas?: readonly [mean: number, square: number]
  /** Added to the root that is divided by. Default 1e-8. */
  readonly epsilon?: number
  /** How much of the parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number
}

/**
 * The updates of rectified Adam: w ← w − lr · m̂ in the first steps, while too few squares are known
 * to divide by; then Adam's, times r, by how much the variance of √v̂ is more than at its best.
 *
 * States: `<parameter>.m` and `<parameter>.v`, and the count of steps, `<first parameter>.steps`.
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for an option out of
 * range.
 * Source: PyTorch `torch.optim.RAdam`; Liu et al., "On the variance of the adaptive learning rate
 * and beyond".
 */
export function radam(J: Optimizable, options: Grouped<RadamOptions>): readonly Update[] {
  return descend<RadamOptions>('radam', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: RadamOptions): readonly Update[] {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, key } = options
  checkBetas('radam', betas)
  checkEpsilon('radam', epsilon, 1e-8)
  checkWeightDecay('radam', weightDecay)
  const [beta1, beta2] = betas
  const count = stepCount(moves, key)
  const scalarsFor = count.scalarsFor((step, parameter) => {
    const { isRectified, scale } = rectification(step, beta2)
    const correction = gates.biasCorrection(step, beta1).labelled({ name: 'c1' })
    return {
      isRectified,
      size: gates.divide(rateFor(parameter), correction),
      scale: gates.cast(scale, floatingOf(parameter)).labelled({ name: 'r' }),
    }
  })
  const updates = moves.flatMap(({ parameter, gradient }): Update[] => {
    const { isRectified, size, scale } = scalarsFor(parameter)
    const pull = namedPull(gradient, parameter, weightDecay)
    const mean = runningMean(parameter, { name: 'm', symbol: 'm', key }, { kept: beta1, of: pull })
    const v = { name: 'v', symbol: 'v', key }
    const square = runningSquare(parameter, v, { kept: beta2, of: pull })
    const adapted = gates.divide(scale, gates.add(gates.sqrt(square.value), epsilon))
    const factor = gates.where(
      isRectified,
      adapted,
      gates.ones(adapted.shape, { dtype: floatingOf(adapted) }),
    )
    const move = gates.multiply(gates.multiply(size, mean.value), factor)
    return [mean, square, { state: parameter, value: gates.subtract(parameter, move) }]
  })
  return [...count.updates, ...updates]
}

/**
 * Whether enough squares are known, and r · √(1 − β₂ᵗ). In f64, as ρ is a small difference of large
 * numbers in the first steps.
 */
function rectification(
  step: Value,
  beta2: number,
): { readonly isRectified: Value<[], 'bool'>; readonly scale: Value } {
  const most = 2 / (1 - beta2) - 1
  const t: Value<[], 'f64'> = gates.cast(step as Value<[]>, 'f64') // the count is a scalar
  const correction = gates.biasCorrection(t, beta2)
  const left = gates.multiply(gates.multiply(t, 2), gates.subtract(1, correction))
  const length = gates.subtract(most, gates.divide(left, correction)).labelled({ name: 'ρ' })
  const isRectified = gates.greater(length, 5)
  const held = gates.where(isRectified, length, 5)
  const grown = gates.multiply(gates.subtract(held, 4), gates.subtract(held, 2))
  const full = ((most - 4) * (most - 2)) / most
  const share = gates.divide(grown, gates.multiply(held, full))
  return { isRectified, scale: gates.sqrt(gates.multiply(share, correction)) }
}
