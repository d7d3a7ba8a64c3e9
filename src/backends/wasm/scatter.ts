/** Adding or putting elements at places that other elements name, as a function of the module. */
import { internalError } from '../../errors.ts'
import { dtypes } from '../../ir/dtype.ts'
import type { Access, Scatter } from '../../kernel/routine.ts'
import type { Expression, Operand } from './expression.ts'
import type { FunctionBuilder, Local } from './function-builder.ts'
import { f32, f32x4, f64, f64x2, i32, i32x4, select, v128 } from './instructions.ts'
import { type EmittedKernel, faults, type KernelContext } from './kernel-context.ts'
import { kernelFunction } from './kernel-function.ts'
import { startOf } from './nest/places.ts'

/**
 * Places that the index does not name are left to threads: each chunk goes over all indices, for a
 * part of the axis of the target that is longest. So every place is written in the order of the
 * source.
 */
export function emitScatter(context: KernelContext, kernel: Scatter): EmittedKernel {
  const axes = axesOf(kernel)
  const cut = cutOf(kernel, axes)
  const run = kernelFunction(context, 'scatter', ({ f, context: inside, from, to, thread }) => {
    const start = (access: Access, bytes: number): Local<'i32'> => {
      const at = startOf({ context: inside, f, thread }, access, {
        sizeBytes: bytes,
        shared: new Map(),
      })
      return f.let(i32.add(at.pointer, at.offset))
    }
    const bytes = dtypes[kernel.dtype].sizeBytes
    const pointers = {
      index: start(kernel.index, 4),
      source: start(kernel.source, bytes),
      target: start(kernel.target, bytes),
    }
    const isOutside = f.local('i32')
    const range = cut && rangeOf(f, { ...cut, from, to })
    new ScatterWriter(f, kernel, { axes, cut: cut?.axis, range, isOutside }).write(0, pointers)
    f.if(isOutside, () => f.do(i32.store(0, faults.index, context.faultAddress)))
  })
  return { run, chunks: cut?.chunks ?? 1, cost: elementsOf(kernel) }
}

/** Strides are in bytes. */
interface Axis {
  readonly extent: number
  readonly index: number
  readonly source: number
  readonly target: number
}

interface Pointers {
  readonly index: Local<'i32'>
  readonly source: Local<'i32'>
  readonly target: Local<'i32'>
}

interface Range {
  readonly from: Local<'i32'>
  readonly to: Local<'i32'>
}

interface Loops {
  readonly axes: readonly Axis[]
  /** The axis of which a chunk goes over a part. */
  readonly cut: number | undefined
  readonly range: Range | undefined
  readonly isOutside: Local<'i32'>
}

/**
 * Outside those that the index walks, in their order; then the others, which are independent of each
 * other, by their strides.
 */
function axesOf({ extents, index, source, target, dtype }: Scatter): readonly Axis[] {
  const { sizeBytes } = dtypes[dtype]
  const axes = extents.map((extent, axis) => ({
    extent,
    index: (index.strides[axis] ?? 0) * 4,
    source: (source.strides[axis] ?? 0) * sizeBytes,
    target: (target.strides[axis] ?? 0) * sizeBytes,
  }))
  const long = axes.filter(({ extent }) => extent !== 1)
  const isNamed = ({ index, target: stride }: Axis): boolean => index !== 0 || stride === 0
  const free = long.filter((axis) => !isNamed(axis))
  free.sort((a, b) => Math.abs(b.target) - Math.abs(a.target))
  return [...long.filter(isNamed), ...free]
}

interface Cut {
  readonly axis: number
  readonly extent: number
  readonly size: number
  readonly chunks: number
}

const chunkElements = 16384

function cutOf(kernel: Scatter, axes: readonly Axis[]): Cut | undefined {
  const extents = axes.map(({ extent, target }) => (target === 0 ? 0 : extent))
  const extent = Math.max(0, ...extents)
  const axis = extents.indexOf(extent)
  if (extent === 0) return undefined
  const perIndex = elementsOf(kernel) / extent
  // Whole lines of the cache, so that threads do not write to the same ones.
  const size = Math.ceil(chunkElements / perIndex / 16) * 16
  const chunks = Math.ceil(extent / size)
  return chunks > 1 ? { axis, extent, size, chunks } : undefined
}

function rangeOf(
  f: FunctionBuilder,
  cut: Cut & { readonly from: Operand<'i32'>; readonly to: Operand<'i32'> },
): Range {
  const { extent, size } = cut
  const end = f.let(i32.mul(cut.to, size))
  const to = f.let(select(i32.ltS(end, extent), end, i32.constant(extent)))
  return { from: f.let(i32.mul(cut.from, size)), to }
}

function elementsOf({ extents }: Scatter): number {
  return extents.reduce((product, extent) => product * extent, 1)
}

/** One element of so many bytes, whatever it means. */
function copied(bytes: number, source: Local<'i32'>, target: Local<'i32'>): Expression {
  if (bytes === 8) return f64.store(target, f64.load(source))
  if (bytes === 1) return i32.store8(target, i32.load8U(source))
  return i32.store(target, i32.load(source))
}

interface Turning {
  readonly counter: Local<'i32'>
  readonly to: Operand<'i32'>
  readonly pointers: Pointers
}

class ScatterWriter {
  readonly #f: FunctionBuilder
  readonly #kernel: Scatter
  readonly #loops: Loops
  readonly #bytes: number

  constructor(f: FunctionBuilder, kernel: Scatter, loops: Loops) {
    this.#f = f
    this.#kernel = kernel
    this.#loops = loops
    this.#bytes = dtypes[kernel.dtype].sizeBytes
  }

  write(level: number, pointers: Pointers, isLocated = false): void {
    const { axes } = this.#loops
    if (!isLocated && axes.slice(level).every(({ index }) => index === 0)) {
      this.#locate(level, pointers)
      return
    }
    const axis = axes[level]
    if (axis === undefined) {
      this.#f.do(this.#put(pointers))
      return
    }
    const isLast = level === axes.length - 1
    const isRun = axis.source === this.#bytes && axis.target === this.#bytes
    const inner = this.#enter(level, axis, pointers)
    const one = (): void => this.write(level + 1, inner.pointers, isLocated)
    if (isLast && isLocated && isRun) {
      this.#turns(inner, axis, 16 / this.#bytes, () => this.#putLanes(inner.pointers))
    }
    this.#turns(inner, axis, 1, one)
  }

  /** Reads the index; where it is outside, nothing is added. */
  #locate(level: number, { index, source, target }: Pointers): void {
    const { length, stride } = this.#kernel
    const f = this.#f
    const at = f.let(i32.load(index))
    f.if(
      i32.ltU(at, length),
      () => {
        const moved = f.let(i32.add(target, i32.mul(at, stride * this.#bytes)))
        this.write(level, { index, source, target: moved }, true)
      },
      () => f.set(this.#loops.isOutside, 1),
    )
  }

  #enter(level: number, axis: Axis, pointers: Pointers): Turning {
    const f = this.#f
    const { cut, range } = this.#loops
    const part = level === cut ? range : undefined
    const start = (pointer: Local<'i32'>, stride: number): Local<'i32'> => {
      if (stride === 0) return pointer
      return f.let(part ? i32.add(pointer, i32.mul(part.from, stride)) : i32.add(pointer, 0))
    }
    return {
      counter: f.let(part ? i32.add(part.from, 0) : i32.constant(0)),
      to: part ? part.to : axis.extent,
      pointers: {
        index: start(pointers.index, axis.index),
        source: start(pointers.source, axis.source),
        target: start(pointers.target, axis.target),
      },
    }
  }

  /** Turns of that many elements, as many as are left. */
  #turns({ counter, to, pointers }: Turning, axis: Axis, step: number, body: () => void): void {
    const f = this.#f
    const last = f.let(i32.sub(to, step))
    f.if(i32.leS(counter, last), () => {
      f.loop((again) => {
        body()
        for (const name of ['index', 'source', 'target'] as const) {
          const stride = axis[name]
          if (stride !== 0) f.set(pointers[name], i32.add(pointers[name], stride * step))
        }
        f.branch(again, i32.leS(f.tee(counter, i32.add(counter, step)), last))
      })
    })
  }

  #put({ source, target }: Pointers): Expression {
    if (this.#kernel.combine === 'set') return copied(this.#bytes, source, target)
    switch (this.#kernel.dtype) {
      case 'f32':
        return f32.store(target, f32.add(f32.load(target), f32.load(source)))
      case 'f64':
        return f64.store(target, f64.add(f64.load(target), f64.load(source)))
      case 'i32':
      case 'u32':
        return i32.store(target, i32.add(i32.load(target), i32.load(source)))
      case 'bool':
        throw internalError('scatter: of bools')
    }
  }

  #putLanes({ source, target }: Pointers): void {
    const { dtype, combine } = this.#kernel
    if (combine === 'set') {
      this.#f.do(v128.store(target, v128.load(source)))
      return
    }
    const { add } = dtype === 'f32' ? f32x4 : dtype === 'f64' ? f64x2 : i32x4
    this.#f.do(v128.store(target, add(v128.load(target), v128.load(source))))
  }
}
