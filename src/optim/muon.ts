import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { stateOf, type Update } from '../ir/graph.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { namedFor, runningMean } from './companions.ts'
import {
  type Descent,
  descend,
  type Grouped,
  type Optimizable,
  type OptimizerOptions,
} from './descent.ts'
import { checkOption, checkShare, checkWeightDecay } from './option-checks.ts'

export interface MuonOptions extends OptimizerOptions {
  /** How much is kept of the running mean of the gradient. Default 0.95. */
  readonly momentum?: number
  /** Whether to look ahead along the mean. Default true. */
  readonly nesterov?: boolean
  /** How much of lr · parameter each step takes off the parameter. Default 0.1. */
  readonly weightDecay?: number
  /** How often a direction is brought nearer to an orthogonal matrix. Default 5. */
  readonly nsSteps?: number
  /** The polynomial that does it: a x + b x³ + c x⁵. Default [3.4445, −4.775, 2.0315]. */
  readonly nsCoefficients?: readonly [a: number, b: number, c: number]
  /** The least that a direction's length is divided by. Default 1e-7. */
  readonly epsilon?: number
  /**
   * How the rate goes with the shape: `original` by √max(1, outputs / inputs), `matchRmsAdamW` by
   * 0.2 √max(outputs, inputs), so that rates and decay are those of AdamW. Default `original`.
   */
  readonly adjustLearningRate?: 'original' | 'matchRmsAdamW'
}

/**
 * The updates of Muon: matrices go along their momentum, made orthogonal by a few Newton-Schulz
 * steps, so that all its directions count alike. For the hidden layers of a network; biases,
 * embeddings and the last layer are given to another optimizer, with a key of its own.
 *
 * States: `<parameter>.m`. Shapes: parameters [inputs, outputs].
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for a parameter that
 * is no matrix, and for an option out of range.
 * Source: PyTorch 2.15 `torch.optim.Muon`, in full precision rather than bf16; Jordan et al. 2024.
 *
 * @example
 * const updates = [
 *   ...muon(J, { learningRate: 0.02, parameters: matrices }),
 *   ...adamW(J, { learningRate: 0.001, parameters: others, key: 'adamW' }),
 * ]
 */
export function muon(J: Optimizable, options: Grouped<MuonOptions>): readonly Update[] {
  return descend<MuonOptions>('muon', J, options, updatesOf)
}

function updatesOf({ moves, rateFor }: Descent, options: MuonOptions): readonly Update[] {
  const { momentum = 0.95, nesterov = true, weightDecay = 0.1, nsSteps = 5, key } = options
  checkShare('muon', 'momentum', momentum, 0.95)
  checkWeightDecay('muon', weightDecay)
  checkOption(Number.isInteger(nsSteps) && nsSteps >= 1 && nsSteps < 100, {
    ...{ optimizer: 'muon', name: 'nsSteps', got: nsSteps },
    expected: 'a whole number from 1 to 99',
    fix: 'leave it out for 5',
  })
  return moves.flatMap(({ parameter, gradient }): Update[] => {
    if (parameter.shape.length !== 2) throw noMatrix(parameter)
    const m = { name: 'm', symbol: 'm', key }
    const mean = runningMean(parameter, m, { kept: momentum, of: gradient })
    const ahead = gates.add(
      gates.multiply(1 - momentum, gradient),
      gates.multiply(momentum, mean.value),
    )
    const direction = orthogonal(nesterov ? ahead : mean.value, options)
    const rate = rateFor(parameter)
    const size = gates.multiply(rate, adjustment(parameter.shape, options))
    const move = gates.multiply(size, namedFor(parameter, 'O', direction))
    const kept = gates.subtract(1, gates.multiply(rate, weightDecay))
    const before = weightDecay > 0 ? gates.multiply(kept, parameter) : parameter
    return [mean, { state: parameter, value: gates.subtract(before, move) }]
  })
}

/** The matrix with its singular values brought near to 1. */
function orthogonal(
  matrix: Value,
  { nsSteps = 5, nsCoefficients = [3.4445, -4.775, 2.0315], epsilon = 1e-7 }: MuonOptions,
): Value {
  const [rows = 0, columns = 0] = matrix.shape
  const [a, b, c] = nsCoefficients
  const length = gates.sqrt(gates.sum(gates.multiply(matrix, matrix)))
  // The products are of the smaller side.
  const isTall = rows > columns
  let x = gates.divide(isTall ? gates.transpose(matrix) : matrix, gates.maximum(length, epsilon))
  for (let step = 0; step < nsSteps; step++) {
    const gram = gates.matmul(x, gates.transpose(x))
    const bent = gates.add(gates.multiply(b, gram), gates.multiply(c, gates.matmul(gram, gram)))
    x = gates.add(gates.multiply(a, x), gates.matmul(bent, x))
  }
  return isTall ? gates.transpose(x) : x
}

function adjustment(
  [inputs = 1, outputs = 1]: Shape,
  { adjustLearningRate = 'original' }: MuonOptions,
): number {
  return adjustLearningRate === 'original'
    ? Math.sqrt(Math.max(1, outputs / inputs))
    : 0.2 * Math.sqrt(Math.max(outputs, inputs))
}

function noMatrix(parameter: Value): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `muon: a parameter is no matrix`,
    where: `parameter "${stateOf(parameter).key}"`,
    expected: 'parameters of two axes, [inputs, outputs]',
    got: formatShape(parameter.shape),
    fix: "give muon the matrices as { parameters }, and the rest to adamW with { key: 'adamW' }",
  })
}
