/** Exponential moving averages of weights, and what a model makes with them. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { Graph, stateOf, type Update } from '../ir/graph.ts'
import { substitute } from '../ir/substitute.ts'
import type { Value } from '../ir/value.ts'
import { companionOf, floatingOf, keyFor, namedFor } from './companions.ts'

export interface EmaOptions {
  /** How much of the average each step keeps, 0 or more and below 1. Default 0.999. */
  readonly decay?: number
  /** What the keys of the averages begin with. Default: nothing. */
  readonly key?: string
}

export interface Ema {
  /** The optimizer's updates, and those of the averages. */
  readonly updates: readonly Update[]
  /** The same value, computed with the averages in the place of the weights. */
  readonly averaged: (value: Value) => Value
}

/**
 * Averages of the parameters that `updates` move: a ← decay · a + (1 − decay) · w, for w as it is
 * after the step; after the first one they are the weights themselves.
 *
 * States: `<parameter>.ema`, and `<first parameter>.emaSteps`.
 * Throws: OPTION for a decay out of range, GRADIENT where the updates move no parameter.
 * Source: PyTorch `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn(decay)`.
 *
 * @example
 * const { updates, averaged } = ema(adam(J, { learningRate: 0.001 }), { decay: 0.99 })
 * const step = await compile({ J }, { updates, store })
 * const predict = await compile({ yHat: averaged(yHat) }, { store })
 */
export function ema(updates: readonly Update[], { decay = 0.999, key }: EmaOptions = {}): Ema {
  const moved = updates.filter(({ state }) => stateOf(state).trainable)
  const [first] = moved
  if (!(decay >= 0 && decay < 1)) throw outOfRange(decay)
  if (!first) throw nothingMoved()
  const count = gates.state(keyFor(first.state, 'emaSteps', key), [], 0, { symbol: 'n' })
  const isFirst = gates.equal(count, 0)
  const averages = moved.map(({ state, value }) => {
    const average = companionOf(state, { name: 'ema', symbol: 'a', key })
    const dtype = floatingOf(state)
    const kept: Value<[], typeof dtype> = gates.where(isFirst, gates.constant(0, { dtype }), decay)
    const mixed = gates.add(
      gates.multiply(kept, average),
      gates.multiply(gates.subtract(1, kept), value),
    )
    return { parameter: state, state: average, value: namedFor(state, "a'", mixed) }
  })
  const replacements = new Map(
    averages.map(({ parameter, state }) => [parameter.application, [state]] as const),
  )
  return {
    updates: [
      ...updates,
      ...averages.map(({ state, value }) => ({ state, value })),
      { state: count, value: gates.ones([]) },
    ],
    averaged: (value) => substitute(new Graph({ value }), replacements)(value),
  }
}

function outOfRange(decay: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'ema: decay is out of range',
    expected: 'a number from 0, which keeps nothing, to below 1',
    got: String(decay),
    fix: 'leave it out for 0.999',
  })
}

function nothingMoved(): SluiceError {
  return new SluiceError({
    code: 'GRADIENT',
    what: 'ema: the updates move no parameter',
    expected: 'updates of an optimizer, such as adam(J, { learningRate: 0.001 })',
    got: 'none of a trainable state',
    fix: 'give what an optimizer gives',
  })
}
