/** Optimizers as plain data. */
import { entryNamed } from '../errors.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import * as optim from '../optim/index.ts'

/** An optimizer and its settings, in JSON. */
export interface OptimizerSpec {
  /** One of `optimizerNames`. */
  readonly name: string
  readonly learningRate: number
  /** Of `momentum` and `nesterov`. Default 0.9. */
  readonly momentum?: number
  readonly weightDecay?: number
  /** Of those that keep two means: `adam`, `adamW`, `adamax`, `nadam`, `radam`, `lion`. */
  readonly betas?: readonly [mean: number, square: number]
  /** Of those that divide by a root, but `adafactor`. */
  readonly epsilon?: number
  /** How long all gradients together may be. */
  readonly clipGradNorm?: number
}

/** What a spec, being plain data, does not say. */
export interface OptimizerChoices {
  /** Which parameters move, by their keys; the others are frozen. Default: all. */
  readonly parameters?: (key: string) => boolean
}

type Chosen = OptimizerSpec & OptimizerChoices
type Build = (spec: Chosen) => (J: Value) => readonly Update[]

const builders: Readonly<Record<string, Build>> = {
  sgd: (spec) => (J) => optim.sgd(J, plain(spec)),
  momentum: (spec) => (J) => optim.sgd(J, withMomentum(spec)),
  nesterov: (spec) => (J) => optim.sgd(J, { ...withMomentum(spec), nesterov: true }),
  adam: (spec) => (J) => optim.adam(J, adaptive(spec)),
  adamW: (spec) => (J) => optim.adamW(J, adaptive(spec)),
  adamax: (spec) => (J) => optim.adamax(J, adaptive(spec)),
  nadam: (spec) => (J) => optim.nadam(J, adaptive(spec)),
  radam: (spec) => (J) => optim.radam(J, adaptive(spec)),
  adagrad: (spec) => (J) => optim.adagrad(J, adaptive(spec)),
  adadelta: (spec) => (J) => optim.adadelta(J, adaptive(spec)),
  adafactor: (spec) => (J) => optim.adafactor(J, plain(spec)),
  rmsprop: (spec) => (J) => optim.rmsprop(J, adaptive(spec)),
  asgd: (spec) => (J) => optim.asgd(J, plain(spec)),
  lion: (spec) => (J) => optim.lion(J, adaptive(spec)),
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
export function buildOptimizer(
  spec: OptimizerSpec,
  choices: OptimizerChoices = {},
): (J: Value) => readonly Update[] {
  return entryNamed(builders, spec.name, 'there is no optimizer')({ ...spec, ...choices })
}

type Settings = Omit<Chosen, 'name'>

/** What every optimizer has. */
function plain({ learningRate, weightDecay, clipGradNorm, parameters }: Chosen): Settings {
  return {
    learningRate,
    ...(parameters && { parameters }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...(clipGradNorm !== undefined && { clipGradNorm }),
  }
}

function withMomentum(spec: Chosen): Settings {
  return { ...plain(spec), momentum: spec.momentum ?? 0.9 }
}

function adaptive(spec: Chosen): Settings {
  const { betas, epsilon } = spec
  return { ...plain(spec), ...(betas && { betas }), ...(epsilon !== undefined && { epsilon }) }
}
