import { describe, expect, it } from 'vitest'
import {
  at,
  binary,
  literal,
  load,
  nest,
  once,
  store,
  unary,
} from '../../../../test/support/hand-routine.ts'
import {
  blank,
  compiled,
  firstDifference,
  type Given,
  interpreted,
} from '../../../../test/support/run-nest.ts'
import { type ComputeDType, type DType, dtypes, isFloating } from '../../../ir/dtype.ts'
import { binaryOperations, comparisons, unaryOperations } from '../../../ir/expression.ts'
import { loadedDType, type Nest, type Operation } from '../../../kernel/routine.ts'
import { emitNest } from './emit-nest.ts'

const floats = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2, -2, 3, 10, -10, 0.1, 100, -100, 1e-40, -1e-40],
  ...[1e30, -1e30, 3e38, Infinity, -Infinity, NaN, 2147483647, -2147483649, 4294967296, 1e-8],
]
const signed = [0, 1, -1, 2, -2, 3, 7, -7, 31, 32, 33, 1000, 65536, 2147483647, -2147483648]
const unsigned = [0, 1, 2, 3, 5, 31, 32, 33, 1000, 65536, 2147483647, 2147483648, 4294967295]

const numbers: { readonly [D in ComputeDType]: readonly number[] } = {
  f32: floats,
  f64: [...floats, 1e300, -1e300, 5e-324, 1e-300],
  i32: signed,
  u32: unsigned,
  bool: [0, 1],
}
const computeDTypes = ['f32', 'f64', 'i32', 'u32', 'bool'] as const

const roundings = ['floor', 'ceil', 'round', 'truncate']
const exactUnary = ['negate', 'sqrt', 'abs', 'sign', 'not', ...roundings]

/** The vector maths is within 2 ulp, the reference rounds once: 2.5 · 2⁻²³ and 2.5 · 2⁻⁵². */
function toleranceOf(operation: string, dtype: ComputeDType): number {
  const isRounded = exactUnary.includes(operation)
  if (isRounded || !isFloating(dtype)) return 0
  return dtype === 'f32' ? 3e-7 : 6e-16
}

function given(dtype: DType, elements: readonly number[]): Given {
  const data = dtypes[dtype].allocate(elements.length)
  const isWide = data instanceof BigInt64Array || data instanceof BigUint64Array
  for (const [i, x] of elements.entries()) data[i] = (isWide ? BigInt(x) : x) as never // as asked
  return { dtype, data }
}

/** All pairs, the first fixed for a run of the second. */
function pairsOf(elements: readonly number[]): readonly [readonly number[], readonly number[]] {
  return [elements.flatMap((a) => elements.map(() => a)), elements.flatMap(() => [...elements])]
}

function expectAlike(kernel: Nest, buffers: readonly Given[], tolerance: number): void {
  const want = interpreted(kernel, buffers).buffers.at(-1) ?? new Float32Array()
  const got = compiled((context) => emitNest(context, kernel), buffers).buffers.at(-1) ?? want
  const place = firstDifference(got, want, tolerance)
  const taken = buffers.slice(0, -1).map(({ data }) => data[place])
  expect(place, `of ${taken}: ${got[place]} is not ${want[place]}`).toBe(-1)
}

function expectUnary(operations: readonly Operation[], from: Given, to: DType, tolerance: number) {
  const n = from.data.length
  const x = operations.length
  const body = [load(0, at(0, [1]), from.dtype), ...operations, store(at(1, [1]), x, to)]
  expectAlike(nest([n], once(...body)), [from, blank(to, n)], tolerance)
  // Without lanes.
  expectAlike(
    nest([n], once(...body.map((operation) => withStride(operation, 3)))),
    [spread(from, 3), spread(blank(to, n), 3)],
    tolerance,
  )
}

function withStride(operation: Operation, stride: number): Operation {
  if (operation.op !== 'load' && operation.op !== 'store') return operation
  return { ...operation, access: { ...operation.access, strides: [stride] } }
}

function spread({ dtype, data }: Given, stride: number): Given {
  const wide = dtypes[dtype].allocate(data.length * stride)
  for (let i = 0; i < data.length; i++) wide[i * stride] = data[i] as never // one dtype
  return { dtype, data: wide }
}

describe('unary operations', () => {
  for (const dtype of computeDTypes) {
    const own = unaryOperations.filter((operation) => {
      if (operation === 'not') return dtype === 'bool'
      if (isFloating(dtype)) return true
      if (roundings.includes(operation)) return dtype !== 'bool'
      return ['negate', 'abs', 'sign'].includes(operation) && dtype === 'i32'
    })
    for (const operation of own) {
      it(`${operation} of ${dtype} gives what the interpreter gives`, () => {
        const tolerance = toleranceOf(operation, dtype)
        const x = given(dtype, numbers[dtype])
        expectUnary([unary(1, operation, 0, dtype)], x, dtype, tolerance)
      })
    }
  }
})

describe('binary operations', () => {
  for (const dtype of computeDTypes) {
    const own = binaryOperations.filter((operation) => {
      const isLogic = operation === 'and' || operation === 'or'
      if (dtype === 'bool') return isLogic
      if (operation === 'xor' || operation.startsWith('shift')) return dtype === 'u32'
      return !isLogic
    })
    for (const operation of own) {
      const tolerance = operation === 'power' && isFloating(dtype) ? toleranceOf('exp', dtype) : 0
      it(`${operation} of ${dtype} gives what the interpreter gives`, () => {
        const [a, b] = pairsOf(numbers[dtype]).map((elements) => given(dtype, elements))
        if (!a || !b) return
        for (const stride of [1, 3]) {
          const kernel = nest(
            [a.data.length],
            once(
              load(0, at(0, [stride]), dtype),
              load(1, at(1, [stride]), dtype),
              binary(2, operation, [0, 1], dtype),
              store(at(2, [stride]), 2, dtype),
            ),
          )
          const out = blank(dtype, a.data.length)
          expectAlike(
            kernel,
            [a, b, out].map((one) => spread(one, stride)),
            tolerance,
          )
        }
      })

      it(`${operation} of ${dtype} with a constant does too`, () => {
        for (const constant of numbers[dtype]) {
          const operations = [literal(1, constant, dtype), binary(2, operation, [0, 1], dtype)]
          // A cube is two multiplications, which may each round.
          expectUnary(operations, given(dtype, numbers[dtype]), dtype, tolerance)
        }
      })
    }
  }
})

describe('comparisons', () => {
  for (const dtype of computeDTypes) {
    it(`of ${dtype} choose as the interpreter does`, () => {
      const [a, b] = pairsOf(numbers[dtype]).map((elements) => given(dtype, elements))
      if (!a || !b) return
      for (const operation of comparisons) {
        const compare: Operation = { op: 'compare', id: 2, dtype: 'bool', operation, a: 0, b: 1 }
        const loads = [load(0, at(0, [1]), dtype), load(1, at(1, [1]), dtype)]
        const select: Operation = { op: 'select', id: 3, dtype, condition: 2, a: 1, b: 0 }
        const n = a.data.length
        const stored = nest([n], once(...loads, compare, store(at(2, [1]), 2, 'bool')))
        expectAlike(stored, [a, b, blank('bool', n)], 0)
        const chosen = nest([n], once(...loads, compare, select, store(at(2, [1]), 3, dtype)))
        expectAlike(chosen, [a, b, blank(dtype, n)], 0)
      }
    })
  }
})

describe('casts', () => {
  for (const from of computeDTypes) {
    for (const to of computeDTypes) {
      it(`from ${from} to ${to} are the interpreter's`, () => {
        const cast: Operation = { op: 'cast', id: 1, dtype: to, x: 0 }
        expectUnary([cast], given(from, numbers[from]), to, 0)
      })
    }
  }
})

describe('storage dtypes', () => {
  const storage = ['f16', 'bf16', 'i8', 'i16', 'i64', 'u8', 'u16', 'u64'] as const
  const halves = [
    ...[65504, 65519, 65520, 65536, -70000, 6e-8, 2.98e-8, 2.99e-8, 6.1e-5, 1 + 2 ** -11],
    ...[1 + 3 * 2 ** -11, 2049, 2051, 1e-45, 3.39e38, 127.5, 128.5, 255.9, -128.9, -0.9, 1e19],
  ]

  for (const stored of storage) {
    it(`${stored} takes numbers of every dtype as the interpreter does`, () => {
      for (const from of computeDTypes) {
        const elements = isFloating(from) ? [...numbers[from], ...halves] : numbers[from]
        expectUnary([], given(from, elements), stored, 0)
      }
    })

    it(`${stored} is read in lanes and alone`, () => {
      const bits = stored === 'f16' || stored === 'bf16'
      const elements = bits
        ? Array.from({ length: 4099 }, (_, i) => (i * 16 + (i % 13)) % 65536)
        : [0, 1, 2, 3, 100, 127, ...(stored.startsWith('i') ? [-1, -100, -128] : [128, 255])]
      expectUnary([], given(stored, elements), loadedDType(stored), 0)
    })
  }

  it('u8 becomes f32 in lanes', () => {
    const cast: Operation = { op: 'cast', id: 1, dtype: 'f32', x: 0 }
    expectUnary([cast], given('u8', [...Array(256).keys()]), 'f32', 0)
  })
})

describe('random bits', () => {
  it('are those of the generator, in lanes and alone', () => {
    const body: readonly Operation[] = [
      load(0, at(0, [0]), 'u32'),
      load(1, at(0, [0], 1), 'u32'),
      { op: 'position', id: 2, dtype: 'u32', offset: 3, strides: [2] },
      { op: 'randomBits', id: 3, dtype: 'u32', a: 0, b: 1, position: 2 },
      store(at(1, [1]), 3, 'u32'),
    ]
    const key = given('u32', [0xdeadbeef, 12345])
    expectAlike(nest([11], once(...body)), [key, blank('u32', 11)], 0)
  })
})

describe('positions', () => {
  for (const dtype of ['f32', 'f64', 'i32', 'u32'] as const) {
    it(`of ${dtype} count along all axes`, () => {
      const kernel = nest(
        [3, 7],
        once(
          { op: 'position', id: 0, dtype, offset: 5, strides: [100, -2] },
          store(at(0, [7, 1]), 0, dtype),
        ),
      )
      expectAlike(kernel, [blank(dtype, 21)], 0)
    })
  }
})
