/** What a model is made of: its layers with their shapes, parameters and arithmetic. */
import { input } from '../gates/input.ts'
import type { DType } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { flopsOf } from './flops.ts'
import { isLayer, type Stage } from './layer.ts'

export interface SummaryRow {
  /** `linear(64 → 32)`, or the gates of a function between layers: `sigmoid`. */
  readonly description: string
  /** Of one example. */
  readonly outputShape: Shape
  /** How many numbers it learns; those that an earlier row learns too are counted there. */
  readonly parameters: number
  /** Arithmetic operations of one example, forward: a matrix product is 2 · m · n · k. */
  readonly flops: number
}

export interface Summary {
  readonly inputShape: Shape
  readonly rows: readonly SummaryRow[]
  /** Of all rows. */
  readonly parameters: number
  /** Of all rows. */
  readonly flops: number
}

/**
 * The layers of a model, one row each, for examples of a shape (without the batch axis). Rows of
 * layers are opened; what only names values has no row.
 *
 * Throws: SHAPE where the model does not take such examples.
 *
 * @example
 * summary(sequential(linear(784, 128), relu(), linear(128, 10)), [784]).parameters // 101770
 */
export function summary(
  model: Stage,
  exampleShape: Shape,
  options: { readonly dtype?: DType } = {},
): Summary {
  const { dtype = 'f32' } = options
  let value: Value = input('x', [1, ...exampleShape], { dtype })
  const known = new Set<Value>([value.application])
  const rows: SummaryRow[] = []
  for (const stage of stagesOf(model)) {
    value = stage(value)
    const row = rowOf(stage, value, known)
    if (row) rows.push(row)
  }
  const total = (count: (row: SummaryRow) => number) =>
    rows.reduce((sum, row) => sum + count(row), 0)
  return {
    inputShape: [...exampleShape],
    rows,
    parameters: total(({ parameters }) => parameters),
    flops: total(({ flops }) => flops),
  }
}

function stagesOf(stage: Stage): readonly Stage[] {
  return isLayer(stage) && stage.stages ? stage.stages.flatMap(stagesOf) : [stage]
}

/** What is new in `output`, which `known` then holds too; undefined where that is nothing. */
function rowOf(stage: Stage, output: Value, known: Set<Value>): SummaryRow | undefined {
  const fresh = new Graph({ output }).applications.filter((value) => !known.has(value.application))
  for (const value of fresh) known.add(value.application)
  const isNaming = fresh.every(({ gate }) => gate.name === 'alias')
  if (isNaming && !isLayer(stage)) return undefined
  return {
    description: isLayer(stage) ? stage.description : gatesOf(stage, fresh),
    outputShape: output.shape.slice(1),
    parameters: fresh.reduce((sum, value) => sum + learnedIn(value), 0),
    flops: fresh.reduce((sum, value) => sum + flopsOf(value.application), 0),
  }
}

function learnedIn(value: Value): number {
  const { meaning } = value.gate
  const isState = meaning.kind === 'source' && meaning.form === 'state'
  return isState && stateOf(value).trainable ? sizeOf(value.shape) : 0
}

/** Gates that builders put in by themselves. */
const silent = new Set(['alias', 'broadcastTo'])

function gatesOf({ name }: Stage, fresh: readonly Value[]): string {
  if (name !== '') return name
  const visible = fresh.filter(({ gate }) => {
    const { kind } = gate.meaning
    return kind !== 'source' && kind !== 'generate' && !silent.has(gate.name)
  })
  return visible.map(({ gate }) => gate.name).join(', ')
}
