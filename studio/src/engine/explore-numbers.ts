/** One iteration of the graph that is explored, and what its gates show of it. */
import { type Graph, graph, type Tensor, type Trace, trace } from 'sluice'
import type { OutlineGate } from 'sluice/draw'
import { flopsOf } from 'sluice/nn'
import type { PosedModel } from './pose-model.ts'

export interface Ran {
  /** The forward graph, whose positions the trace goes by. */
  readonly forward: Graph
  readonly values: Trace
}

/** In the dtypes of the model: what overflows in f32 would not do so in f64. */
export async function run({ J, feeds, store }: PosedModel): Promise<Ran> {
  return {
    forward: graph({ J }),
    values: await trace(J, feeds, { store, precision: 'declared' }),
  }
}

export function flopsOfGates(gates: readonly OutlineGate[]): Float64Array<ArrayBuffer> {
  return Float64Array.from(gates, ({ value }) => flopsOf(value))
}

/** The length of the gradient that reaches each gate, over all its elements. */
export function gradientNorms(
  gates: readonly OutlineGate[],
  { forward, values }: Ran,
): Float64Array<ArrayBuffer> {
  const norms = new Float64Array(forward.applications.length).fill(Number.NaN)
  for (const { position, upstreams } of values.edges) {
    const reached = upstreams.flatMap((upstream) => upstream ?? [])
    norms[position] = Math.sqrt(reached.reduce((sum, upstream) => sum + squares(upstream), 0))
  }
  return Float64Array.from(gates, ({ value }) => norms[forward.positionOf(value)] ?? Number.NaN)
}

function squares({ data }: Tensor): number {
  let sum = 0
  for (const element of data) sum += Number(element) ** 2
  return sum
}
