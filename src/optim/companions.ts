/** States that an optimizer keeps beside a parameter, and what it calls its values. */
import * as gates from '../gates/index.ts'
import { stateOf, type Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'

export interface Companion {
  readonly name: string
  readonly symbol: string
  readonly key: string | undefined
  /** What it holds first. Default 0. */
  readonly init?: number
}

/** A state of a parameter's shape that an optimizer keeps: `0.weight.velocity`. */
export function companionOf(
  parameter: Value,
  { name, symbol, key, init = 0 }: Companion,
  shape: readonly number[] = stateOf(parameter).shape,
): Value {
  return gates.state(keyFor(parameter, name, key), shape, init, {
    symbol: `${symbol}(${stateOf(parameter).symbol})`,
    dtype: floatingOf(parameter),
  })
}

interface Kept {
  readonly kept: number
  /** The companion, where it has been made already. */
  readonly state?: Value
}

/** A state that becomes kept · itself + added, under its symbol with a prime. */
export function runningSum(
  parameter: Value,
  companion: Companion,
  { kept, added, state = companionOf(parameter, companion) }: Kept & { readonly added: Value },
): Update {
  const sum = gates.add(gates.multiply(kept, state), added)
  return { state, value: namedFor(parameter, `${companion.symbol}'`, sum) }
}

/** A state that becomes the running mean of x: kept · itself + (1 − kept) · x. */
export function runningMean(
  parameter: Value,
  companion: Companion,
  { of, ...rest }: Kept & { readonly of: Value },
): Update {
  return runningSum(parameter, companion, { ...rest, added: gates.multiply(1 - rest.kept, of) })
}

/** The running mean of x². */
export function runningSquare(
  parameter: Value,
  companion: Companion,
  { of, ...rest }: Kept & { readonly of: Value },
): Update {
  const added = gates.multiply(1 - rest.kept, gates.multiply(of, of))
  return runningSum(parameter, companion, { ...rest, added })
}

/** The gradient, and so much of the parameter: weight decay as the gradient of ½ · decay · w². */
export function withDecay(gradient: Value, parameter: Value, weightDecay: number): Value {
  return weightDecay === 0 ? gradient : gates.add(gradient, gates.multiply(weightDecay, parameter))
}

/** The same under a name, where it is not the gradient itself. */
export function namedPull(gradient: Value, parameter: Value, weightDecay: number): Value {
  return weightDecay === 0
    ? gradient
    : namedFor(parameter, 'g', withDecay(gradient, parameter, weightDecay))
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

export function floatingOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}
