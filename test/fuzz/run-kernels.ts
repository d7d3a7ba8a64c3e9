/** Running the kernels of a training step in plain JavaScript, held against the interpreter. */
import { compile, interpreter } from '../../src/compile.ts'
import { dtypes } from '../../src/ir/dtype.ts'
import { stateOf } from '../../src/ir/graph.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { MemoryPlan } from '../../src/kernel/memory-plan.ts'
import { loadsOf, storesOf } from '../../src/kernel/operations.ts'
import type { Kernel, Routine } from '../../src/kernel/routine.ts'
import { verifyRoutine } from '../../src/kernel/verify.ts'
import { kernelsOf } from '../../src/passes/kernels.ts'
import { createStore } from '../../src/runtime/store.ts'
import { runRoutine } from '../support/run-routine.ts'
import { differences, type StepResult } from './compare.ts'
import { contentsOf, runOnce } from './run-program.ts'
import type { TrainingCase } from './training-graph.ts'

/** What one step of the fused kernels, in their planned memory, does otherwise than the graph. */
export async function kernelDisagreements(given: TrainingCase): Promise<readonly string[]> {
  const { graph } = given
  const { routine, plan } = kernelsOf(graph)
  verifyRoutine(routine)
  const overlaps = overlapsOf(routine, plan)
  if (overlaps.length > 0) return overlaps
  const keys = graph.states.map((state) => stateOf(state).key)
  const store = createStore()
  const { outputs, updates } = graph
  const known = await compile(outputs, { updates, backend: interpreter, store })
  const states = contentsOf(store, keys)
  const feeds = given.feeds(0)
  const want = await runOnce(known, feeds, keys)
  const ran = runRoutine(routine, feeds, states, plan)
  const typed = <T>(data: T, { shape, dtype }: Tensor) => ({ shape, dtype, data })
  const got: StepResult = {
    ending: endings[ran.fault],
    outputs: Object.fromEntries(
      Object.entries(want.outputs).flatMap(([name, like]) => {
        const data = ran.outputs[name]
        return data ? [[name, typed(data, like)]] : []
      }),
    ),
    // Kernels know nothing of a state that nothing reads or changes.
    states: new Map(
      [...states].map(([key, before]) => [key, typed(ran.states.get(key) ?? before.data, before)]),
    ),
  }
  return differences(got, want, { graph, feeds, states })
}

const endings = { none: 'none', index: 'INDEX', nonFinite: 'NONFINITE' } as const

/** Buffers of one kernel that share bytes: its points may run in any order, and on many threads. */
function overlapsOf({ buffers, kernels, checks, commits }: Routine, plan: MemoryPlan): string[] {
  const problems: string[] = []
  const visit = (kernel: Kernel): void => {
    if (kernel.kind === 'repeat') {
      kernel.body.forEach(visit)
      return
    }
    const used = new Set([...loadsOf(kernel), ...storesOf(kernel)].map(({ buffer }) => buffer))
    const places = [...used].flatMap((index) => {
      const buffer = buffers[index]
      const start = plan.offsets[index] ?? -1
      if (!buffer || start < 0 || buffer.length === 0) return []
      return [
        { name: buffer.name, start, end: start + buffer.length * dtypes[buffer.dtype].sizeBytes },
      ]
    })
    places.sort((a, b) => a.start - b.start)
    places.forEach(({ name, start }, index) => {
      const before = places[index - 1]
      if (before && before.end > start) problems.push(`${before.name} and ${name} share memory`)
    })
  }
  for (const kernel of [...kernels, ...checks, ...commits]) visit(kernel)
  return problems
}
