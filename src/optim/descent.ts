/** What every optimizer begins with: the gradients of J, held in bounds, and its learning rate. */
import { backpropagate } from '../autodiff/backpropagate.ts'
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf, type Update } from '../ir/graph.ts'
import { formatType, Value } from '../ir/value.ts'
import { clipGradNorm, clipGradValue } from './clip-gradients.ts'
import { floatingOf } from './companions.ts'
import { gatherGradients } from './micro-batches.ts'
import { checkOption } from './option-checks.ts'

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
  /**
   * What is moved: a list, or those of J's parameters whose keys it says yes to, so that the others
   * stay as they are: `(key) => key.startsWith('fc.')`. Default: every parameter that J depends on.
   */
  readonly parameters?: readonly Value[] | ((key: string) => boolean)
  /** How long all gradients together may be, as `clipGradNorm` measures. Default: any length. */
  readonly clipGradNorm?: number
  /** How large an element of a gradient may be, either way. Default: any size. */
  readonly clipGradValue?: number
  /**
   * How many steps' gradients are averaged before parameters move: micro-batches that count as one
   * batch. Default 1.
   */
  readonly accumulate?: number
}

/** What holds for all groups alike. */
type Shared = 'key' | 'parameters' | 'clipGradNorm' | 'clipGradValue' | 'accumulate'

/** Some of the parameters, with settings of their own; what is left out is as for all. */
export type ParameterGroup<O extends OptimizerOptions> = Partial<Omit<O, Shared>> & {
  readonly parameters: readonly Value[]
}

/** An optimizer's options, and what differs between groups of parameters. */
export type Grouped<O extends OptimizerOptions> = O & {
  /**
   * Instead of `parameters`: what is moved, in groups with settings of their own. The rate of group
   * i, where it is a number of its own, is the state `learningRate.i`.
   */
  readonly groups?: readonly ParameterGroup<O>[]
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
 * The updates that `update` makes of each group of parameters and the gradients of J for them.
 *
 * Throws: GRADIENT where J depends on no parameter or is not a scalar; OPTION for a learning rate
 * that is not one finite number, for bounds out of range, for parameters that are none, and for one
 * in two groups.
 */
export function descend<O extends OptimizerOptions>(
  optimizer: string,
  J: Optimizable,
  options: Grouped<O>,
  update: (descent: Descent, options: O) => readonly Update[],
): readonly Update[] {
  checkScalar(optimizer, J)
  checkBounds(optimizer, options)
  const groups = groupsOf(optimizer, J, options)
  const parameters = groups.flatMap((group) => group.parameters)
  if (parameters.length === 0) throw noParameters(optimizer, J)
  const rates = new Map<string, Value>()
  const rateOf = (group: GroupOf<O>): Value => {
    const rate =
      rates.get(group.rateKey) ?? learningRateOf(optimizer, group.options, { ...group, parameters })
    rates.set(group.rateKey, rate)
    return rate
  }
  const seed = gates.ones(J.shape, { dtype: floatingOf(J) })
  const { gradientOf } = backpropagate([J], [seed], parameters)
  const found = parameters.flatMap((parameter): Moved[] => {
    const gradient = gradientOf(parameter)
    return gradient ? [{ parameter, gradient }] : []
  })
  const { moves, gate } = gatherGradients(found, options.accumulate ?? 1, options.key)
  const held = new Map(bounded(moves, options).map((move) => [move.parameter, move.gradient]))
  const updates = groups.flatMap((group) => {
    const own = group.parameters.flatMap((parameter): Moved[] => {
      const gradient = held.get(parameter)
      if (!gradient) return []
      const pull = group.options.maximize ? gates.negate(gradient) : gradient
      return [{ parameter, gradient: pull }]
    })
    return update({ moves: own, rateFor: rateIn(rateOf(group)) }, group.options)
  })
  return gate(updates)
}

interface GroupOf<O> {
  readonly parameters: readonly Value[]
  readonly options: O
  /** The key of its learning rate, where that is a number. */
  readonly rateKey: string
}

function groupsOf<O extends OptimizerOptions>(
  optimizer: string,
  J: Value,
  { groups, ...rest }: Grouped<O>,
): readonly GroupOf<O>[] {
  const options = rest as unknown as O // without the groups, which O has not
  const { key: shared = 'learningRate' } = options
  if (!groups) {
    const parameters = movedOf(optimizer, J, options.parameters)
    return [{ parameters, options, rateKey: shared }]
  }
  const seen = new Set<Value>()
  return groups.map((group, index) => {
    checkParameters(optimizer, group.parameters)
    for (const parameter of group.parameters) {
      if (seen.has(parameter)) throw twice(optimizer, parameter)
      seen.add(parameter)
    }
    const rateKey = group.learningRate === undefined ? shared : `${shared}.${index}`
    return { parameters: group.parameters, options: { ...options, ...group }, rateKey }
  })
}

function movedOf(
  optimizer: string,
  J: Value,
  asked: OptimizerOptions['parameters'],
): readonly Value[] {
  if (typeof asked !== 'function') {
    if (asked) checkParameters(optimizer, asked)
    return asked ?? parametersOf(J)
  }
  const all = parametersOf(J)
  const moved = all.filter((parameter) => asked(stateOf(parameter).key))
  if (moved.length > 0 || all.length === 0) return moved
  const keys = all.map((parameter) => stateOf(parameter).key)
  throw new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: parameters says no to every parameter`,
    expected: `yes to some of ${keys.length}: ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ', …' : ''}`,
    got: 'no to all',
    fix: 'compare with the keys of the parameters',
  })
}

function bounded(
  moves: readonly Moved[],
  { clipGradNorm: maxNorm, clipGradValue: maxValue }: OptimizerOptions,
): readonly Moved[] {
  const gradients = moves.map(({ gradient }) => gradient)
  const small = maxValue === undefined ? gradients : clipGradValue(gradients, maxValue)
  const short = maxNorm === undefined ? small : clipGradNorm(small, maxNorm).gradients
  return moves.map(({ parameter, gradient }, index) => ({
    parameter,
    gradient: short[index] ?? gradient,
  }))
}

function rateIn(learningRate: Value): Descent['rateFor'] {
  return (parameter) => {
    const dtype = floatingOf(parameter)
    return learningRate.dtype === dtype ? learningRate : gates.cast(learningRate, dtype)
  }
}

function checkBounds(
  optimizer: string,
  { clipGradNorm: maxNorm, clipGradValue: maxValue, accumulate = 1 }: OptimizerOptions,
): void {
  for (const [name, got] of Object.entries({ clipGradNorm: maxNorm, clipGradValue: maxValue })) {
    checkOption(got === undefined || got > 0, {
      ...{ optimizer, name, got: got ?? 0 },
      expected: 'a number above 0',
      fix: 'leave it out where gradients may be of any size',
    })
  }
  checkOption(Number.isInteger(accumulate) && accumulate >= 1, {
    ...{ optimizer, name: 'accumulate', got: accumulate },
    expected: 'a whole number of steps, 1 or more',
    fix: 'leave it out where each step moves the parameters',
  })
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

function noParameters(optimizer: string, J: Value): SluiceError {
  return new SluiceError({
    code: 'GRADIENT',
    what: `${optimizer}: J depends on no parameter`,
    where: `value ${J}`,
    expected: 'a J computed from values made by parameter()',
    got: 'none of them',
    fix: 'make the weights with parameter(), or pass { parameters }',
  })
}

function twice(optimizer: string, parameter: Value): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: a parameter stands in two groups`,
    where: `parameter "${stateOf(parameter).key}"`,
    expected: 'each parameter in one group',
    got: stateOf(parameter).key,
    fix: 'leave it in the group whose settings it is to have',
  })
}

/** Every trainable state that J depends on, in the order in which its graph reads them. */
function parametersOf(J: Value): readonly Value[] {
  return new Graph({ J }).states.filter((value) => stateOf(value).trainable)
}

function noNumber(optimizer: string, rate: Value): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: the learning rate is not one number`,
    where: `value ${rate}`,
    expected: 'a floating-point scalar',
    got: formatType(rate.type),
    fix: 'for rates that differ between parameters give groups',
  })
}

/** A list of values, which a record of parameters is not. */
function checkParameters(optimizer: string, parameters: unknown): void {
  const isList = Array.isArray(parameters) && parameters.every((one) => one instanceof Value)
  if (isList) return
  throw new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: parameters are no list of parameters`,
    expected: 'a list of values, such as [W1, b1]',
    got: Array.isArray(parameters) ? 'a list of other things' : typeof parameters,
    fix: 'of a model give Object.values(model.parameters)',
  })
}

function learningRateOf(
  optimizer: string,
  { learningRate }: OptimizerOptions,
  {
    rateKey,
    parameters: [first],
  }: { readonly rateKey: string; readonly parameters: readonly Value[] },
): Value {
  if (learningRate instanceof Value) {
    if (learningRate.shape.length > 0 || !isFloating(learningRate.dtype)) {
      throw noNumber(optimizer, learningRate)
    }
    return learningRate
  }
  if (Number.isFinite(learningRate)) {
    return gates.state(rateKey, [], learningRate, {
      symbol: 'lr',
      dtype: first ? floatingOf(first) : 'f32',
    })
  }
  const isSchedule = typeof learningRate === 'function'
  throw new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: the learning rate is not a finite number`,
    expected: 'a finite number, such as 0.1, or a value of the graph',
    got: isSchedule ? 'a function' : String(learningRate),
    fix: isSchedule
      ? 'give a schedule to fit, or what scheduled makes of it to the optimizer'
      : 'give { learningRate: 0.1 }',
  })
}
