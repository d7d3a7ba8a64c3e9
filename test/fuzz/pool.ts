/** The values that a random graph is grown from, and what its inputs are fed. */
import * as gates from '../../src/gates/index.ts'
import { xavierUniform } from '../../src/gates/initializers.ts'
import { type ComputeDType, type DType, domains, dtypes, isFloating } from '../../src/ir/dtype.ts'
import { broadcastShapes, type Shape, sameShape, sizeOf } from '../../src/ir/shape.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'
import type { Dice } from './dice.ts'
import { bounded, type Fill, fillFor } from './feeds.ts'

export interface PoolOptions {
  /** The dtype that most of the graph computes in. */
  readonly base: 'f32' | 'f64'
  /** Whether NaN, infinities, denormals and indices out of range are let in. */
  readonly isWild: boolean
  /** Elements of one value at most. */
  readonly largest: number
}

/** One is frequent, and so are the sizes about the widths of vectors and tiles. */
const sizes = [1, 1, 2, 3, 4, 5, 7, 8, 16, 17, 33, 64, 100] as const

export class Pool {
  readonly options: PoolOptions
  /** Each step is drawn with dice of its own, so that it stays the same when others go. */
  dice: Dice
  readonly values: Value[] = []
  /** Values that become outputs and that nothing is grown from. */
  readonly leaves: Value[] = []
  readonly states: Value[] = []
  readonly fills: Map<string, (step: number) => Tensor> = new Map()
  #count = 0

  constructor(options: PoolOptions, dice: Dice) {
    this.options = options
    this.dice = dice
  }

  get base(): 'f32' | 'f64' {
    return this.options.base
  }

  /** A value for which `holds`, rather one of the last; undefined where there is none. */
  find(holds: (value: Value) => boolean): Value | undefined {
    const fitting = this.values.filter(holds)
    const recent = this.dice.chance(0.6) ? fitting.slice(-6) : fitting
    return this.dice.one(recent)
  }

  /** A value of the dtype that the graph computes in, now and then a new source. */
  float(axes = 0): Value {
    const known = this.dice.chance(0.12)
      ? undefined
      : this.find(({ dtype, shape }) => dtype === this.base && shape.length >= axes)
    return known ?? this.source(this.shape(axes), this.base)
  }

  /** A value of one of the dtypes, or a new source. */
  of(holds: (dtype: DType) => boolean, dtype: ComputeDType, axes = 0): Value {
    const known = this.dice.chance(0.12)
      ? undefined
      : this.find((value) => holds(value.dtype) && value.shape.length >= axes)
    return known ?? this.source(this.shape(axes), dtype)
  }

  /** Sizes of `axes` axes or more, of few enough elements together. */
  shape(axes = 0): number[] {
    const { dice } = this
    const count = Math.max(axes, dice.from(0, 3), dice.chance(0.1) ? 5 : 0)
    const shape: number[] = []
    for (let axis = 0; axis < count; axis++) {
      const size = dice.chance(0.01) ? 0 : dice.among(sizes)
      shape.push(sizeOf(shape) * size <= this.options.largest ? size : 1)
    }
    return dice.shuffled(shape)
  }

  /** A size for a new axis beside `rest` elements. */
  size(rest: number): number {
    const size = this.dice.among(sizes)
    return Math.max(1, rest) * size <= this.options.largest ? size : this.dice.from(1, 3)
  }

  /** An input, a state or a constant. */
  source(shape: Shape, dtype: ComputeDType): Value {
    const { dice } = this
    const name = `v${this.#count++}`
    const fill = fillFor(dtype, dice, this.options.isWild)
    const kind = dice.among(['input', 'input', 'parameter', 'parameter', 'state', 'constant'])
    if (kind === 'constant') return this.#kept(gates.constant(fill({ shape, dtype, step: 0 })))
    if (kind === 'input' || (kind === 'parameter' && !isFloating(dtype))) {
      return this.#input(name, shape, dtype, fill)
    }
    const trainable = kind === 'parameter'
    const drawn = dice.chance(0.3) && isFloating(dtype) ? xavierUniform() : undefined
    const init = drawn && shape.length >= 2 ? drawn : fill({ shape, dtype, step: 0 })
    const value = gates.state(name, shape, init, { dtype, trainable })
    this.states.push(value)
    return this.#kept(value)
  }

  /** Places along an axis of `length`, as i32 or u32. */
  indices(shape: Shape, length: number): Value {
    const dtype = this.dice.among(['i32', 'u32'] as const)
    const isLoose = this.options.isWild && this.dice.chance(0.1)
    const fill = bounded(isLoose ? length + 1 : length, this.dice)
    const constant = this.dice.chance(0.2) && !isLoose
    if (constant) return gates.constant(fill({ shape, dtype, step: 0 }))
    return this.#input(`i${this.#count++}`, shape, dtype, fill)
  }

  /** A value that broadcasts with `other`: another of the pool, or a source of a part of its axes. */
  partner(other: Value, isGrowing = true): Value {
    const { largest } = this.options
    const known = this.find((value) => {
      if (value.dtype !== other.dtype) return false
      const shape = broadcastShapes(value.shape, other.shape)
      if ('clash' in shape || sizeOf(shape) > largest) return false
      return isGrowing || sameShape(shape, other.shape)
    })
    if (known && this.dice.chance(0.75)) return known
    return this.source(this.#partOf(other.shape), other.dtype as ComputeDType) // of a compute dtype
  }

  /** The elements of a value under another type, or their sum everywhere. */
  fit(value: Value, shape: Shape, dtype: DType): Value {
    const isBool = !domains.numeric.holds(value.dtype)
    const shaped =
      sameShape(value.shape, shape) || sizeOf(value.shape) === sizeOf(shape)
        ? gates.reshape(value, shape)
        : gates.broadcastTo(gates.sum(isBool ? gates.cast(value, 'i32') : value), shape)
    return shaped.dtype === dtype ? shaped : gates.cast(shaped, dtype)
  }

  /** What growth may make large, made small again. Wild graphs keep some of it. */
  tame(value: Value): Value {
    if (!isFloating(value.dtype) || (this.options.isWild && this.dice.chance(0.5))) return value
    const { dice } = this
    switch (dice.below(6)) {
      case 0:
        return gates.sigmoid(value)
      case 1:
        return gates.divide(value, gates.add(gates.abs(value), 1))
      case 2:
        return gates.sin(value)
      case 3:
        return gates.clamp(value, -2, 2)
      default:
        return gates.tanh(value)
    }
  }

  add(values: readonly Value[]): void {
    for (const value of values) {
      if (sizeOf(value.shape) <= 4 * this.options.largest) this.values.push(value)
    }
  }

  #input(name: string, shape: Shape, dtype: DType, fill: Fill): Value {
    this.fills.set(name, (step) => fill({ shape, dtype, step }))
    return this.#kept(gates.input(name, shape, { dtype }))
  }

  #kept(value: Value): Value {
    if (dtypes[value.dtype].use === 'compute') this.values.push(value)
    return value
  }

  /** Some of the axes at the end, some of them of size 1. */
  #partOf(shape: Shape): number[] {
    const { dice } = this
    const kept = dice.chance(0.5) ? shape : shape.slice(dice.from(0, shape.length))
    return kept.map((size) => (dice.chance(0.3) ? 1 : size))
  }
}
