/** What goes from one element of a row to the next, for one row or for a vector of rows. */
import type { RunningCombine } from '../../ir/gate.ts'
import type { Running } from '../../kernel/routine.ts'
import type { Expression, Operand } from './expression.ts'
import type { Local } from './function-builder.ts'
import { f32, f32x4, f64, f64x2, i32, i32x4, select, v128 } from './instructions.ts'
import type { ValueType } from './types.ts'

export interface Chain<T extends ValueType> {
  readonly type: T
  load(place: Place): Expression<T>
  loadFactor(place: Place): Expression<T>
  store(place: Place, value: Local<T>): Expression
  /** `factor` is there for linear. */
  step(before: Local<T>, x: Local<T>, factor: Local<T> | undefined): Expression<T>
}

interface Place {
  readonly pointer: Operand<'i32'>
  readonly offset: number
}

export interface ChainForm {
  readonly isVector: boolean
  /** Whether all rows of a vector have one factor. */
  readonly isFactorShared: boolean
}

/** How many rows a vector holds. */
export function lanesOf(kernel: Running): number {
  return kernel.dtype === 'f64' || isKeptWide(kernel) ? 2 : 4
}

/** Sums and products of f32 are kept in f64, as PyTorch keeps them: errors do not grow with a row. */
function isKeptWide({ dtype, combine }: Running): boolean {
  return dtype === 'f32' && combine !== 'max' && combine !== 'min'
}

/** Gives `use` the chain of a kernel, whatever its type. */
export function withChain(
  kernel: Running,
  { isVector, isFactorShared }: ChainForm,
  use: <T extends ValueType>(chain: Chain<T>) => void,
): void {
  const { dtype, combine } = kernel
  const isWide = isKeptWide(kernel)
  const isUnsigned = dtype === 'u32'
  if (isVector) {
    const [memory, arithmetic] = isWide
      ? [singlePairs, f64x2]
      : dtype === 'f64'
        ? [doublePairs, f64x2]
        : [fourLanes, dtype === 'f32' ? f32x4 : integerLanes(isUnsigned)]
    const loadFactor = isFactorShared ? memory.splat : memory.load
    use({ type: 'v128', ...memory, loadFactor, step: stepOf(combine, arithmetic) })
  } else if (dtype === 'f64' || isWide) {
    const memory = isWide ? singleAsDouble : doubles
    use({ type: 'f64', ...memory, loadFactor: memory.load, step: stepOf(combine, f64) })
  } else if (dtype === 'f32') {
    use({ type: 'f32', ...singles, loadFactor: singles.load, step: stepOf(combine, f32) })
  } else {
    const arithmetic = integers(isUnsigned)
    use({ type: 'i32', ...whole, loadFactor: whole.load, step: stepOf(combine, arithmetic) })
  }
}

type Pair<T extends ValueType> = (a: Expression<T>, b: Expression<T>) => Expression<T>
type Arithmetic<T extends ValueType> = Readonly<Record<'add' | 'mul' | 'min' | 'max', Pair<T>>>

function stepOf<T extends ValueType>(
  combine: RunningCombine,
  arithmetic: Arithmetic<T>,
): Chain<T>['step'] {
  const { add, mul } = arithmetic
  if (combine === 'linear') {
    return (before, x, factor) => add(factor ? mul(factor, before) : before, x)
  }
  const pair = arithmetic[pairs[combine]]
  return (before, x) => pair(before, x)
}

const pairs = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const

// Their operands are locals, which may be taken twice.
function integers(isUnsigned: boolean): Arithmetic<'i32'> {
  const isLess = isUnsigned ? i32.ltU : i32.ltS
  return {
    ...i32,
    min: (a, b) => select(isLess(a, b), a, b),
    max: (a, b) => select(isLess(a, b), b, a),
  }
}

function integerLanes(isUnsigned: boolean): Arithmetic<'v128'> {
  const { minU, minS, maxU, maxS } = i32x4
  return { ...i32x4, ...(isUnsigned ? { min: minU, max: maxU } : { min: minS, max: maxS }) }
}

type Memory<T extends ValueType> = Pick<Chain<T>, 'load' | 'store'>
type VectorMemory = Memory<'v128'> & { splat(place: Place): Expression<'v128'> }

const doubles: Memory<'f64'> = {
  load: ({ pointer, offset }) => f64.load(pointer, offset),
  store: ({ pointer, offset }, value) => f64.store(pointer, value, offset),
}

const singleAsDouble: Memory<'f64'> = {
  load: ({ pointer, offset }) => f64.promoteF32(f32.load(pointer, offset)),
  store: ({ pointer, offset }, value) => f32.store(pointer, f32.demoteF64(value), offset),
}

const singles: Memory<'f32'> = {
  load: ({ pointer, offset }) => f32.load(pointer, offset),
  store: ({ pointer, offset }, value) => f32.store(pointer, value, offset),
}

const whole: Memory<'i32'> = {
  load: ({ pointer, offset }) => i32.load(pointer, offset),
  store: ({ pointer, offset }, value) => i32.store(pointer, value, offset),
}

const fourLanes: VectorMemory = {
  load: ({ pointer, offset }) => v128.load(pointer, offset),
  splat: ({ pointer, offset }) => v128.load32Splat(pointer, offset),
  store: ({ pointer, offset }, value) => v128.store(pointer, value, offset),
}

const doublePairs: VectorMemory = {
  ...fourLanes,
  splat: ({ pointer, offset }) => v128.load64Splat(pointer, offset),
}

/** Two neighbours of f32, as f64. */
const singlePairs: VectorMemory = {
  load: ({ pointer, offset }) => f64x2.promoteLowF32x4(v128.load64Zero(pointer, offset)),
  splat: ({ pointer, offset }) => f64x2.promoteLowF32x4(v128.load32Splat(pointer, offset)),
  store: ({ pointer, offset }, value) =>
    v128.store64Lane(pointer, f32x4.demoteF64x2Zero(value), 0, offset),
}
