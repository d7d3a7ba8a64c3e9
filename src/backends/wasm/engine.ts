/** Runs a program as WebAssembly: feeds into the memory, one call a step, outputs out of it. */
import { SluiceError } from '../../errors.ts'
import { type DType, dtypes, type TypedArray } from '../../ir/dtype.ts'
import type { Graph } from '../../ir/graph.ts'
import { inputName } from '../../ir/graph.ts'
import { type Shape, sizeOf } from '../../ir/shape.ts'
import type { Tensor } from '../../ir/tensor.ts'
import type { Engine, EngineContext, KernelFacts } from '../../runtime/engine.ts'
import { FeedWriter } from '../../runtime/feed-writer.ts'
import { type Feeds, readFeeds, readRepeatedFeeds } from '../../runtime/feeds.ts'
import { type Handle, TensorHandle } from '../../runtime/handle.ts'
import type { Instance } from './instance.ts'
import { faults } from './kernel-context.ts'
import { kernelFacts } from './kernel-facts.ts'

interface Output {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
  /** Where the last step has left it. */
  readonly view: TypedArray
}

/** What is read and written at every step; made again where the memory has moved. */
interface Views {
  readonly buffer: ArrayBufferLike
  readonly feeds: FeedWriter
  readonly outputs: readonly Output[]
}

export class WasmEngine implements Engine {
  readonly name = 'wasm'
  readonly capabilities = { sync: true }
  readonly kernels: KernelFacts
  readonly #instance: Instance
  readonly #context: EngineContext
  readonly #learns: boolean
  #views: Views

  constructor(instance: Instance, context: EngineContext) {
    this.#instance = instance
    this.#context = context
    this.#learns = context.graph.updates.length > 0
    this.#views = viewsOf(instance, context.graph)
    this.kernels = kernelFacts(instance, (feeds) => this.#ready().feeds.write(feeds))
  }

  get threads(): number {
    return this.#instance.threads
  }

  ready(): Promise<void> {
    return this.#instance.ready()
  }

  run(feeds: Feeds): Readonly<Record<string, Handle>> {
    const views = this.#ready()
    views.feeds.write(feeds)
    const fault = this.#instance.step()
    if (fault !== faults.none) {
      throw this.#failure(fault, readFeeds(this.#context.graph.inputs, feeds))
    }
    if (this.#learns) this.#context.progress.steps++
    return handlesOf(views.outputs)
  }

  repeat(count: number, feeds: Feeds): Readonly<Record<string, Handle>> {
    const views = this.#ready()
    const write = views.feeds.writeRepeated(feeds, count)
    const stacks = views.outputs.map(({ dtype, view }) => {
      return dtypes[dtype].allocate(view.length * count)
    })
    const { progress, graph } = this.#context
    const { step } = this.#instance
    for (let turn = 0; turn < count; turn++) {
      write(turn)
      const fault = step()
      if (fault !== faults.none) {
        throw this.#failure(fault, readRepeatedFeeds(graph.inputs, feeds, count)(turn))
      }
      if (this.#learns) progress.steps++
      for (let i = 0; i < stacks.length; i++) {
        const { view } = views.outputs[i] as Output // one for each stack
        copyTo(stacks[i] as TypedArray, view, turn * view.length) // i is inside
      }
    }
    const handles = views.outputs.map(({ name, shape, dtype }, index): [string, Handle] => {
      const stack = stacks[index] as TypedArray // one for each output
      return [name, new TensorHandle([count, ...shape], dtype, stack)]
    })
    return Object.fromEntries(handles)
  }

  #ready(): Views {
    const { memory } = this.#instance
    // Shared memory grows in place: its old views stay good. Other memory leaves them empty.
    const isLost = !memory.isShared && this.#views.buffer !== memory.buffer
    if (isLost) this.#views = viewsOf(this.#instance, this.#context.graph)
    return this.#views
  }

  /** Why the step failed, as the interpreter tells it from the same feeds and states. */
  #failure(fault: number, feeds: Readonly<Record<string, Tensor>>): SluiceError {
    const { store, progress, replay } = this.#context
    const step = progress.steps + 1
    return replay(feeds, store.contents, step) ?? unexplained(fault, step)
  }
}

function viewsOf({ kernels, layout, memory }: Instance, graph: Graph): Views {
  const { buffers, outputs } = kernels.routine
  const viewOf = (index: number): TypedArray | undefined => {
    const buffer = buffers[index]
    const place = layout.places[index]
    return buffer && place && memory.view(buffer.dtype, place.address, buffer.length)
  }
  const inputs = new Map(
    buffers.flatMap(({ role }, index) => (role.kind === 'input' ? [[role.key, index]] : [])),
  )
  const targets = graph.inputs.map((application) => {
    const index = inputs.get(inputName(application))
    // What nothing reads is checked all the same.
    const spare = () => dtypes[application.dtype].allocate(sizeOf(application.shape))
    return (index === undefined ? undefined : viewOf(index)) ?? spare()
  })
  return {
    buffer: memory.buffer,
    feeds: new FeedWriter(graph.inputs, targets),
    outputs: Object.entries(graph.outputs).flatMap(([name, { shape, dtype }]): Output[] => {
      const view = Object.hasOwn(outputs, name) ? viewOf(outputs[name] ?? -1) : undefined
      return view ? [{ name, shape, dtype, view }] : []
    }),
  }
}

/** Handles on copies: the next step of any program of the store writes where the outputs lie. */
function handlesOf(outputs: readonly Output[]): Readonly<Record<string, Handle>> {
  const handles: Record<string, Handle> = {}
  for (let i = 0; i < outputs.length; i++) {
    const { name, shape, dtype, view } = outputs[i] as Output // i is inside
    const handle = new TensorHandle(shape, dtype, snapshot(view, dtype))
    if (name !== '__proto__') handles[name] = handle
    else Object.defineProperty(handles, name, { value: handle, enumerable: true })
  }
  return handles
}

/** Below this many elements a loop is faster than a call. */
const few = 32

function snapshot(view: TypedArray, dtype: DType): TypedArray {
  if (view.length > few) return view.slice()
  const copy = dtypes[dtype].allocate(view.length)
  copyTo(copy, view, 0)
  return copy
}

function copyTo(target: TypedArray, source: TypedArray, at: number): void {
  const { length } = source
  if (length > few)
    target.set(source as never, at) // one dtype on both sides
  else for (let i = 0; i < length; i++) target[at + i] = source[i] as never // likewise
}

function unexplained(fault: number, step: number): SluiceError {
  if (fault === faults.index) {
    return new SluiceError({
      code: 'INDEX',
      what: `run: an index was out of range at step ${step}, though none is when it is interpreted`,
      expected: 'indices within the axis that they count along',
      got: 'one that is not; no state was changed by this step',
      fix: 'report this with the graph: print(program.graph)',
    })
  }
  return new SluiceError({
    code: 'NONFINITE',
    what: `run: a number was not finite at step ${step}, though all are when it is interpreted`,
    expected: 'finite numbers in J and in what goes into trainable states',
    got: 'a NaN or an infinity: the compiled step adds up in another order, near the largest f32; no state was changed',
    fix: 'lower the learning rate, scale the data, or compute in f64',
  })
}
