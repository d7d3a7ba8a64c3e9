/** Which gates of a graph, as it was built, each kernel of its program does the work of. */
import { Graph } from './ir/graph.ts'
import { outputsOf, reapply, rewriteGraph } from './ir/rewrite.ts'
import type { GradientEdge, Value } from './ir/value.ts'
import type { Kernel } from './kernel/routine.ts'
import { kernelsOf } from './passes/kernels.ts'

export interface KernelOrigin {
  /** Gates of the forward pass that it computes, in their order. */
  readonly forward: readonly Value[]
  /** Gates of the forward pass whose gradients it computes. */
  readonly backward: readonly Value[]
  /** Whether it does something for what states become: a weight update. */
  readonly update: boolean
}

/**
 * For each kernel of a compiled program, in the order of `explainKernels`, the gates whose work it
 * does. A gate that several kernels share is in each of them; one that is computed elsewhere, as
 * the same thing twice, or once and for all, is in none.
 *
 * @example
 * kernelOrigins(program)[0].forward.map(({ gate }) => gate.name) // ['matmul', 'add', 'sigmoid']
 */
export function kernelOrigins({ graph }: { readonly graph: Graph }): readonly KernelOrigin[] {
  // The passes keep the names of values, and look at none of them: so a name can say where a value
  // came from.
  const marked = rewriteGraph(graph, (application, inputs, position) => {
    if (application.gate.meaning.kind === 'source') return undefined
    const made = inputs === application.inputs ? application : reapply(application, inputs)
    return outputsOf(made).map((output) => output.labelled({ name: markOf(position) }))
  })
  const kernels = kernelsOf(marked)
  const { kernels: steps, checks, commits } = kernels.routine
  const sources = sourcesIn(kernels.graph)
  const roles = rolesIn(graph)
  return [...steps, ...checks, ...commits].map((kernel) => {
    const positions = new Set(gatesOf(kernel).flatMap((gate) => sources(gate) ?? []))
    const own = [...positions].sort((a, b) => a - b).flatMap((position) => roles[position] ?? [])
    return {
      forward: own.flatMap(({ phase, of }) => (phase === 'forward' && of ? [of] : [])),
      backward: [
        ...new Set(own.flatMap(({ phase, of }) => (phase === 'backward' && of ? [of] : []))),
      ],
      update: own.some(({ phase }) => phase === 'update'),
    }
  })
}

const mark = 'origin '

function markOf(position: number): string {
  return `${mark}${position}`
}

function gatesOf(kernel: Kernel): readonly Value[] {
  if (kernel.kind !== 'repeat') return kernel.gates
  return [...kernel.gates, ...kernel.body.flatMap(gatesOf)]
}

/** The position that an application came from; what has no mark works for what reads it. */
function sourcesIn(graph: Graph): (application: Value) => number | undefined {
  const found = new Map<Value, number>()
  const note = (value: Value) => {
    if (value.name?.startsWith(mark) !== true) return
    found.set(value.application, Number(value.name.slice(mark.length)))
  }
  for (const { inputs } of graph.applications) inputs.forEach(note)
  for (const value of Object.values(graph.outputs)) note(value)
  for (const { value } of graph.updates) note(value)
  for (const application of graph.applications.toReversed()) {
    const own = found.get(application)
    if (own === undefined) continue
    for (const { application: input } of application.inputs) {
      if (!found.has(input) && input.gate.meaning.kind !== 'source') found.set(input, own)
    }
  }
  return (value) => found.get(value.application)
}

interface Role {
  readonly phase: 'forward' | 'backward' | 'update'
  /** The gate of the forward pass. */
  readonly of: Value | undefined
}

/** A gradient that is handed on unchanged was computed where it came through before. */
function makerOf(
  { of, through }: GradientEdge,
  readers: ReadonlyMap<Value, ReadonlySet<Value>>,
): Value {
  let maker = through?.application.application ?? of.application
  for (;;) {
    const [reader, ...others] = readers.get(maker) ?? []
    const isHanding = maker.gate.role === 'distributor' && others.length === 0
    if (!isHanding || reader === undefined) return maker
    maker = reader
  }
}

function readersIn(graph: Graph): ReadonlyMap<Value, ReadonlySet<Value>> {
  const readers = new Map<Value, Set<Value>>()
  for (const application of graph.applications) {
    for (const { application: input } of application.inputs) {
      const known = readers.get(input)
      if (known) known.add(application)
      else readers.set(input, new Set([application]))
    }
  }
  return readers
}

/** By position, what each application of a graph is for. */
function rolesIn(graph: Graph): readonly Role[] {
  const given = Object.values(graph.outputs).filter(({ isGradient }) => !isGradient)
  const forward = new Graph(Object.fromEntries(given.map((value, index) => [`${index}`, value])))
  const readers = readersIn(forward)
  const gradients = new Map<Value, Value>()
  const note = (value: Value) => {
    const { edge } = value
    if (!edge || gradients.has(value.application)) return
    gradients.set(value.application, makerOf(edge, readers))
  }
  for (const { inputs } of graph.applications) inputs.forEach(note)
  for (const value of Object.values(graph.outputs)) note(value)
  for (const { value } of graph.updates) note(value)
  for (const application of graph.applications.toReversed()) {
    const of = gradients.get(application)
    if (of === undefined) continue
    for (const { application: input } of application.inputs) {
      if (!gradients.has(input) && forward.positionOf(input) < 0) gradients.set(input, of)
    }
  }
  return graph.applications.map((application): Role => {
    if (forward.positionOf(application) >= 0) return { phase: 'forward', of: application }
    const of = gradients.get(application)
    return of ? { phase: 'backward', of } : { phase: 'update', of: undefined }
  })
}
