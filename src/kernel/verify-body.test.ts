import { describe, expect, test } from 'vitest'
import {
  at,
  binary,
  buffer,
  contract,
  literal,
  load,
  nest,
  once,
  over,
  product,
  reduce,
  repeat,
  routine,
  store,
  unary,
} from '../../test/support/hand-routine.ts'
import type { Kernel, Operation, Routine } from './routine.ts'
import { verifyRoutine } from './verify.ts'

const [x, W, t, ids, flags, scratch, half] = [0, 1, 2, 3, 4, 5, 6]
const buffers = [
  buffer('input', 'x', 12),
  buffer('state', 'W', 12),
  buffer('temporary', 't', 12),
  buffer('input', 'ids', 12, 'i32'),
  buffer('input', 'flags', 12, 'bool'),
  buffer('scratch', 's', 4),
  buffer('input', 'h', 12, 'f16'),
]

function inKernels(...kernels: readonly Kernel[]): Routine {
  return routine({ buffers, kernels })
}

/** A nest of 12 points that run `body` once. */
function each(...body: readonly Operation[]): Kernel {
  return nest([12], once(...body))
}

const loadX = load(0, at(x, [1]))
const product12 = {
  ...{ rows: [4], columns: [3], depth: [3], a: at(x, [3, 1]), b: at(W, [3, 1]) },
  epilogue: [product(0), store(at(t, [3, 1]), 0)],
}
const fillT = each(literal(0, 0), store(at(t, [1]), 0))

// Through verifyRoutine: it is what the operations' rules are for.
describe('the operations of a verified routine', () => {
  test.each<readonly [rule: string, message: string, broken: Routine]>([
    [
      'a reference comes after what gives it',
      'unary: nothing gives id 1 before',
      inKernels(each(loadX, unary(2, 'exp', 1), literal(1, 2))),
    ],
    [
      'only reductions leave a stage with axes',
      'unary: id 0 is out of scope',
      inKernels(nest([3], over([4], load(0, at(x, [4, 1]))), once(unary(1, 'exp', 0)))),
    ],
    [
      'a reduction is known only after its stage',
      'unary: id 1 is out of scope',
      inKernels(
        nest([3], over([4], load(0, at(x, [4, 1])), reduce(1, 'sum', 0), unary(2, 'exp', 1))),
      ),
    ],
    ['ids are unique', 'literal: id 0 is given twice', inKernels(each(loadX, literal(0, 1)))],
    [
      'operands have the dtype of the operation',
      'binary: takes f64, got f32',
      inKernels(each(loadX, literal(1, 1, 'f64'), binary(2, 'add', [1, 0], 'f64'))),
    ],
    [
      'operations have dtypes that they work on',
      'unary: exp takes f32 or f64, not i32',
      inKernels(each(literal(0, 1, 'i32'), unary(1, 'exp', 0, 'i32'))),
    ],
    [
      'comparisons take one dtype',
      'compare: takes f32, got i32',
      inKernels(
        each(loadX, literal(1, 1, 'i32'), {
          ...{ op: 'compare', id: 2, dtype: 'bool', operation: 'less', a: 0, b: 1 },
        } as const),
      ),
    ],
    [
      'conditions are bools',
      'select: takes bool, got f32',
      inKernels(each(loadX, { op: 'select', id: 1, dtype: 'f32', condition: 0, a: 0, b: 0 })),
    ],
    [
      'random bits come of u32',
      'randomBits: takes u32, got f32',
      inKernels(each(loadX, { op: 'randomBits', id: 1, dtype: 'u32', a: 0, b: 0, position: 0 })),
    ],
    [
      'argmax gives an i32',
      'reduce: argmax gives an i32, not f32',
      inKernels(nest([3], over([4], load(0, at(x, [4, 1])), reduce(1, 'argmax', 0)))),
    ],
    [
      'a maximum has elements',
      'reduce: max of no elements',
      inKernels(nest([3], over([0], load(0, at(x, [4, 1])), reduce(1, 'max', 0)))),
    ],
    ['literals fit', 'literal: 0.5 is no i32', inKernels(each(literal(0, 0.5, 'i32')))],
    [
      'positions have a stride for each axis',
      'position: 2 strides for 1 axes',
      inKernels(each({ op: 'position', id: 0, dtype: 'i32', offset: 0, strides: [1, 1] })),
    ],
    [
      'loads give what the stored dtype is read as',
      'load: f16 loads as f32, not i32',
      inKernels(each({ ...load(0, at(half, [1]), 'f16'), dtype: 'i32' })),
    ],
    [
      'elements are read as the buffer holds them',
      'load: x holds f32, not i32',
      inKernels(each(load(0, at(x, [1]), 'i32'))),
    ],
    [
      'a store takes the stored dtype',
      'store: takes f32, got bool',
      inKernels(each(load(0, at(flags, [1]), 'bool'), store(at(t, [1]), 0))),
    ],
    [
      'indices are integers',
      'load: takes i32 or u32, got f32',
      inKernels(each(loadX, { ...load(1, at(x, [0])), at: { index: 0, stride: 1, length: 12 } })),
    ],
    ['buffers exist', 'load: there is no buffer 99', inKernels(each(load(0, at(99, [1]))))],
    [
      'accesses have a stride for each axis',
      'load: x has 2 strides for 1 axes',
      inKernels(each(load(0, at(x, [1, 0])))),
    ],
    [
      'accesses have a turn for each repeat',
      'load: x has 0 turns in 1 repeats',
      inKernels(repeat(2, [each(loadX)])),
    ],
    [
      'accesses stay below the end',
      'load: reaches x[12], which has 12 elements',
      inKernels(each(load(0, at(x, [1], 1)))),
    ],
    [
      'accesses stay above the start',
      'load: reaches x[-1], which has 12 elements',
      inKernels(each(load(0, at(x, [-1], 10)))),
    ],
    [
      'accesses stay inside at every turn',
      'load: reaches x[15], which has 12 elements',
      inKernels(repeat(4, [nest([4], once(load(0, at(x, [1], 0, [4]))))])),
    ],
    [
      'accesses stay inside for every index',
      'load: reaches x[20], which has 12 elements',
      inKernels(
        each(load(0, at(ids, [1]), 'i32'), {
          ...load(1, at(x, [0])),
          at: { index: 0, stride: 4, length: 6 },
        }),
      ),
    ],
    [
      'points store elements of their own: a stride of 0',
      'store: t: one element is stored twice',
      inKernels(each(loadX, store(at(t, [0]), 0))),
    ],
    [
      'points store elements of their own: two strides that meet',
      'store: t: one element is stored twice',
      inKernels(nest([3, 4], once(literal(0, 1), store(at(t, [2, 1]), 0)))),
    ],
    ['inputs are not stored', 'store: x is an input', inKernels(each(loadX, store(at(x, [1]), 0)))],
    [
      'kernels do not store states',
      'store: only commits store into W',
      inKernels(each(loadX, store(at(W, [1]), 0))),
    ],
    [
      'checks do not store',
      'store: checks store nothing',
      routine({ buffers, checks: [each(loadX, store(at(t, [1]), 0))] }),
    ],
    [
      'kernels do not check',
      'checkFinite: only checks may fail a step',
      inKernels(each(loadX, { op: 'checkFinite', x: 0 })),
    ],
    [
      'checks are of floats',
      'checkFinite: takes f32 or f64, got i32',
      routine({ buffers, checks: [each(literal(0, 1, 'i32'), { op: 'checkFinite', x: 0 })] }),
    ],
    [
      'temporaries are stored before they are loaded',
      'load: nothing is stored there before',
      inKernels(each(load(0, at(t, [1]))), fillT),
    ],
    [
      'scratch is stored in the nest that loads it',
      'load: nothing is stored there before',
      inKernels(
        nest([4], once(literal(0, 1), store(at(scratch, [0]), 0))),
        nest([4], once(load(0, at(scratch, [1])))),
      ),
    ],
    [
      'nests have no product',
      'product: only epilogues have the product',
      inKernels(each(product(0))),
    ],
    [
      'the product has the dtype of the contraction',
      'product: the product is f32, not f64',
      inKernels(contract({ ...product12, epilogue: [{ op: 'product', id: 0, dtype: 'f64' }] })),
    ],
    [
      'epilogues do not reduce',
      'reduce: epilogues have no reductions',
      inKernels(contract({ ...product12, epilogue: [product(0), reduce(1, 'sum', 0)] })),
    ],
    [
      'epilogues have no scratch',
      'store: s is scratch, which only nests have',
      inKernels(contract({ ...product12, epilogue: [product(0), store(at(scratch, [0, 1]), 0)] })),
    ],
  ])('%s', (_, message, broken) => {
    expect(() => verifyRoutine(broken)).toThrow(message)
  })
})
