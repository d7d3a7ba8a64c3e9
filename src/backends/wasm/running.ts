/** Results along an axis, each of an element and all before it, as a function of the module. */
import { dtypes } from '../../ir/dtype.ts'
import type { Access, Running } from '../../kernel/routine.ts'
import type { Operand } from './expression.ts'
import type { FunctionBuilder, Local } from './function-builder.ts'
import { i32, select } from './instructions.ts'
import type { EmittedKernel, KernelContext } from './kernel-context.ts'
import { kernelFunction } from './kernel-function.ts'
import { startOf } from './nest/places.ts'
import { type Chain, lanesOf, withChain } from './running-chain.ts'
import type { ValueType } from './types.ts'

/**
 * Each row is walked in order; several rows go side by side, as each result waits for the one
 * before it: neighbours in memory as vectors, others as independent chains. Threads share the
 * longest axis of points.
 */
export function emitRunning(context: KernelContext, kernel: Running): EmittedKernel {
  const { source, factor, target, dtype, length, points } = kernel
  const axes = axesOf(kernel)
  const cut = cutOf(kernel, axes)
  const run = kernelFunction(context, 'running', ({ f, context: inside, from, to, thread }) => {
    const start = (access: Access): Local<'i32'> => {
      const { sizeBytes } = dtypes[dtype]
      const sharing = { sizeBytes, shared: new Map() }
      const at = startOf({ context: inside, f, thread }, access, sharing)
      return f.let(i32.add(at.pointer, at.offset))
    }
    const pointers = {
      source: start(source),
      factor: factor && start(factor),
      target: start(target),
    }
    const range = cut && { axis: cut.axis, ...rangeOf(f, { ...cut, from, to }) }
    new RunningWriter(f, kernel, axes, range).write(0, pointers)
  })
  const elements = points.reduce((product, extent) => product * extent, length)
  return { run, chunks: elements === 0 ? 0 : (cut?.chunks ?? 1), cost: elements }
}

/** Strides are in bytes. */
interface Axis {
  readonly extent: number
  readonly source: number
  readonly factor: number
  readonly target: number
}

interface Pointers {
  readonly source: Local<'i32'>
  readonly factor: Local<'i32'> | undefined
  readonly target: Local<'i32'>
}

/** Of the points, the one last whose rows go side by side. */
function axesOf(kernel: Running): readonly Axis[] {
  const { points } = kernel
  const axes = points.map((extent, axis) => axisAt(kernel, axis, extent))
  const long = axes.filter(({ extent }) => extent > 1)
  long.sort((a, b) => Math.abs(b.target) - Math.abs(a.target))
  const best =
    long.find((axis) => isVector(kernel, axis)) ??
    long.reduce<Axis | undefined>((a, b) => (a && a.extent >= b.extent ? a : b), undefined)
  return best ? [...long.filter((axis) => axis !== best), best] : []
}

function axisAt({ source, factor, target, dtype }: Running, axis: number, extent: number): Axis {
  const { sizeBytes } = dtypes[dtype]
  const stride = (access: Access | undefined): number => (access?.strides[axis] ?? 0) * sizeBytes
  return { extent, source: stride(source), factor: stride(factor), target: stride(target) }
}

/** Whether neighbours along the axis are neighbours in memory, enough of them for a vector. */
function isVector(kernel: Running, { extent, source, factor, target }: Axis): boolean {
  const bytes = dtypes[kernel.dtype].sizeBytes
  const isNear = source === bytes && target === bytes && (factor === bytes || factor === 0)
  return isNear && extent >= lanesOf(kernel)
}

interface Cut {
  readonly axis: number
  readonly extent: number
  readonly size: number
  readonly chunks: number
}

const chunkElements = 16384

function cutOf({ length }: Running, axes: readonly Axis[]): Cut | undefined {
  const extent = Math.max(0, ...axes.map((axis) => axis.extent))
  const axis = axes.findLastIndex((one) => one.extent === extent)
  if (extent === 0 || length === 0) return undefined
  const perIndex = axes.reduce((product, one) => product * one.extent, length) / extent
  // Whole lines of the cache, so that threads do not write to the same ones.
  const isInner = axis === axes.length - 1
  const least = Math.ceil(chunkElements / perIndex)
  const size = isInner ? Math.ceil(least / 16) * 16 : least
  const chunks = Math.ceil(extent / size)
  return chunks > 1 ? { axis, extent, size, chunks } : undefined
}

interface Range {
  readonly axis: number
  readonly from: Local<'i32'>
  readonly to: Local<'i32'>
}

function rangeOf(
  f: FunctionBuilder,
  cut: Cut & { readonly from: Operand<'i32'>; readonly to: Operand<'i32'> },
): Omit<Range, 'axis'> {
  const { extent, size } = cut
  const end = f.let(i32.mul(cut.to, size))
  const to = f.let(select(i32.ltS(end, extent), end, i32.constant(extent)))
  return { from: f.let(i32.mul(cut.from, size)), to }
}

/** Chains of single elements side by side: as many as hide the time that an addition takes. */
const sideBySide = 4

const names = ['source', 'factor', 'target'] as const

class RunningWriter {
  readonly #f: FunctionBuilder
  readonly #kernel: Running
  readonly #axes: readonly Axis[]
  readonly #range: Range | undefined

  constructor(
    f: FunctionBuilder,
    kernel: Running,
    axes: readonly Axis[],
    range: Range | undefined,
  ) {
    this.#f = f
    this.#kernel = kernel
    this.#axes = axes
    this.#range = range
  }

  write(level: number, pointers: Pointers): void {
    const axis = this.#axes[level]
    if (!axis) {
      this.#rows(pointers, { count: 1, isVector: false })
      return
    }
    const range = this.#range?.axis === level ? this.#range : undefined
    const turning = this.#enter(axis, pointers, range)
    if (level < this.#axes.length - 1) {
      this.#turns(turning, axis, 1, () => this.write(level + 1, turning.pointers))
      return
    }
    const widths = isVector(this.#kernel, axis) ? this.#vectorWidths() : [sideBySide]
    for (const count of widths) {
      const isVectorForm = widths.length > 1
      const step = count * (isVectorForm ? lanesOf(this.#kernel) : 1)
      if (step > axis.extent) continue
      this.#turns(turning, axis, step, () =>
        this.#rows(turning.pointers, { count, isVector: isVectorForm, axis }),
      )
    }
    this.#turns(turning, axis, 1, () => this.#rows(turning.pointers, { count: 1, isVector: false }))
  }

  /** Vectors side by side: a line of the cache at a time, then one. */
  #vectorWidths(): readonly number[] {
    const bytes = dtypes[this.#kernel.dtype].sizeBytes * lanesOf(this.#kernel)
    return [64 / bytes, 1]
  }

  #enter(axis: Axis, pointers: Pointers, range: Range | undefined): Turning {
    const f = this.#f
    const start = <P extends Local<'i32'> | undefined>(pointer: P, stride: number) =>
      pointer && f.let(range ? i32.add(pointer, i32.mul(range.from, stride)) : i32.add(pointer, 0))
    return {
      counter: f.let(range ? i32.add(range.from, 0) : i32.constant(0)),
      to: range ? range.to : axis.extent,
      pointers: {
        source: start(pointers.source, axis.source) ?? pointers.source,
        factor: start(pointers.factor, axis.factor),
        target: start(pointers.target, axis.target) ?? pointers.target,
      },
    }
  }

  /** Turns of that many points, as many as are left. */
  #turns({ counter, to, pointers }: Turning, axis: Axis, step: number, body: () => void): void {
    const f = this.#f
    const last = f.let(i32.sub(to, step))
    f.if(i32.leS(counter, last), () => {
      f.loop((again) => {
        body()
        this.#advance(pointers, axis, step)
        f.branch(again, i32.leS(f.tee(counter, i32.add(counter, step)), last))
      })
    })
  }

  #advance(pointers: Pointers, axis: Axis, step: number): void {
    for (const name of names) {
      const pointer = pointers[name]
      if (pointer && axis[name] !== 0) {
        this.#f.set(pointer, i32.add(pointer, axis[name] * step))
      }
    }
  }

  #rows(starts: Pointers, form: Omit<Rows, 'axis'> & { readonly axis?: Axis }): void {
    const { axis = { extent: 1, source: 0, factor: 0, target: 0 } } = form
    const { isVector: isWide } = form
    withChain(this.#kernel, { isVector: isWide, isFactorShared: axis.factor === 0 }, (chain) =>
      this.#walk(starts, { ...form, axis }, chain),
    )
  }

  /** Whole rows side by side, from their first element to their last. */
  #walk<T extends ValueType>(
    starts: Pointers,
    { count, axis, isVector: isWide }: Rows,
    chain: Chain<T>,
  ): void {
    const f = this.#f
    const { length } = this.#kernel
    const pointers: Pointers = {
      source: f.let(i32.add(starts.source, 0)),
      factor: starts.factor && f.let(i32.add(starts.factor, 0)),
      target: f.let(i32.add(starts.target, 0)),
    }
    const along = axisAt(this.#kernel, this.#kernel.points.length, length)
    const apart = isWide ? lanesOf(this.#kernel) : 1
    const place = (name: (typeof names)[number], k: number): Place => {
      const pointer = pointers[name] ?? pointers.source
      const offset = axis[name] * apart * k
      return offset < 0 ? { pointer: i32.add(pointer, offset), offset: 0 } : { pointer, offset }
    }
    const chains = Array.from({ length: count }, () => f.local(chain.type))
    chains.forEach((before, k) => {
      f.set(before, chain.load(place('source', k)))
      f.do(chain.store(place('target', k), before))
    })
    if (length === 1) return
    this.#advance(pointers, along, 1)
    const left = f.let(i32.constant(length - 1))
    f.loop((again) => {
      chains.forEach((before, k) => {
        const x = f.let(chain.load(place('source', k)))
        const factor = pointers.factor && f.let(chain.loadFactor(place('factor', k)))
        f.set(before, chain.step(before, x, factor))
        f.do(chain.store(place('target', k), before))
      })
      this.#advance(pointers, along, 1)
      f.branch(again, f.tee(left, i32.sub(left, 1)))
    })
  }
}

interface Turning {
  readonly counter: Local<'i32'>
  readonly to: Operand<'i32'>
  readonly pointers: Pointers
}

/** Points that are walked side by side: `count` vectors or elements of an axis. */
interface Rows {
  readonly count: number
  readonly isVector: boolean
  readonly axis: Axis
}

interface Place {
  readonly pointer: Operand<'i32'>
  readonly offset: number
}
