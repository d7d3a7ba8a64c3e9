/** Random nests whose results a compiled kernel must give up to a few roundings. */
import { type ComputeDType, type DType, dtypes, type TypedArray } from '../../src/ir/dtype.ts'
import { type BinaryOperation, comparisons, type UnaryOperation } from '../../src/ir/expression.ts'
import { loadedDType, type Nest, type Operation, type Stage } from '../../src/kernel/routine.ts'
import { blank, type Given } from './run-nest.ts'

export interface RandomNest {
  readonly kernel: Nest
  readonly given: readonly Given[]
}

/** Over all dtypes and operations, with broadcasting, gaps and turned axes; of the same seed the same. */
export function randomNest(seed: number): RandomNest {
  return new Maker(seed).make()
}

type Add = (operation: Operation, isExact: boolean) => void

interface Known {
  readonly id: number
  readonly dtype: ComputeDType
  /** Whether every machine has the same bits: steps and differences of others may be far apart. */
  readonly isExact: boolean
}

const families: readonly (readonly DType[])[] = [
  ['f32', 'i32', 'u32', 'bool'],
  ['f32', 'bool'],
  ['f64', 'bool'],
  ['f32'],
  ['f32', 'u8'],
  [
    ...(['f32', 'f64', 'i32', 'u32', 'bool'] as const),
    ...(['f16', 'bf16', 'i8', 'i16', 'u8', 'u16', 'i64', 'u64'] as const),
  ],
]
const storage: readonly DType[] = ['f16', 'bf16', 'i8', 'i16', 'u8', 'u16', 'i64', 'u64']
const roundings = ['floor', 'ceil', 'round', 'truncate'] as const
const special = [0, -0, 1, -1, 0.5, 2, -2.5, 1e-40, 1e30, Infinity, -Infinity, NaN]
const whole = [2147483647, -2147483648, 4294967295, 255, 128, -129, 65536, 70000, 0, 1, -1]

class Maker {
  readonly #given: Given[] = []
  readonly #family: readonly DType[]
  readonly #points: readonly number[]
  #state: number
  #next = 0

  constructor(seed: number) {
    this.#state = seed
    this.#family = this.#pick(families)
    this.#points = this.#extents(this.#below(3), [1, 2, 3, 4, 5, 8, 16, 17, 33])
  }

  make(): RandomNest {
    const known: Known[] = []
    const stages: Stage[] = []
    for (let count = 1 + this.#below(3); count > 0; count--) stages.push(this.#stage(known))
    const body = known.slice(-4).map(({ id, dtype }) => this.#store(id, dtype, dtype, []))
    stages.push({ extents: [], body })
    const kernel: Nest = { kind: 'nest', gates: [], points: this.#points, stages }
    return { kernel, given: this.#given }
  }

  #stage(known: Known[]): Stage {
    const extents = this.#extents(this.#pick([0, 0, 1, 1, 2]), [1, 2, 3, 4, 5, 9, 17, 40])
    const body: Operation[] = []
    const local = [...known]
    const add = (operation: Operation, isExact: boolean): void => {
      body.push(operation)
      if ('id' in operation) local.push({ id: operation.id, dtype: operation.dtype, isExact })
    }
    add(this.#load(extents), true)
    for (let count = this.#below(8); count > 0; count--) this.#operation(extents, local, add)
    const last = local.at(-1)
    if (last && this.#below(4) > 0) {
      const isPlain = this.#below(5) > 0 || this.#family.length < 13 || !last.isExact
      const stored = isPlain ? last.dtype : this.#pick(storage)
      body.push(this.#store(last.id, last.dtype, stored, extents))
    }
    if (extents.length === 0) known.push(...local.slice(known.length))
    if (this.#below(5) > 0) this.#reduce(this.#pick(local), body, known)
    return { extents, body }
  }

  #reduce(x: Known, body: Operation[], known: Known[]): void {
    const { dtype } = x
    const isFloat = dtype === 'f32' || dtype === 'f64'
    const combine =
      dtype === 'bool'
        ? this.#pick(['max', 'min'] as const)
        : this.#pick(['sum', 'max', 'min', isFloat ? 'sum' : 'prod', 'argmax'] as const)
    if (combine === 'argmax' && !x.isExact) return
    let taken = x.id
    if (combine === 'sum' && isFloat) {
      // Terms that cancel would show the order in which they were added.
      taken = this.#next++
      body.push({ op: 'unary', id: taken, dtype, operation: 'abs', x: x.id })
    }
    const id = this.#next++
    const result = combine === 'argmax' ? 'i32' : dtype
    body.push({ op: 'reduce', id, dtype: result, combine, x: taken })
    known.push({ id, dtype: result, isExact: x.isExact && !(isFloat && combine === 'sum') })
  }

  #operation(extents: readonly number[], local: readonly Known[], add: Add): void {
    const a = this.#pick(local)
    const b = this.#pick(local.filter(({ dtype }) => dtype === a.dtype))
    const condition = local.findLast(({ dtype }) => dtype === 'bool')
    const isExact = a.isExact && b.isExact
    switch (this.#below(10)) {
      case 0:
      case 1:
        add(this.#load(extents), true)
        break
      case 2:
        add(this.#literal(), true)
        break
      case 3:
        this.#position(extents, add)
        break
      case 4:
      case 5:
        this.#unary(a, add)
        break
      case 6:
      case 7:
        this.#binary(a, b, add)
        break
      case 8:
        if (condition && this.#below(2) === 0) this.#select(condition, [a, b], add)
        else if (isExact) this.#compare(a, b, add)
        break
      default:
        if (this.#below(2) === 0) this.#randomBits(local, add)
        else if (a.isExact) {
          const dtype = loadedDType(this.#pick(this.#family))
          add({ op: 'cast', id: this.#next++, dtype, x: a.id }, true)
        }
    }
  }

  #select(condition: Known, [a, b]: readonly [Known, Known], add: Add): void {
    const { dtype } = a
    const select = { op: 'select', dtype, condition: condition.id, a: a.id, b: b.id } as const
    add({ ...select, id: this.#next++ }, a.isExact && b.isExact)
  }

  #compare(a: Known, b: Known, add: Add): void {
    const operation = this.#pick(comparisons)
    const compare = { op: 'compare', dtype: 'bool', operation, a: a.id, b: b.id } as const
    add({ ...compare, id: this.#next++ }, true)
  }

  #randomBits(local: readonly Known[], add: Add): void {
    const words = local.filter(({ dtype }) => dtype === 'u32')
    if (words.length === 0) return
    const [a, b, position] = [this.#pick(words).id, this.#pick(words).id, this.#pick(words).id]
    add({ op: 'randomBits', id: this.#next++, dtype: 'u32', a, b, position }, true)
  }

  #unary({ id: x, dtype, isExact }: Known, add: Add): void {
    const smooth: readonly UnaryOperation[] = ['negate', 'abs', 'sqrt', 'tanh']
    const others: readonly UnaryOperation[] = [
      ...(['exp', 'log', 'sign', 'sigmoid', 'sin', 'cos', 'erf'] as const),
      ...(['log1p', 'expm1', 'softplus', 'erfInverse', 'erfc', 'atan'] as const),
      ...(['exp2', 'log2', 'log10', ...roundings] as const),
    ]
    if (dtype === 'u32') return
    const choices: readonly UnaryOperation[] =
      dtype === 'bool'
        ? ['not']
        : dtype === 'i32'
          ? ['negate', 'abs', 'sign', ...roundings]
          : isExact
            ? [...smooth, ...others]
            : smooth
    const operation = this.#pick(choices)
    const kept: readonly UnaryOperation[] = ['negate', 'abs', 'sign', 'not', 'sqrt', ...roundings]
    const stays = isExact && kept.includes(operation)
    add({ op: 'unary', id: this.#next++, dtype, operation, x }, stays)
  }

  #binary(a: Known, b: Known, add: Add): void {
    const { dtype } = a
    const isExact = a.isExact && b.isExact
    const smooth: readonly BinaryOperation[] = ['multiply', 'divide', 'maximum', 'minimum']
    const sums: readonly BinaryOperation[] = ['add', 'subtract', 'power', 'remainder']
    const choices: readonly BinaryOperation[] =
      dtype === 'bool'
        ? ['and', 'or']
        : !isExact
          ? smooth
          : dtype === 'u32'
            ? [...smooth, ...sums, 'xor', 'shiftLeft', 'shiftRight']
            : [...smooth, ...sums]
    const operation = this.#pick(choices)
    const isFloat = dtype === 'f32' || dtype === 'f64'
    const stays = isExact && !(isFloat && operation === 'power')
    add({ op: 'binary', id: this.#next++, dtype, operation, a: a.id, b: b.id }, stays)
  }

  #literal(): Operation {
    const dtype = loadedDType(this.#pick(this.#family))
    const value =
      dtype === 'bool'
        ? this.#below(2)
        : dtype === 'u32'
          ? this.#below(40)
          : dtype === 'i32'
            ? this.#below(9) - 4
            : this.#pick([0, -0, 1, 2, 3, 0.5, -3])
    return { op: 'literal', id: this.#next++, dtype, value }
  }

  #position(extents: readonly number[], add: Add): void {
    const possible = (['i32', 'f32', 'u32', 'f64'] as const).filter((d) => this.#family.includes(d))
    const dtype = this.#pick(possible)
    const strides = [...this.#points, ...extents].map(() => this.#below(4))
    const offset = this.#below(5)
    add({ op: 'position', id: this.#next++, dtype, offset, strides }, true)
  }

  #load(extents: readonly number[]): Operation {
    const stored = this.#pick(this.#family)
    const { strides, offset, length } = this.#strides(extents, true)
    const before = this.#below(3)
    this.#given.push({ dtype: stored, data: this.#fill(stored, length + before) })
    const access = { buffer: this.#given.length - 1, offset: offset + before, strides, turns: [] }
    return { op: 'load', id: this.#next++, dtype: loadedDType(stored), stored, access }
  }

  #store(x: number, dtype: ComputeDType, stored: DType, extents: readonly number[]): Operation {
    const { strides, offset, length } = this.#strides(extents, false)
    this.#given.push(blank(stored, length))
    const access = { buffer: this.#given.length - 1, offset, strides, turns: [] }
    return { op: 'store', stored: stored === dtype ? dtype : stored, access, x }
  }

  /** Strides that name every element once, or, where `isBroadcast`, some axes not at all. */
  #strides(extents: readonly number[], isBroadcast: boolean) {
    const all = [...this.#points, ...extents]
    const order = [...all.keys()].reverse()
    if (this.#below(5) < 2) order.sort(() => this.#below(3) - 1)
    let step = this.#pick([1, 1, 1, 2])
    let offset = 0
    const strides = all.map(() => 0)
    for (const axis of order) {
      const extent = all[axis] ?? 1
      if (isBroadcast && this.#below(10) < 3) continue
      const isTurned = this.#below(10) === 0
      strides[axis] = isTurned ? -step : step
      if (isTurned) offset += step * (extent - 1)
      step *= extent
    }
    return { strides, offset, length: step }
  }

  #fill(dtype: DType, length: number): TypedArray {
    const data = dtypes[dtype].allocate(length)
    for (let i = 0; i < length; i++) data[i] = this.#element(dtype) as never // a BigInt where it must be
    return data
  }

  #element(dtype: DType): number | bigint {
    const isSpecial = this.#below(6) === 0
    switch (dtype) {
      case 'bool':
        return this.#below(2)
      case 'f16':
      case 'bf16':
        return this.#below(65536)
      case 'i64':
      case 'u64': {
        const value = BigInt(isSpecial ? this.#pick(whole) : this.#below(2000) - 1000)
        return dtype === 'u64' && value < 0n ? -value : value
      }
      case 'f32':
      case 'f64':
        return isSpecial ? this.#pick(special) : (this.#below(2 ** 20) / 2 ** 20 - 0.5) * 20
      default:
        return isSpecial ? this.#pick(whole) : this.#below(40) - 20
    }
  }

  #extents(count: number, choices: readonly number[]): readonly number[] {
    return Array.from({ length: count }, () => this.#pick(choices))
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T // callers have one at least
  }

  #below(limit: number): number {
    // The congruential generator of Numerical Recipes; its upper bits are the random ones.
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }
}
