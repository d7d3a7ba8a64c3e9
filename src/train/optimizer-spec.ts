/** Optimizers as plain data. */
import { entryNamed } from '../errors.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { adam, adamW, sgd } from '../optim/index.ts'

/** An optimizer and its settings, in JSON. */
export interface OptimizerSpec {
  /** One of `optimizerNames`. */
  readonly name: string
  readonly learningRate: number
  /** Of `momentum` and `nesterov`. Default 0.9. */
  readonly momentum?: number
  readonly weightDecay?: number
  /** Of `adam` and `adamW`. */
  readonly betas?: readonly [mean: number, square: number]
  /** Of `adam` and `adamW`. */
  readonly epsilon?: number
}

type Build = (spec: OptimizerSpec) => (J: Value) => readonly Update[]

const builders: Readonly<Record<string, Build>> = {
  sgd: (spec) => (J) => sgd(J, plain(spec)),
  momentum: (spec) => (J) => sgd(J, { ...plain(spec), momentum: spec.momentum ?? 0.9 }),
  nesterov: (spec) => (J) =>
    sgd(J, { ...plain(spec), momentum: spec.momentum ?? 0.9, nesterov: true }),
  adam: (spec) => (J) => adam(J, { ...plain(spec), ...means(spec) }),
  adamW: (spec) => (J) => adamW(J, { ...plain(spec), ...means(spec) }),
}

/** What an optimizer may be called. */
export const optimizerNames: readonly string[] = Object.keys(builders)

/**
 * The optimizer that a spec describes.
 *
 * Throws: NAME for one that is not there; OPTION, once it is called, for settings out of range.
 *
 * @example
 * await fit({ …, optimizer: buildOptimizer({ name: 'adam', learningRate: 0.01 }) })
 */
export function buildOptimizer(spec: OptimizerSpec): (J: Value) => readonly Update[] {
  return entryNamed(builders, spec.name, 'there is no optimizer')(spec)
}

function plain({ learningRate, weightDecay }: OptimizerSpec): {
  readonly learningRate: number
  readonly weightDecay?: number
} {
  return { learningRate, ...(weightDecay !== undefined && { weightDecay }) }
}

function means({ betas, epsilon }: OptimizerSpec): Pick<OptimizerSpec, 'betas' | 'epsilon'> {
  return { ...(betas && { betas }), ...(epsilon !== undefined && { epsilon }) }
}
