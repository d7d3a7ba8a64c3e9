/** What random graphs have reached: gates, dtypes, kinds of kernels. */
import { type DType, dtypes } from '../../src/ir/dtype.ts'
import type { Kernel } from '../../src/kernel/routine.ts'
import { kernelsOf } from '../../src/passes/kernels.ts'
import type { TrainingCase } from './training-graph.ts'

export class Coverage {
  /** Pairs of a gate and the dtype that it gave. */
  readonly pairs: Set<string> = new Set()
  readonly gates: Set<string> = new Set()
  readonly dtypes: Set<DType> = new Set()
  readonly kernels: Map<string, number> = new Map()
  readonly sizes: number[] = []

  add({ graph }: TrainingCase): void {
    this.sizes.push(graph.applications.length)
    for (const { gate, dtype } of graph.applications) {
      this.gates.add(gate.name)
      this.dtypes.add(dtype)
      this.pairs.add(`${gate.name} ${dtype}`)
    }
    const { routine } = kernelsOf(graph)
    const { kernels, checks, commits } = routine
    for (const kernel of kernels) for (const kind of kindsOf(kernel)) this.#count(kind)
    if (checks.length > 0) this.#count('checks')
    if (commits.length > 0) this.#count('commits')
  }

  toString(): string {
    const sizes = [...this.sizes].sort((a, b) => a - b)
    const at = (share: number) => sizes[Math.floor(share * (sizes.length - 1))]
    const kernels = [...this.kernels].sort().map(([kind, count]) => `${kind} ${count}`)
    return [
      `${sizes.length} graphs of ${at(0)} to ${at(1)} gates, half of them above ${at(0.5)}`,
      `${this.gates.size} gates in ${this.dtypes.size} of ${Object.keys(dtypes).length} dtypes, ${this.pairs.size} pairs`,
      kernels.join(', '),
    ].join('; ')
  }

  #count(kind: string): void {
    this.kernels.set(kind, (this.kernels.get(kind) ?? 0) + 1)
  }
}

function kindsOf(kernel: Kernel): readonly string[] {
  switch (kernel.kind) {
    case 'nest': {
      const walked = kernel.stages.filter(({ extents }) => extents.length > 0).length
      if (walked === 0) return ['map']
      return [`rows of ${walked > 3 ? '4 or more' : walked} stages`]
    }
    case 'contract':
      return [kernel.epilogue.length > 2 ? 'contract with epilogue' : 'contract']
    case 'scatter':
    case 'running':
    case 'sort':
      return [kernel.kind]
    case 'repeat': {
      const isNested = kernel.body.some(({ kind }) => kind === 'repeat')
      return [isNested ? 'nested repeat' : 'repeat', ...kernel.body.flatMap(kindsOf)]
    }
  }
}
