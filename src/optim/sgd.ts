import { backpropagate } from '../autodiff/backpropagate.ts'
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf, type Update } from '../ir/graph.ts'
import { formatType, Value } from '../ir/value.ts'

export interface SgdOptions {
  /** A number becomes the state `learningRate`, which a schedule may set; or a value of the graph. */
  readonly learningRate: number | Value
  /**
   * The key of the learning rate's state. Default `learningRate`; two optimizers of one store, each
   * with its own rate, need two keys.
   */
  readonly key?: string
  /** What is moved. Default: every parameter that J depends on. */
  readonly parameters?: readonly Value[]
}

/** What an optimizer minimises: a floating-point scalar. */
export type Optimizable = Value

/**
 * The updates of gradient descent: w ← w − lr · dJ/dw for every parameter that J depends on.
 *
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for a learning rate
 * that is not a finite number.
 * Source: PyTorch `torch.optim.SGD`.
 *
 * @example
 * const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.5 }) })
 */
export function sgd(J: Optimizable, options: SgdOptions): readonly Update[] {
  checkScalar(J)
  const parameters = options.parameters ?? parametersOf(J)
  if (parameters.length === 0) {
    throw new SluiceError({
      code: 'GRADIENT',
      what: 'sgd: J depends on no parameter',
      where: `value ${J}`,
      expected: 'a J computed from values made by parameter()',
      got: 'none of them',
      fix: 'make the weights with parameter(), or pass { parameters }',
    })
  }
  const learningRate = learningRateOf(options, parameters)
  const seed = gates.ones(J.shape, { dtype: J.dtype === 'f64' ? 'f64' : 'f32' })
  const { gradientOf } = backpropagate([J], [seed], parameters)
  return parameters.flatMap((parameter): Update[] => {
    const gradient = gradientOf(parameter)
    if (!gradient) return []
    const rate = rateFor(learningRate, parameter)
    return [{ state: parameter, value: gates.subtract(parameter, gates.multiply(rate, gradient)) }]
  })
}

function checkScalar(J: Value): void {
  if (J.shape.length === 0 && isFloating(J.dtype)) return
  throw new SluiceError({
    code: 'GRADIENT',
    what: 'sgd: J is not a floating-point scalar',
    where: `value ${J}`,
    expected: 'one number to make smaller, f32 or f64',
    got: formatType(J.type),
    fix: J.shape.length === 0 ? "compute J in 'f32'" : 'reduce it: mean or sum',
  })
}

/** Every trainable state that J depends on, in the order in which its graph reads them. */
function parametersOf(J: Value): readonly Value[] {
  return new Graph({ J }).states.filter((value) => stateOf(value).trainable)
}

function learningRateOf(
  { learningRate, key = 'learningRate' }: SgdOptions,
  [first]: readonly Value[],
): Value {
  if (learningRate instanceof Value) return learningRate
  if (Number.isFinite(learningRate)) {
    return gates.state(key, [], learningRate, {
      symbol: 'lr',
      dtype: floatingOf(first?.dtype),
    })
  }
  throw new SluiceError({
    code: 'OPTION',
    what: 'sgd: the learning rate is not a finite number',
    expected: 'a finite number, such as 0.1, or a value of the graph',
    got: String(learningRate),
    fix: 'choose a learning rate',
  })
}

function rateFor(learningRate: Value, { dtype }: Value): Value {
  return learningRate.dtype === dtype ? learningRate : gates.cast(learningRate, floatingOf(dtype))
}

function floatingOf(dtype: string | undefined): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}
