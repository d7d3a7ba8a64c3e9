/**
 * Copies feeds straight to where an engine reads its inputs. What is fed step after step, typed
 * arrays and small nested ones, makes no tensor on its way; all else, mistakes included, goes
 * through feeds.ts.
 */
import { type DType, isFloating, type TypedArray } from '../ir/dtype.ts'
import { inputName } from '../ir/graph.ts'
import { type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import { isTensor, type TensorLike } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type Feeds, readFeeds, splitFeeds } from './feeds.ts'

export class FeedWriter {
  readonly #inputs: readonly Value[]
  readonly #slots: readonly Slot[]

  /** `targets`: where the elements of each input go, in the order of the inputs. */
  constructor(inputs: readonly Value[], targets: readonly TypedArray[]) {
    this.#inputs = inputs
    this.#slots = inputs.flatMap((application, index) => {
      const target = targets[index]
      return target ? [new Slot(application, target)] : []
    })
  }

  /** Throws FEED where feeds do not fit; then some of the targets may have been written. */
  write(feeds: Feeds): void {
    const slots = this.#slots
    let isWritten = Object.keys(feeds).length === slots.length
    for (let i = 0; isWritten && i < slots.length; i++) {
      const slot = slots[i] as Slot // i is inside
      isWritten = Object.hasOwn(feeds, slot.name) && slot.take(feeds[slot.name])
    }
    if (isWritten) return
    const tensors = readFeeds(this.#inputs, feeds)
    for (const { name, target } of slots) {
      if (tensors[name]) target.set(tensors[name].data as never) // one dtype on both sides
    }
  }

  /** As `write`, for the steps of a repetition: writes what they share, gives a writer of one. */
  writeRepeated(feeds: Feeds, count: number): (step: number) => void {
    const sliced: { readonly slot: Slot; readonly data: TypedArray }[] = []
    splitFeeds(this.#inputs, feeds, count).forEach(({ data, isSliced }, index) => {
      const slot = this.#slots[index] as Slot // one for each input
      if (isSliced) sliced.push({ slot, data })
      else slot.target.set(data as never) // as above
    })
    return (step) => {
      for (let i = 0; i < sliced.length; i++) {
        const { slot, data } = sliced[i] as (typeof sliced)[number] // i is inside
        slot.takeSlice(data, step * slot.size)
      }
    }
  }
}

/** Below this many elements a loop is faster than a call of `set` or `subarray`. */
const few = 48

/** One input: its name, its type, and where its elements go. */
class Slot {
  readonly name: string
  readonly target: TypedArray
  readonly size: number
  readonly #shape: Shape
  readonly #dtype: DType
  readonly #isFloat: boolean
  /** Whether the elements of an array of the target's class are numbers of the input's dtype. */
  readonly #isPlain: boolean

  constructor(application: Value, target: TypedArray) {
    const { shape, dtype } = application
    this.name = inputName(application)
    this.target = target
    this.size = sizeOf(shape)
    this.#shape = shape
    this.#dtype = dtype
    this.#isFloat = isFloating(dtype)
    this.#isPlain = dtype !== 'bool' && dtype !== 'f16' && dtype !== 'bf16'
  }

  /** Copies a feed; false where it takes a closer look to read it. */
  take(feed: TensorLike | undefined): boolean {
    if (typeof feed !== 'object' || feed === null) {
      return typeof feed === 'number' && this.#shape.length === 0 && this.#put(0, feed)
    }
    if (ArrayBuffer.isView(feed)) return this.#takeArray(feed)
    // Nested arrays without elements do not tell their shape.
    if (Array.isArray(feed)) return this.size > 0 && this.#takeNested(feed, 0, 0) === this.size
    if (!isTensor(feed) || !sameShape(feed.shape, this.#shape)) return false
    if (feed.data.length !== this.size) return false
    if (feed.dtype === this.#dtype) return this.#copy(feed.data)
    return feed.dtype !== 'f16' && feed.dtype !== 'bf16' && this.#takeArray(feed.data)
  }

  /** Copies the elements from `start` on of an array of the input's dtype. */
  takeSlice(data: TypedArray, start: number): void {
    const { target, size } = this
    if (size > few)
      target.set(data.subarray(start, start + size) as never) // one dtype
    else for (let i = 0; i < size; i++) target[i] = data[start + i] as never // likewise
  }

  #takeArray(feed: ArrayBufferView): boolean {
    const { target } = this
    const array = feed as TypedArray // no DataView has a length that fits
    if (array.length !== this.size) return false
    if (array.constructor === target.constructor) return this.#isPlain && this.#copy(array)
    const isBig = array instanceof BigInt64Array || array instanceof BigUint64Array
    // Any number may become a float, rounded.
    return this.#isFloat && !isBig && this.#copy(array)
  }

  #copy(array: TypedArray): boolean {
    const { target, size } = this
    if (size > few)
      target.set(array as never) // both of numbers, or of one dtype
    else for (let i = 0; i < size; i++) target[i] = array[i] as never // likewise
    return true
  }

  /** Copies nested arrays from element `at` on; gives where it ended, -1 where they do not fit. */
  #takeNested(nested: readonly unknown[], axis: number, at: number): number {
    if (nested.length !== this.#shape[axis]) return -1
    const isRow = axis === this.#shape.length - 1
    let end = at
    for (let i = 0; i < nested.length && end >= 0; i++) {
      const item = nested[i]
      if (isRow) end = typeof item === 'number' && this.#put(end, item) ? end + 1 : -1
      else end = Array.isArray(item) ? this.#takeNested(item, axis + 1, end) : -1
    }
    return end
  }

  /** Writes one number where its dtype holds it. */
  #put(index: number, item: number): boolean {
    const { target } = this
    if (!this.#isPlain || target instanceof BigInt64Array || target instanceof BigUint64Array) {
      return false
    }
    target[index] = item
    return this.#isFloat || target[index] === item
  }
}
