/**
 * The kernel IR: what a step does to memory, in loops over scalar expressions. It is what fusion
 * and the memory plan work on and what every code generator prints; nothing in it belongs to one
 * kind of machine.
 *
 * A routine is kernels in order over numbered buffers. Values have become affine accesses to flat
 * buffers, so that reshaping, transposing, slicing and broadcasting cost nothing.
 */
import type { ComputeDType, DType } from '../ir/dtype.ts'
import type { BinaryOperation, Comparison, UnaryOperation } from '../ir/expression.ts'
import type { RunningCombine } from '../ir/gate.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'

/** One step of a graph. Kernels run in order; each sees what those before it have stored. */
export interface Routine {
  readonly buffers: readonly Buffer[]
  readonly kernels: readonly Kernel[]
  /** Run after `kernels`; a check that fails says that the step has failed. They store nothing. */
  readonly checks: readonly Kernel[]
  /** Run only where the step has not failed: they store into the buffers of states. */
  readonly commits: readonly Kernel[]
  /** The buffer of every output by name, row-major and contiguous; several may share one. */
  readonly outputs: Readonly<Record<string, number>>
}

/** A flat run of elements. Its number is its position in `Routine.buffers`. */
export interface Buffer {
  readonly role: BufferRole
  readonly dtype: DType
  /** In elements. */
  readonly length: number
  /** What printing calls it: `x`, `W1`, `t12`. */
  readonly name: string
}

export type BufferRole =
  /** Filled before each step. `key` is the input's name. */
  | { readonly kind: 'input'; readonly key: string }
  /** Lasts between steps. `key` is the state's; what is trained must stay finite. */
  | { readonly kind: 'state'; readonly key: string; readonly isTrainable?: boolean }
  | { readonly kind: 'constant'; readonly contents: Tensor }
  /** Written and read within one step. */
  | { readonly kind: 'temporary' }
  /** Written and read within one point of one nest: each thread has its own. */
  | { readonly kind: 'scratch' }

/**
 * Elements of a buffer, one for each index (i, j, …) of the loops around it:
 * offset + i · strides[0] + j · strides[1] + …, in elements. Strides may be 0 or negative.
 */
export interface Access {
  readonly buffer: number
  readonly offset: number
  /** One for each axis that the kernel declares for this access. */
  readonly strides: readonly number[]
  /** One for each `repeat` around the kernel, outermost first: how far each turn moves it. */
  readonly turns: readonly number[]
}

export type Kernel = SingleKernel | Repeat
/** Any but a loop over others. */
export type SingleKernel = Nest | Contract | Scatter | Running | Sort

interface KernelBase {
  /** The applications of the graph that it holds, in their order. */
  readonly gates: readonly Value[]
}

/**
 * Runs its stages, in order, at each of its points. Points are independent of each other, but for
 * what they read in place: a point may store only where no other point loads.
 */
export interface Nest extends KernelBase {
  readonly kind: 'nest'
  /** Extents of the axes of points; none: one point. */
  readonly points: readonly number[]
  readonly stages: readonly Stage[]
}

/**
 * A loop over further axes, at one point. Accesses in it have the strides of the points' axes, then
 * of its own. What a stage without axes computes may be used in all later stages; of a stage with
 * axes only its reductions may, and only in later stages.
 */
export interface Stage {
  /** None: the body runs once. */
  readonly extents: readonly number[]
  readonly body: readonly Operation[]
}

/** Names what an operation gives: its `id`, unique within the kernel. */
export type Ref = number

/** Operations come after what they take. `dtype` is that of what they give. */
export type Operation =
  | LoadOperation
  | {
      readonly op: 'literal'
      readonly id: Ref
      readonly dtype: ComputeDType
      readonly value: number
    }
  /** offset + Σ index · stride over the axes: the elements of an iota. */
  | {
      readonly op: 'position'
      readonly id: Ref
      readonly dtype: ComputeDType
      readonly offset: number
      readonly strides: readonly number[]
    }
  | {
      readonly op: 'unary'
      readonly id: Ref
      readonly dtype: ComputeDType
      readonly operation: UnaryOperation
      readonly x: Ref
    }
  /** Both operands are of `dtype`. */
  | {
      readonly op: 'binary'
      readonly id: Ref
      readonly dtype: ComputeDType
      readonly operation: BinaryOperation
      readonly a: Ref
      readonly b: Ref
    }
  /** Both operands are of one dtype; gives a bool. */
  | {
      readonly op: 'compare'
      readonly id: Ref
      readonly dtype: 'bool'
      readonly operation: Comparison
      readonly a: Ref
      readonly b: Ref
    }
  /** `condition` is a bool; `a` and `b` are of `dtype`. */
  | {
      readonly op: 'select'
      readonly id: Ref
      readonly dtype: ComputeDType
      readonly condition: Ref
      readonly a: Ref
      readonly b: Ref
    }
  /** Towards zero and within range for integers, NaN to 0; to bool: whether it is not 0. */
  | { readonly op: 'cast'; readonly id: Ref; readonly dtype: ComputeDType; readonly x: Ref }
  /**
   * `x` combined over the stage's axes, row-major; of no elements: 0 (sum) or 1 (prod). A NaN wins
   * max, min and argmax; argmax, an i32, is the first position counted row-major over the axes.
   */
  | {
      readonly op: 'reduce'
      readonly id: Ref
      readonly dtype: ComputeDType
      readonly combine: 'sum' | 'prod' | 'max' | 'min' | 'argmax'
      readonly x: Ref
    }
  /** The 32 Threefry bits, u32, of the key (a, b) at `position`, all three u32: see ir/threefry.ts. */
  | {
      readonly op: 'randomBits'
      readonly id: Ref
      readonly dtype: 'u32'
      readonly a: Ref
      readonly b: Ref
      readonly position: Ref
    }
  /** In the epilogue of a contraction: the sum of products. */
  | { readonly op: 'product'; readonly id: Ref; readonly dtype: ComputeDType }
  | StoreOperation
  /** In checks: the step fails (`nonFinite`) where x, a float, is NaN or infinite. */
  | { readonly op: 'checkFinite'; readonly x: Ref }

export interface LoadOperation {
  readonly op: 'load'
  readonly id: Ref
  /** That of `stored`, or what a storage dtype is read as: see `loadedDType`. */
  readonly dtype: ComputeDType
  /** How the elements lie in memory; a plain copy reads and writes 16-bit floats as `u16`. */
  readonly stored: DType
  readonly access: Access
  /** Moves the access by index · stride; where not 0 ≤ index < length the step fails (`index`). */
  readonly at?: { readonly index: Ref; readonly stride: number; readonly length: number }
}

export interface StoreOperation {
  readonly op: 'store'
  /** A storage dtype clamps to its range, towards zero, NaN to 0; f16 and bf16 round. */
  readonly stored: DType
  readonly access: Access
  readonly x: Ref
}

/**
 * Sums products of two operands over the axes of `depth`: a matrix product in any layout, batched,
 * and a convolution, whose rows are output channels, whose columns are images and places, and whose
 * depth is channels and taps. Sums over no elements are 0.
 */
export interface Contract extends KernelBase {
  readonly kind: 'contract'
  readonly dtype: ComputeDType
  readonly batch: readonly number[]
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly depth: readonly number[]
  /** Strides over [...batch, ...rows, ...depth]. */
  readonly a: Access
  /** Strides over [...batch, ...depth, ...columns]. */
  readonly b: Access
  /** Runs at each element of the product; strides over [...batch, ...rows, ...columns]. */
  readonly epilogue: readonly Operation[]
}

/**
 * target[…] += source[i, j, …], or = for set, at each index of `extents`, in row-major order, so the
 * last one that is set stays; the target is moved by index[i, j, …] · stride. Where not
 * 0 ≤ index < length the step fails (`index`).
 */
export interface Scatter extends KernelBase {
  readonly kind: 'scatter'
  /** Bools are set, not added. */
  readonly dtype: ComputeDType
  readonly combine: 'add' | 'set'
  readonly extents: readonly number[]
  /** Of i32 or u32. */
  readonly index: Access
  readonly source: Access
  /** Stride 0 on the axis that the index walks. */
  readonly target: Access
  readonly stride: number
  readonly length: number
}

/**
 * target[…, k] = source[…, k] combined with target[…, k − 1], for k = 0 … length − 1 in order, at
 * each of the points, which are independent of each other; at 0 the source alone. `linear` is
 * factor[…, k] · target[…, k − 1] + source[…, k]. What goes on from one k to the next is kept in
 * f64 for floats, but for max and min.
 */
export interface Running extends KernelBase {
  readonly kind: 'running'
  readonly dtype: ComputeDType
  readonly combine: RunningCombine
  readonly points: readonly number[]
  readonly length: number
  /** Strides over [...points, k]. */
  readonly source: Access
  /** Of linear alone. */
  readonly factor: Access | undefined
  readonly target: Access
}

/**
 * Puts the `length` elements of each row, one row at each of `points`, in ascending order, or in
 * descending order, and stores the first `count`. Equal elements keep their order, −0 and 0 are
 * equal, and NaN stands after all numbers, when descending before them.
 */
export interface Sort extends KernelBase {
  readonly kind: 'sort'
  readonly dtype: ComputeDType
  readonly isDescending: boolean
  readonly points: readonly number[]
  readonly length: number
  readonly count: number
  /** Strides over [...points, length]. */
  readonly source: Access
  /** The elements, with their bits; over [...points, count]. None where nothing reads them. */
  readonly values: Access | undefined
  /** Where in their row they stood, i32; likewise. */
  readonly indices: Access | undefined
}

/** Runs its body `count` times in order; `isReversed`: with turns counted from count − 1 to 0. */
export interface Repeat extends KernelBase {
  readonly kind: 'repeat'
  readonly count: number
  readonly isReversed: boolean
  readonly body: readonly Kernel[]
}

/** What elements of a dtype are computed as once they are loaded. */
export function loadedDType(stored: DType): ComputeDType {
  switch (stored) {
    case 'f16':
    case 'bf16':
      return 'f32'
    case 'i8':
    case 'i16':
    case 'u8':
    case 'u16':
      return 'i32'
    case 'i64':
    case 'u64':
      return 'f64'
    default:
      return stored
  }
}
