/** What every optimizer begins with: the gradients of J, its learning rate, states of its own. */
import { backpropagate } from '../autodiff/backpropagate.ts'
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { formatType, Value } from '../ir/value.ts'

export interface OptimizerOptions {
  /** A number becomes the state `learningRate`, which a schedule may set; or a value of the graph. */
  readonly learningRate: number | Value
  /**
   * The key of the learning rate's state, and what the keys of the optimizer's own states begin
   * with. Default `learningRate`, and nothing; two optimizers of one store, each with its own rate,
   * need two keys.
   */
  readonly key?: string
  /** Whether J is made larger instead of smaller. Default false. */
  readonly maximize?: boolean
  /** What is moved. Default: every parameter that J depends on. */
  readonly parameters?: readonly Value[]
}

/** What an optimizer minimises: a floating-point scalar. */
export type Optimizable = Value

/** A parameter that is moved, with dJ/dparameter, or −dJ/dparameter where J is made larger. */
export interface Moved {
  readonly parameter: Value
  readonly gradient: Value
}

export interface Descent {
  readonly moves: readonly Moved[]
  /** The learning rate in the dtype of the parameter that it moves. */
  readonly rateFor: (parameter: Value) => Value
}

/**
 * The gradients of J for what `optimizer` moves.
 *
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for a learning rate
 * that is not a finite number.
 */
export function descentOf(optimizer: string, J: Optimizable, options: OptimizerOptions): Descent {
  checkScalar(optimizer, J)
  const parameters = options.parameters ?? parametersOf(J)
  if (parameters.length === 0) {
    throw new SluiceError({
      code: 'GRADIENT',
      what: `${optimizer}: J depends on no parameter`,
      where: `value ${J}`,
      expected: 'a J computed from values made by parameter()',
      got: 'none of them',
      fix: 'make the weights with parameter(), or pass { parameters }',
    })
  }
  const learningRate = learningRateOf(optimizer, options, parameters)
  const seed = gates.ones(J.shape, { dtype: floatingOf(J) })
  const { gradientOf } = backpropagate([J], [seed], parameters)
  return {
    moves: parameters.flatMap((parameter): Moved[] => {
      const gradient = gradientOf(parameter)
      if (!gradient) return []
      return [{ parameter, gradient: options.maximize ? gates.negate(gradient) : gradient }]
    }),
    rateFor: (parameter) => {
      const dtype = floatingOf(parameter)
      return learningRate.dtype === dtype ? learningRate : gates.cast(learningRate, dtype)
    },
  }
}

/** Zeros to begin with, of a parameter's shape, that an optimizer keeps: `0.weight.velocity`. */
export function companionOf(
  parameter: Value,
  {
    name,
    symbol,
    key,
  }: { readonly name: string; readonly symbol: string; readonly key: string | undefined },
): Value {
  const own = stateOf(parameter)
  return gates.state(keyFor(parameter, name, key), own.shape, 0, {
    symbol: `${symbol}(${own.symbol})`,
    dtype: floatingOf(parameter),
  })
}

/** The gradient, and so much of the parameter: weight decay as the gradient of ½ · decay · w². */
export function withDecay(gradient: Value, parameter: Value, weightDecay: number): Value {
  return weightDecay === 0 ? gradient : gates.add(gradient, gates.multiply(weightDecay, parameter))
}

/** A value under a name that goes with a parameter: `m'(W1)`. */
export function namedFor(parameter: Value, letter: string, value: Value): Value {
  return value.labelled({ name: `${letter}(${stateOf(parameter).symbol})` })
}

/** The key of an optimizer's state that goes with a parameter. */
export function keyFor(parameter: Value, name: string, key?: string): string {
  const own = `${stateOf(parameter).key}.${name}`
  return key === undefined ? own : `${key}.${own}`
}

/** Throws OPTION unless `isValid`. */
export function checkOption(
  isValid: boolean,
  facts: {
    readonly optimizer: string
    readonly name: string
    readonly expected: string
    readonly got: number
    readonly fix: string
  },
): void {
  if (isValid) return
  const { optimizer, name, expected, got, fix } = facts
  throw new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: ${name} is out of range`,
    expected,
    got: String(got),
    fix,
  })
}

/** Throws OPTION unless the weight decay is a finite number, 0 or more. */
export function checkWeightDecay(optimizer: string, weightDecay: number): void {
  checkOption(Number.isFinite(weightDecay) && weightDecay >= 0, {
    optimizer,
    name: 'weightDecay',
    expected: 'a finite number, 0 or more',
    got: weightDecay,
    fix: 'leave it out, or give a small number such as 0.01',
  })
}

export function floatingOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

function checkScalar(optimizer: string, J: Value): void {
  if (J.shape.length === 0 && isFloating(J.dtype)) return
  throw new SluiceError({
    code: 'GRADIENT',
    what: `${optimizer}: J is not a floating-point scalar`,
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
  optimizer: string,
  { learningRate, key = 'learningRate' }: OptimizerOptions,
  [first]: readonly Value[],
): Value {
  if (learningRate instanceof Value) return learningRate
  if (Number.isFinite(learningRate)) {
    return gates.state(key, [], learningRate, {
      symbol: 'lr',
      dtype: first ? floatingOf(first) : 'f32',
    })
  }
  throw new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: the learning rate is not a finite number`,
    expected: 'a finite number, such as 0.1, or a value of the graph',
    got: String(learningRate),
    fix: 'choose a learning rate',
  })
}
