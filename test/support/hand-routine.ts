/** Short ways to write routines by hand; f32 where nothing else is said. */
import type { ComputeDType, DType } from '../../src/ir/dtype.ts'
import type { BinaryOperation, UnaryOperation } from '../../src/ir/expression.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import {
  type Access,
  type Buffer,
  type Contract,
  type Kernel,
  type LoadOperation,
  loadedDType,
  type Nest,
  type Operation,
  type Ref,
  type Repeat,
  type Routine,
  type Running,
  type Scatter,
  type Sort,
  type Stage,
} from '../../src/kernel/routine.ts'

/** A routine of what is given, with nothing else in it. */
export function routine(parts: Partial<Routine>): Routine {
  return { buffers: [], kernels: [], checks: [], commits: [], outputs: {}, ...parts }
}

export function buffer(
  kind: 'input' | 'state' | 'temporary' | 'scratch',
  name: string,
  length: number,
  dtype: DType = 'f32',
): Buffer {
  const role = kind === 'input' || kind === 'state' ? { kind, key: name } : { kind }
  return { role, name, length, dtype }
}

export function constant(name: string, contents: Tensor): Buffer {
  const role = { kind: 'constant', contents } as const
  return { role, name, length: contents.data.length, dtype: contents.dtype }
}

/** `buffer` at Σ index · strides + offset + Σ turn · turns. */
export function at(
  buffer: number,
  strides: readonly number[] = [],
  offset = 0,
  turns: readonly number[] = [],
): Access {
  return { buffer, offset, strides, turns }
}

export function nest(points: readonly number[], ...stages: readonly Stage[]): Nest {
  return { kind: 'nest', points, stages, gates: [] }
}

/** A stage that loops over `extents`. */
export function over(extents: readonly number[], ...body: readonly Operation[]): Stage {
  return { extents, body }
}

/** A stage that runs once. */
export function once(...body: readonly Operation[]): Stage {
  return { extents: [], body }
}

export function contract(
  parts: Pick<Contract, 'rows' | 'columns' | 'depth' | 'a' | 'b' | 'epilogue'> & Partial<Contract>,
): Contract {
  return { kind: 'contract', dtype: 'f32', batch: [], gates: [], ...parts }
}

export function scatter(
  parts: Omit<Scatter, 'kind' | 'gates' | 'dtype' | 'combine'> & Partial<Scatter>,
): Scatter {
  return { kind: 'scatter', dtype: 'f32', combine: 'add', gates: [], ...parts }
}

export function running(
  parts: Pick<Running, 'combine' | 'points' | 'length' | 'source' | 'target'> & Partial<Running>,
): Running {
  return { kind: 'running', dtype: 'f32', factor: undefined, gates: [], ...parts }
}

export function sort(
  parts: Pick<Sort, 'points' | 'length' | 'source' | 'values' | 'indices'> & Partial<Sort>,
): Sort {
  const { length } = parts
  return { kind: 'sort', dtype: 'f32', isDescending: false, count: length, gates: [], ...parts }
}

export function repeat(count: number, body: readonly Kernel[], isReversed = false): Repeat {
  return { kind: 'repeat', count, isReversed, body, gates: [] }
}

export function load(id: Ref, access: Access, stored: DType = 'f32'): LoadOperation {
  return { op: 'load', id, dtype: loadedDType(stored), stored, access }
}

export function literal(id: Ref, value: number, dtype: ComputeDType = 'f32'): Operation {
  return { op: 'literal', id, dtype, value }
}

export function unary(
  id: Ref,
  operation: UnaryOperation,
  x: Ref,
  dtype: ComputeDType = 'f32',
): Operation {
  return { op: 'unary', id, dtype, operation, x }
}

export function binary(
  id: Ref,
  operation: BinaryOperation,
  [a, b]: readonly [Ref, Ref],
  dtype: ComputeDType = 'f32',
): Operation {
  return { op: 'binary', id, dtype, operation, a, b }
}

export function reduce(
  id: Ref,
  combine: 'sum' | 'prod' | 'max' | 'min' | 'argmax',
  x: Ref,
  dtype: ComputeDType = 'f32',
): Operation {
  return { op: 'reduce', id, dtype, combine, x }
}

export function product(id: Ref): Operation {
  return { op: 'product', id, dtype: 'f32' }
}

export function store(access: Access, x: Ref, stored: DType = 'f32'): Operation {
  return { op: 'store', stored, access, x }
}
