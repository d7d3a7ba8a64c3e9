/**
 * Kernels that are alike but for where their buffers lie, as those of equal layers are: code is
 * written for one of them, and told where each time. Elementwise kernels over one axis, as an
 * optimizer's over each parameter, may differ in its length too.
 */
import { sizeOf } from '../../ir/shape.ts'
import { isMap } from '../../kernel/align-nests.ts'
import { bodiesOf, sizeOfBodies, withBuffers } from '../../kernel/operations.ts'
import type { Nest, SingleKernel } from '../../kernel/routine.ts'
import type { EmittedKernel, KernelContext } from './kernel-context.ts'
import { canonical } from './nest/canonical.ts'

export class AlikeKernels {
  readonly #context: KernelContext
  readonly #emit: Emit
  readonly #members = new Map<SingleKernel, Member>()

  /** `emit` writes the code for one kernel. */
  constructor(context: KernelContext, kernels: readonly SingleKernel[], emit: Emit) {
    this.#context = context
    this.#emit = emit
    const groups = new Map<string, Group>()
    for (const kernel of kernels) {
      const form = formOf(kernel, context)
      if (form === undefined) continue
      const member = { kernel, ...form }
      const group = groups.get(form.key) ?? { model: member, count: 0, emitted: undefined }
      groups.set(form.key, group)
      group.count++
      if (form.length > group.model.length) group.model = member
      this.#members.set(kernel, { ...member, group })
    }
  }

  /** The kernel by itself, or as one use of what it has in common with others. */
  emit(kernel: SingleKernel): EmittedKernel {
    const member = this.#members.get(kernel)
    if (!member || member.group.count === 1) return this.#emit(this.#context, kernel)
    const { group, buffers, length } = member
    const { model } = group
    const hasLength = length > 0
    const given = { buffers: model.buffers, hasLength }
    group.emitted ??= this.#emit({ ...this.#context, given }, model.kernel)
    const { run, chunks, cost, chunkLength } = group.emitted
    const addresses = buffers.map((buffer) => this.#context.placeOf(buffer).address)
    if (!hasLength || chunkLength === undefined) return { run, chunks, cost, given: addresses }
    return {
      run,
      given: [...addresses, length],
      chunks: Math.ceil(length / chunkLength),
      cost: (cost * length) / model.length,
    }
  }
}

type Emit = (context: KernelContext, kernel: SingleKernel) => EmittedKernel

interface Form {
  /** Equal where one code does for both. */
  readonly key: string
  /** In the order in which the kernel names them. */
  readonly buffers: readonly number[]
  /** Of the axis that may be of any length; 0: no axis may. */
  readonly length: number
}

interface Group {
  /** The longest, so that its code is made for long loops. */
  model: Form & { readonly kernel: SingleKernel }
  count: number
  emitted: EmittedKernel | undefined
}

interface Member extends Form {
  readonly group: Group
}

/** Shorter loops are written out, which takes addresses that are known. */
const fewestTurns = 65
/** Longer bodies, as those of many scalar gates, are hardly ever alike. */
const longestBody = 500

/** Undefined where the kernel's code had better be its own. */
function formOf(kernel: SingleKernel, { placeOf }: KernelContext): Form | undefined {
  if (sizeOfBodies(kernel) > longestBody || turnsOf(kernel) < fewestTurns) return undefined
  const line = lineOf(kernel)
  const [length = 0] = line?.points ?? []
  const numbers = new Map<number, number>()
  const renumbered = withBuffers(line ? { ...line, points: [1] } : kernel, (buffer) => {
    const number = numbers.get(buffer) ?? numbers.size
    numbers.set(buffer, number)
    return number
  })
  const buffers = [...numbers.keys()]
  const places = buffers.map(placeOf)
  // Which of them lie at one place: loads from what is stored are not moved out of loops.
  const sharing = places.map(({ address }) => places.findIndex((one) => one.address === address))
  const perThread = places.map((place) => place.perThread)
  const rest = [line !== undefined, literalsOf(kernel), sharing, perThread]
  return { key: JSON.stringify([{ ...renumbered, gates: [] }, ...rest]), buffers, length }
}

/** How often the body runs that runs most. */
function turnsOf(kernel: SingleKernel): number {
  switch (kernel.kind) {
    case 'nest':
      return (
        sizeOf(kernel.points) * Math.max(1, ...kernel.stages.map(({ extents }) => sizeOf(extents)))
      )
    case 'contract':
      return sizeOf([...kernel.batch, ...kernel.rows, ...kernel.columns, ...kernel.depth])
    case 'scatter':
      return sizeOf(kernel.extents)
    case 'running':
    case 'sort':
      return sizeOf(kernel.points) * kernel.length
  }
}

/** An elementwise kernel that goes along one axis, in its simplest form. */
function lineOf(kernel: SingleKernel): Nest | undefined {
  if (kernel.kind !== 'nest' || !isMap(kernel)) return undefined
  const simple = canonical(kernel)
  return simple.points.length === 1 ? { ...kernel, ...simple } : undefined
}

/** As text: JSON knows neither −0 nor NaN nor ∞. */
function literalsOf(kernel: SingleKernel): readonly string[] {
  const literals = bodiesOf(kernel).flatMap((body) => body.filter(({ op }) => op === 'literal'))
  return literals.map((one) => textOf('value' in one ? one.value : 0))
}

function textOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
