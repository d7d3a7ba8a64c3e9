/**
 * From gates to kernels: every primitive of a graph becomes a kernel of its own, or none where it
 * only looks at elements in another way; single numbers share one. Fusion comes after.
 */
import { internalError } from '../errors.ts'
import { type ComputeDType, type DType, isFloating } from '../ir/dtype.ts'
import { type Graph, inputName, stateOf } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import { isTensor, tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { isContiguous } from './access.ts'
import { accessOf, BodyBuilder } from './body.ts'
import { lowerConvolution, lowerMatmul } from './lower-contract.ts'
import { lowerElement } from './lower-element.ts'
import { lowerGather, lowerScatterAdd } from './lower-index.ts'
import { lowerMove } from './lower-move.ts'
import { lowerReduce } from './lower-reduce.ts'
import { lowerScan } from './lower-scan.ts'
import { Lowering, type Operand } from './lowering.ts'
import type { Kernel, Routine } from './routine.ts'
import { inRegister, type Naming, ScalarRun } from './scalar-run.ts'

/** A graph of primitives, expanded, as a routine with one kernel for each gate that computes. */
export function lower(graph: Graph): Routine {
  const lowering = new Lowering()
  const names = graph.names()
  const views = new Array<Operand | undefined>(graph.slotCount)
  const sources = (application: Value) => lowerSource(lowering, application)
  lowerApplications(lowering, graph, { views, names, sources })
  const at = (value: Value) => {
    const view = views[graph.slotOf(value)]
    if (!view) throw internalError(`lower: value ${value} has no view`)
    return view
  }
  const updated = new Set(graph.updates.map(({ state }) => at(state).buffer))
  lowering.gates = []
  const outputs = Object.entries(graph.outputs).map(([name, value]) => {
    return [name, outputBuffer(lowering, at(value), updated)] as const
  })
  const commits = lowerUpdates(lowering, graph, at, updated)
  return {
    buffers: lowering.buffers,
    kernels: lowering.kernels,
    checks: lowerChecks(lowering, graph, at),
    commits,
    outputs: Object.fromEntries(outputs),
  }
}

interface Scope {
  /** By slot of the graph. */
  readonly views: (Operand | undefined)[]
  readonly names: ReadonlyMap<number, string>
  readonly sources: (application: Value) => Operand
}

function lowerApplications(lowering: Lowering, graph: Graph, scope: Scope): void {
  const { views, names, sources } = scope
  const lastUses = lastUsesOf(graph)
  const outer = lowering.run
  outer.finish()
  lowering.run = new ScalarRun(lowering)
  const place = lowering.position
  graph.applications.forEach((application, position) => {
    const first = graph.firstSlot(position)
    lowering.position = position
    const { kind } = application.gate.meaning
    const isElement = kind === 'element'
    const takesLiterals = isElement || kind === 'move' || kind === 'reduce'
    const inputs: Operand[] = []
    for (let k = 0; k < application.inputCount; k++) {
      const view = views[graph.inputSlot(position, k)]
      if (!view)
        throw internalError(`lower: ${application.gate.name} has an operand without a view`)
      if (view.buffer === inRegister && !isElement) lowering.run.finish()
      inputs.push(lowering.here(takesLiterals ? view : lowering.withBuffer(view)))
    }
    if (!isElement) lowering.gates = [application]
    const naming = { name: names.get(first), lastUse: lastUses[first] ?? -1 }
    const outputs = lowerApplication(lowering, application, { inputs, naming, sources })
    for (let index = 0; index < outputs.length; index++) views[first + index] = outputs[index]
  })
  lowering.position = graph.applications.length
  lowering.run.finish()
  lowering.run = outer
  lowering.position = place
}

/** By slot, the position of the last application that reads it; past the end where more do. */
function lastUsesOf(graph: Graph): Int32Array {
  const uses = new Int32Array(graph.slotCount).fill(-1)
  graph.applications.forEach((application, position) => {
    for (let k = 0; k < application.inputCount; k++) uses[graph.inputSlot(position, k)] = position
  })
  const end = graph.applications.length
  for (const value of Object.values(graph.outputs)) uses[graph.slotOf(value)] = end
  for (const { value } of graph.updates) uses[graph.slotOf(value)] = end
  return uses
}

interface Call {
  readonly inputs: readonly Operand[]
  readonly naming: Naming
  readonly sources: (application: Value) => Operand
}

function lowerApplication(
  lowering: Lowering,
  application: Value,
  { inputs, naming, sources }: Call,
): readonly Operand[] {
  const { name } = naming
  const { meaning } = application.gate
  switch (meaning.kind) {
    case 'source':
      return [sources(application)]
    case 'generate':
      return [lowerGenerated(lowering, application, meaning.form, { inputs, name })]
    case 'element':
      return [lowerElement(lowering, application, inputs, naming)]
    case 'reduce':
      return [lowerReduce(lowering, application, inputs, name)]
    case 'contract':
      return meaning.form === 'matmul'
        ? [lowerMatmul(lowering, application, inputs, name)]
        : [lowerConvolution(lowering, application, inputs, name)]
    case 'move':
      return [lowerMove(lowering, application, inputs, name)]
    case 'index':
      return meaning.form === 'gather'
        ? [lowerGather(lowering, application, inputs, name)]
        : [lowerScatterAdd(lowering, application, inputs, name)]
    case 'scan':
      return lowerScan(lowering, application, inputs, (body, given) => {
        const views = new Array<Operand | undefined>(body.slotCount)
        lowerApplications(lowering, body, {
          views,
          names: noNames,
          sources: (input) => lowering.here(given(Number(inputName(input)))),
        })
        return Object.values(body.outputs).map((value) => {
          const view = views[body.slotOf(value)]
          if (!view) throw internalError(`lower: output ${value} of a loop has no view`)
          return view
        })
      })
    case 'composite':
      throw internalError(`lower: ${application.gate.name} is a composite: expand the graph first`)
  }
}

const noNames: ReadonlyMap<number, string> = new Map()

function lowerSource(lowering: Lowering, application: Value): Operand {
  const { meaning } = application.gate
  const length = sizeOf(application.shape)
  if (meaning.kind === 'source' && meaning.form === 'state') {
    const { key, symbol, dtype, trainable: isTrainable } = stateOf(application)
    return lowering.whole(
      lowering.buffer({ kind: 'state', key, isTrainable }, dtype, length, symbol),
      application.shape,
    )
  }
  const key = inputName(application)
  const buffer = lowering.buffer({ kind: 'input', key }, application.dtype, length, key)
  return lowering.whole(buffer, application.shape)
}

function lowerGenerated(
  lowering: Lowering,
  application: Value,
  form: 'constant' | 'iota' | 'randomBits',
  { inputs, name }: { readonly inputs: readonly Operand[]; readonly name: string | undefined },
): Operand {
  const { attributes, shape, dtype } = application
  if (form === 'constant') {
    const { value } = attributes
    const contents = isTensor(value) ? value : tensor(Number(value), { dtype })
    return lowering.here(lowering.constant(contents, name))
  }
  const body = new BodyBuilder()
  const out = lowering.temporary(application, name)
  if (form === 'iota') {
    const strides = shape.map((_, axis) => (axis === Number(attributes.axis) ? 1 : 0))
    const made = dtype as ComputeDType // iota takes numeric dtypes only
    body.store(
      accessOf(out),
      body.add({ id: body.next(), op: 'position', dtype: made, offset: 0, strides }),
      dtype,
    )
    lowering.nest(shape, body)
    return out
  }
  const [key] = inputs
  if (!key) throw internalError('lower: random bits without a key')
  const still = shape.map(() => 0)
  const word = (index: number) =>
    body.load(
      { ...accessOf(key), offset: key.offset + index * (key.strides[0] ?? 0), strides: still },
      'u32',
    )
  const [a, b] = [word(0), word(1)]
  const position = body.add({
    id: body.next(),
    op: 'position',
    dtype: 'u32',
    offset: 0,
    strides: out.strides,
  })
  const bits = body.add({
    id: body.next(),
    op: 'randomBits',
    dtype: 'u32',
    a: a.id,
    b: b.id,
    position: position.id,
  })
  body.store(accessOf(out), bits, 'u32')
  lowering.nest(shape, body)
  return out
}

/** An output's own buffer, or a copy of what a view names or what the step is about to change. */
function outputBuffer(lowering: Lowering, view: Operand, updated: ReadonlySet<number>): number {
  const isWhole =
    view.literal === undefined &&
    isContiguous(view) &&
    view.offset === 0 &&
    lowering.bufferAt(view.buffer).length === sizeOf(view.shape)
  if (isWhole && !updated.has(view.buffer)) return view.buffer
  const copy = lowering.temporary(view)
  lowering.copy(view, copy)
  return copy.buffer
}

/** Copies new values into states. What is read from a state that changes is kept aside before. */
function lowerUpdates(
  lowering: Lowering,
  { updates }: Graph,
  at: (value: Value) => Operand,
  updated: ReadonlySet<number>,
): readonly Kernel[] {
  const pairs = updates.flatMap(({ state, value }) => {
    const target = at(state)
    const source = at(value)
    if (isSame(source, target)) return []
    if (!updated.has(source.buffer)) return [{ source, target }]
    const kept = lowering.temporary(source)
    lowering.copy(source, kept)
    return [{ source: kept, target }]
  })
  const before = lowering.kernels
  lowering.kernels = []
  for (const { source, target } of pairs) lowering.copy(source, target)
  const commits = lowering.kernels
  lowering.kernels = before
  return commits
}

/** Whether a state becomes what it is. */
function isSame(source: Operand, target: Operand): boolean {
  return source.buffer === target.buffer && isContiguous(source)
}

/**
 * J and what goes into trainable states must be finite. What a commit comes to compute by itself
 * is checked by what it computes: see passes/check.ts. A state that stays as it is has no commit.
 */
function lowerChecks(
  lowering: Lowering,
  { outputs: { J }, updates }: Graph,
  at: (value: Value) => Operand,
): readonly Kernel[] {
  if (updates.length === 0) return []
  const checks = J && isFloating(J.dtype) ? [checkOf(lowering.withBuffer(at(J)), J.dtype)] : []
  for (const { state, value } of updates) {
    const isChecked = stateOf(state).trainable && isFloating(state.dtype)
    if (isChecked && isSame(at(value), at(state))) checks.push(checkOf(at(state), state.dtype))
  }
  return checks
}

function checkOf(view: Operand, dtype: DType): Kernel {
  const body = new BodyBuilder()
  const { id } = body.load(accessOf(view), dtype)
  body.operations.push({ op: 'checkFinite', x: id })
  const stages = [{ extents: [], body: body.operations }]
  return { kind: 'nest', points: view.shape, stages, gates: [] }
}
