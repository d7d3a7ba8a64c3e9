/** The compiled training step of the graph that is explored: its kernels, their gates, their time. */
import { compile, kernelOrigins, type Program, SluiceError, sgd } from 'sluice'
import type { OutlineGate } from 'sluice/draw'
import type { KernelRow, KernelTable } from './explore-protocol.ts'
import type { PosedModel } from './pose-model.ts'

/** So many kernels are timed in all: a browser's clock ticks in 5 µs, longer than most of them take. */
const timings = 20_000

/** Runs the step some times; no state changes. */
export async function kernelTable(
  model: PosedModel,
  gates: readonly OutlineGate[],
): Promise<KernelTable> {
  const program = await programOf(model)
  const origins = kernelOrigins(program)
  const wanted = Math.ceil(timings / Math.max(1, origins.length))
  const { kernels, runs } = program.profile(model.feeds, {
    runs: Math.min(Math.max(wanted, 3), 300),
  })
  const places = new Map(gates.map(({ value }, index) => [value.application, index]))
  const rows = kernels.map(({ kernel, kind, extents, milliseconds, share }): KernelRow => {
    const { forward = [], backward = [], update = false } = origins[kernel] ?? {}
    const placesOf = (values: typeof forward) => values.flatMap((value) => places.get(value) ?? [])
    return {
      ...{ kernel, kind, extents, milliseconds, share, update },
      ...{ forward: placesOf(forward), backward: placesOf(backward) },
    }
  })
  return { rows, runs }
}

/** With its updates by gradient descent; forward alone where there is nothing to learn. */
async function programOf({ J, feeds: _, store }: PosedModel): Promise<Program> {
  try {
    const updates = sgd(J, { learningRate: 0.1 })
    return await compile({ J }, { updates, store, threads: 1 })
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return compile({ J }, { store, threads: 1 })
  }
}

/** What each gate takes, forward and back; the time of a kernel is shared by the gates that it holds. */
export function timesOf(
  { rows }: KernelTable,
  gates: readonly OutlineGate[],
): Float64Array<ArrayBuffer> {
  const times = new Float64Array(gates.length)
  for (const { forward, backward, milliseconds } of rows) {
    const held = [...forward, ...backward]
    for (const gate of held) times[gate] = (times[gate] ?? 0) + milliseconds / held.length
  }
  return times
}
