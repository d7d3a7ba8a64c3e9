/** Kernels in one line, for people who look at what a program runs. */
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { storesOf } from './operations.ts'
import type { Contract, Kernel, Nest, Operation, Routine, Sort } from './routine.ts'

export interface KernelDescription {
  readonly kind: Kernel['kind']
  /** `contract 64×128 over 784, then add, relu (a1)` */
  readonly text: string
  /** The gates that it holds, in their order, with the name of the value where it has one. */
  readonly gates: readonly string[]
}

/**
 * What a kernel of `routine` does: its loops, its gates and the named buffers that it stores.
 *
 * `nameOf` gives the user's name for the value of an application, as `Graph.names` knows it.
 */
export function describeKernel(
  kernel: Kernel,
  routine: Routine,
  nameOf: (application: Value) => string | undefined = (application) => application.name,
): KernelDescription {
  const named = (application: Value): string => {
    const name = nameOf(application)
    return name === undefined ? application.gate.name : `${application.gate.name} (${name})`
  }
  const held = gatesOf(kernel)
  const stored = storedNames(kernel, routine)
  const target = stored.length > 0 ? ` → ${listed(stored)}` : ''
  return {
    kind: kernel.kind,
    text: `${headOf(kernel)}${doingOf(kernel, held, named)}${target}`,
    gates: held.map(named),
  }
}

function headOf(kernel: Kernel): string {
  switch (kernel.kind) {
    case 'nest':
      return `nest${loopsOf(kernel)}`
    case 'contract':
      return `contract ${contractLoops(kernel)}`
    case 'scatter':
      return `scatter ${factors(kernel.extents)} into ${kernel.length}`
    case 'running':
      return `running ${kernel.combine} ${factors([...kernel.points, kernel.length])}`
    case 'sort':
      return sortHead(kernel)
    case 'repeat':
      return `repeat ${kernel.count}${kernel.isReversed ? ' reversed' : ''}`
  }
}

function doingOf(
  kernel: Kernel,
  held: readonly Value[],
  named: (application: Value) => string,
): string {
  if (kernel.kind === 'contract') {
    // The contraction itself is what the head says.
    const others = held.filter(({ gate }) => gate.meaning.kind !== 'contract')
    return others.length > 0 ? `, then ${listed(others.map(named))}` : ''
  }
  return held.length > 0 ? `: ${listed(held.map(named))}` : ''
}

function loopsOf({ points, stages }: Nest): string {
  const inner = stages
    .map(({ extents }) => extents)
    .reduce((most, extents) => (sizeOf(extents) > sizeOf(most) ? extents : most), [])
  const outer = points.length > 0 ? ` ${factors(points)}` : ''
  return inner.length > 0 ? `${outer} over ${factors(inner)}` : outer
}

function contractLoops({ batch, rows, columns, depth }: Contract): string {
  const batches = sizeOf(batch) === 1 ? '' : `${sizeOf(batch)} of `
  return `${batches}${sizeOf(rows)}×${sizeOf(columns)} over ${sizeOf(depth)}`
}

function sortHead({ points, length, count }: Sort): string {
  return `sort ${factors(points)} of ${length}${count < length ? ` for the first ${count}` : ''}`
}

function factors(extents: readonly number[]): string {
  return extents.length > 0 ? extents.join('×') : '1'
}

function gatesOf(kernel: Kernel): readonly Value[] {
  return kernel.kind === 'repeat'
    ? [...kernel.gates, ...kernel.body.flatMap(gatesOf)]
    : kernel.gates
}

/** Names that were given: those of temporaries without one are counted. */
function storedNames(kernel: Kernel, { buffers }: Routine): readonly string[] {
  const names = storedBuffers(kernel).flatMap((at) => {
    const buffer = buffers[at]
    const isNamed = buffer && buffer.role.kind !== 'scratch' && !/^t\d+$/.test(buffer.name)
    return isNamed ? [buffer.name] : []
  })
  return [...new Set(names)]
}

function storedBuffers(kernel: Kernel): readonly number[] {
  const ofBody = (body: readonly Operation[]): number[] =>
    body.flatMap((operation) => (operation.op === 'store' ? [operation.access.buffer] : []))
  switch (kernel.kind) {
    case 'nest':
      return kernel.stages.flatMap(({ body }) => ofBody(body))
    case 'contract':
      return ofBody(kernel.epilogue)
    case 'scatter':
    case 'running':
      return [kernel.target.buffer]
    case 'sort':
      return storesOf(kernel).map(({ buffer }) => buffer)
    case 'repeat':
      return kernel.body.flatMap(storedBuffers)
  }
}

const shown = 8

/** `add ×3, relu, … 5 more`: runs of one name count once. */
function listed(names: readonly string[]): string {
  const runs: { readonly name: string; readonly count: number }[] = []
  for (const name of names) {
    const last = runs.at(-1)
    if (last?.name === name) runs[runs.length - 1] = { name, count: last.count + 1 }
    else runs.push({ name, count: 1 })
  }
  const texts = runs.slice(0, shown).map(({ name, count }) => {
    return count > 1 ? `${name} ×${count}` : name
  })
  const rest = runs.slice(shown).reduce((sum, { count }) => sum + count, 0)
  return [...texts, ...(rest > 0 ? [`… ${rest} more`] : [])].join(', ')
}
