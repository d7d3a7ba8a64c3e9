/**
 * From gates to kernels: a primitive of a graph becomes a kernel, or none where it only looks at
 * elements in another way. Single numbers share one, and elementwise gates that one gate alone reads
 * are computed by its kernel, or where a state is stored. Further fusion comes after.
 */
import { internalError } from '../errors.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import { type Graph, inputName, stateOf } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import { isTensor, tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { isContiguous } from './access.ts'
import { accessOf, BodyBuilder } from './body.ts'
import { lowerConvolution, lowerMatmul } from './lower-contract.ts'
import { lowerElement } from './lower-element.ts'
import { lowerGather, lowerScatter } from './lower-index.ts'
import { lowerMove } from './lower-move.ts'
import { lowerReduce } from './lower-reduce.ts'
import { lowerRunning } from './lower-running.ts'
import { lowerScan } from './lower-scan.ts'
import { lowerSort } from './lower-sort.ts'
import { lowerChecks, lowerUpdates } from './lower-updates.ts'
import { Lowering, type Operand } from './lowering.ts'
import type { Routine } from './routine.ts'
import { ScalarRun } from './scalar-run.ts'
import { isForUpdate, isRead, isReadOnce, usesOf } from './uses.ts'

/** A graph of primitives, expanded, as a routine. */
export function lower(graph: Graph): Routine {
  const lowering = new Lowering()
  const at = lowerApplications(lowering, graph, {
    names: graph.names(),
    sources: (application) => lowerSource(lowering, application),
  })
  const updated = new Set(graph.updates.map(({ state }) => at(state).buffer))
  lowering.gates = []
  const outputs = Object.entries(graph.outputs).map(([name, value]) => {
    return [name, outputBuffer(lowering, at(value), updated)] as const
  })
  const commits = lowerUpdates(lowering, graph, at)
  return {
    buffers: lowering.buffers,
    kernels: lowering.kernels,
    checks: lowerChecks(lowering, graph, at),
    commits,
    outputs: Object.fromEntries(outputs),
  }
}

interface Given {
  readonly names: ReadonlyMap<number, string>
  readonly sources: (application: Value) => Operand
}

/** Lowers all of a graph; gives where its values lie. */
function lowerApplications(
  lowering: Lowering,
  graph: Graph,
  { names, sources }: Given,
): (value: Value) => Operand {
  const outer = lowering.run
  outer?.finish()
  const place = lowering.position
  const { applications, slotCount } = graph
  const views = new Array<Operand | undefined>(slotCount)
  const uses = usesOf(graph)
  const run = new ScalarRun(lowering, { graph, names, views, lastUses: uses.lasts })
  lowering.run = run
  // A plain loop: there may be a million applications.
  for (let position = 0; position < applications.length; position++) {
    const application = applications[position] as Value // position is inside
    lowering.position = position
    const { kind } = application.gate.meaning
    if (kind === 'element' && run.add(application, position)) continue
    // They read a literal as it is, and compute by themselves what waits.
    const takesAny = kind === 'element' || kind === 'move' || kind === 'reduce'
    const inputs = application.inputs.map(({ type }, k) => {
      const view = run.viewOf(graph.inputSlot(position, k), type)
      if (view) return lowering.here(takesAny ? view : lowering.withBuffer(view))
      throw internalError(`lower: ${application.gate.name} has an operand without a view`)
    })
    lowering.gates = [application]
    const first = graph.firstSlot(position)
    const outputs = lowerApplication(lowering, application, {
      inputs,
      name: names.get(first),
      waits: kind === 'element' && (isForUpdate(uses, position) || isReadOnce(uses, position)),
      isRead: (index) => isRead(uses, first + index),
      sources,
    })
    for (let index = 0; index < outputs.length; index++) views[first + index] = outputs[index]
  }
  lowering.position = applications.length
  run.finish()
  lowering.run = outer
  lowering.position = place
  return (value) => {
    const view = run.viewOf(graph.slotOf(value), value.type)
    if (!view) throw internalError(`lower: value ${value} has no view`)
    return view
  }
}

interface Call {
  readonly inputs: readonly Operand[]
  readonly name: string | undefined
  /** Whether it may be computed where it is read. */
  readonly waits: boolean
  /** Whether anyone reads the output of that index. */
  readonly isRead: (index: number) => boolean
  readonly sources: (application: Value) => Operand
}

function lowerApplication(
  lowering: Lowering,
  application: Value,
  { inputs, name, waits, isRead, sources }: Call,
): readonly (Operand | undefined)[] {
  const { meaning } = application.gate
  switch (meaning.kind) {
    case 'source':
      return [sources(application)]
    case 'generate':
      return [lowerGenerated(lowering, application, meaning.form, { inputs, name })]
    case 'element':
      return [lowerElement(lowering, application, { inputs, name, waits })]
    case 'reduce':
      return [lowerReduce(lowering, application, inputs, name)]
    case 'running':
      return [lowerRunning(lowering, application, inputs, name)]
    case 'contract':
      return meaning.form === 'matmul'
        ? [lowerMatmul(lowering, application, inputs, name)]
        : [lowerConvolution(lowering, application, inputs, name)]
    case 'move':
      return [lowerMove(lowering, application, inputs, name)]
    case 'index':
      return meaning.form === 'gather'
        ? [lowerGather(lowering, application, inputs, name)]
        : [lowerScatter(lowering, application, inputs, name)]
    case 'sort':
      return lowerSort(lowering, application, { inputs, name, isRead })
    case 'scan':
      return lowerScan(lowering, application, { inputs, isRead }, (body, given) => {
        const at = lowerApplications(lowering, body, {
          names: noNames,
          sources: (input) => lowering.here(given(Number(inputName(input)))),
        })
        return Object.values(body.outputs).map(at)
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
