import { describe, expect, test } from 'vitest'
import { tensor } from '../src/ir/tensor.ts'
import { fillRandomBits } from '../src/ir/threefry.ts'
import type { Kernel, Operation } from '../src/kernel/routine.ts'
import { verifyRoutine } from '../src/kernel/verify.ts'
import {
  at,
  binary,
  buffer,
  constant,
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
  scatter,
  store,
  unary,
} from './support/hand-routine.ts'
import { runRoutine } from './support/run-routine.ts'

const none = new Map<string, never>()

/** The elements of `y`, buffer 1, after `kernels`; `x` is buffer 0. */
function run(x: Parameters<typeof tensor>[0], length: number, ...kernels: readonly Kernel[]) {
  const given = tensor(x)
  const buffers = [
    buffer('input', 'x', given.data.length, given.dtype),
    buffer('temporary', 'y', length),
  ]
  const made = routine({ buffers, kernels, outputs: { y: 1 } })
  verifyRoutine(made)
  return [...(runRoutine(made, { x: given }, none).outputs.y ?? [])]
}

/** `body` once at each of `count` points, from constants, into a temporary of `dtype`. */
function scalars(dtype: 'f32' | 'i32' | 'u32' | 'bool' | 'i8' | 'f16', ...body: Operation[]) {
  const [last] = body.slice(-1)
  const id = last && 'id' in last ? last.id : -1
  const made = routine({
    buffers: [buffer('temporary', 'y', 1, dtype)],
    kernels: [nest([], once(...body, store(at(0), id, dtype)))],
    outputs: { y: 0 },
  })
  verifyRoutine(made)
  return Number(runRoutine(made, {}, none).outputs.y?.[0])
}

describe('nests', () => {
  test('softmax of each row in three stages', () => {
    const softmax = nest(
      [2],
      over([3], load(0, at(0, [3, 1])), reduce(1, 'max', 0)),
      over(
        [3],
        load(2, at(0, [3, 1])),
        binary(3, 'subtract', [2, 1]),
        unary(4, 'exp', 3),
        reduce(5, 'sum', 4),
        store(at(1, [3, 1]), 4),
      ),
      over([3], load(6, at(1, [3, 1])), binary(7, 'divide', [6, 5]), store(at(1, [3, 1]), 7)),
    )
    // 1, e, e² over their sum, by Python's math.exp; then three alike.
    const third = Math.fround(1 / 3)
    const [a, b, c, ...second] = run([1, 2, 3, 0, 0, 0], 6, softmax)
    expect(a).toBeCloseTo(0.09003057317038046, 7)
    expect(b).toBeCloseTo(0.24472847105479767, 7)
    expect(c).toBeCloseTo(0.6652409557748219, 7)
    expect(second).toEqual([third, third, third])
  })

  test('reductions count row-major over all axes of their stage', () => {
    const body = [load(0, at(0, [2, 1])), reduce(1, 'argmax', 0, 'i32')]
    const stored = [{ op: 'cast', id: 2, dtype: 'f32', x: 1 } as const, store(at(1, []), 2)]
    const kernel = nest([], over([2, 2], ...body), once(...stored))
    expect(run([1, 4, 2, 4], 1, kernel)).toEqual([1]) // the first of two alike
    expect(run([1, 4, Number.NaN, 5], 1, kernel)).toEqual([2]) // a NaN wins
  })

  test.each([
    ['sum', 0],
    ['prod', 1],
  ] as const)('%s of no elements is %d', (combine, expected) => {
    const stage = over([0], load(0, at(0, [1])), reduce(1, combine, 0))
    expect(run([5], 1, nest([], stage, once(store(at(1), 1))))).toEqual([expected])
  })

  test('sums in f32 are rounded once', () => {
    // 2²⁴ + 1 + 1: rounding after each addition would lose both ones.
    const stage = over([3], load(0, at(0, [1])), reduce(1, 'sum', 0))
    expect(run([2 ** 24, 1, 1], 1, nest([], stage, once(store(at(1), 1))))).toEqual([2 ** 24 + 2])
  })

  test('scratch is read where the same point has stored it', () => {
    const buffers = [
      buffer('input', 'x', 4),
      buffer('temporary', 'y', 4),
      buffer('scratch', 's', 2),
    ]
    const swap = nest(
      [2],
      over([2], load(0, at(0, [2, 1])), store(at(2, [0, 1]), 0)),
      over([2], load(1, at(2, [0, -1], 1)), store(at(1, [2, 1]), 1)),
    )
    const made = routine({ buffers, kernels: [swap], outputs: { y: 1 } })
    const { outputs } = runRoutine(made, { x: tensor([1, 2, 3, 4]) }, none)
    expect(outputs.y).toEqual(Float32Array.of(2, 1, 4, 3))
  })
})

describe('scalars', () => {
  test('are rounded to their dtype after each operation', () => {
    expect(scalars('f32', literal(0, 0.1))).toBe(Math.fround(0.1))
    expect(scalars('f32', literal(0, 2 ** 24), literal(1, 1), binary(2, 'add', [0, 1]))).toBe(
      2 ** 24,
    )
    expect(scalars('i32', literal(0, 2 ** 31 - 1, 'i32'), binary(1, 'add', [0, 0], 'i32'))).toBe(-2)
    expect(scalars('u32', literal(0, 0, 'u32'), unary(1, 'negate', 0, 'u32'))).toBe(0)
  })

  test('casts cut off towards zero and within range', () => {
    const cast = (value: number, dtype: 'i32' | 'u32' | 'bool') =>
      scalars(dtype, literal(0, value), { op: 'cast', id: 1, dtype, x: 0 })
    expect(cast(-2.9, 'i32')).toBe(-2)
    expect(cast(1e10, 'i32')).toBe(2147483647)
    expect(cast(Number.NaN, 'i32')).toBe(0)
    expect(cast(-1, 'u32')).toBe(0)
    expect(cast(0.5, 'bool')).toBe(1)
  })

  test('storage dtypes clamp and round', () => {
    expect(scalars('i8', literal(0, 200))).toBe(127)
    expect(scalars('i8', literal(0, Number.NaN))).toBe(0)
    expect(scalars('f16', literal(0, 1))).toBe(0x3c00) // 1.0 in IEEE 754 binary16
  })

  test('comparisons and selections', () => {
    const compared = { op: 'compare', id: 2, dtype: 'bool', operation: 'less', a: 0, b: 1 } as const
    const selected = { op: 'select', id: 3, dtype: 'f32', condition: 2, a: 0, b: 1 } as const
    expect(scalars('bool', literal(0, 1), literal(1, 2), compared)).toBe(1)
    expect(scalars('f32', literal(0, 4), literal(1, 2), compared, selected)).toBe(2)
  })

  test('random bits are those of the generator', () => {
    const bits = { op: 'randomBits', id: 3, dtype: 'u32', a: 0, b: 1, position: 2 } as const
    const expected = new Uint32Array(6)
    fillRandomBits(Uint32Array.of(7, 9), expected)
    const words = [literal(0, 7, 'u32'), literal(1, 9, 'u32'), literal(2, 5, 'u32')]
    expect(scalars('u32', ...words, bits)).toBe(expected[5])
  })
})

describe('copies', () => {
  test('keep the bits of elements that are read as others of their size', () => {
    const numbers = BigInt64Array.of(-1n, -2n, 2n ** 62n + 1n, -(2n ** 52n) - 1n)
    const buffers = [buffer('input', 'x', 4, 'i64'), buffer('temporary', 'y', 4, 'i64')]
    const body = [load(0, at(0, [-1], 3), 'f64'), store(at(1, [1]), 0, 'f64')]
    const made = routine({ buffers, kernels: [nest([4], once(...body))], outputs: { y: 1 } })
    verifyRoutine(made)
    const { outputs } = runRoutine(made, { x: tensor(numbers) }, none)
    expect(outputs.y).toEqual(numbers.slice().reverse())
  })
})

describe('contractions', () => {
  test('a matrix product with a bias', () => {
    const buffers = [
      buffer('input', 'x', 6),
      buffer('temporary', 'y', 4),
      constant('W', tensor([1, 2, 3, 4, 5, 6])),
      constant('b', tensor([10, 20])),
    ]
    const kernel = contract({
      ...{ rows: [2], columns: [2], depth: [3], a: at(0, [3, 1]), b: at(2, [2, 1]) },
      epilogue: [
        product(0),
        load(1, at(3, [0, 1])),
        binary(2, 'add', [0, 1]),
        store(at(1, [2, 1]), 2),
      ],
    })
    const made = routine({ buffers, kernels: [kernel], outputs: { y: 1 } })
    verifyRoutine(made)
    const { outputs } = runRoutine(made, { x: tensor([1, 0, 0, 1, 1, 1]) }, none)
    // [[1, 0, 0], [1, 1, 1]] · [[1, 2], [3, 4], [5, 6]] + [10, 20]
    expect(outputs.y).toEqual(Float32Array.of(11, 22, 19, 32))
  })

  test('a convolution reads windows that overlap', () => {
    const buffers = [
      buffer('input', 'x', 9),
      buffer('temporary', 'y', 4),
      constant('kernel', tensor([1, 0, 0, 2])),
    ]
    const kernel = contract({
      ...{ rows: [1], columns: [2, 2], depth: [2, 2] },
      ...{ a: at(2, [0, 2, 1]), b: at(0, [3, 1, 3, 1]) },
      epilogue: [product(0), store(at(1, [0, 2, 1]), 0)],
    })
    const made = routine({ buffers, kernels: [kernel], outputs: { y: 1 } })
    verifyRoutine(made)
    const { outputs } = runRoutine(made, { x: tensor([1, 2, 3, 4, 5, 6, 7, 8, 9]) }, none)
    // x[i, j] + 2 · x[i + 1, j + 1]
    expect(outputs.y).toEqual(Float32Array.of(11, 14, 20, 23))
  })

  test('sums over no elements are 0, batched', () => {
    const kernel = contract({
      ...{ batch: [2], rows: [1], columns: [1], depth: [0] },
      ...{ a: at(0, [0, 0, 1]), b: at(0, [0, 1, 0]) },
      epilogue: [product(0), store(at(1, [1, 0, 0]), 0)],
    })
    expect(run([1], 2, kernel)).toEqual([0, 0])
  })
})

describe('indices', () => {
  const buffers = [
    buffer('input', 'x', 3),
    buffer('temporary', 'y', 3),
    buffer('input', 'ids', 3, 'i32'),
  ]
  const gather = nest(
    [3],
    once(
      load(0, at(2, [1]), 'i32'),
      { ...load(1, at(0, [0])), at: { index: 0, stride: 1, length: 3 } },
      store(at(1, [1]), 1),
    ),
  )
  const add = [
    nest([3], once(literal(0, 100), store(at(1, [1]), 0))),
    scatter({
      ...{ extents: [3], index: at(2, [1]), source: at(0, [1]), target: at(1, [0]) },
      ...{ stride: 1, length: 3 },
    }),
  ]
  const withIds = (kernels: readonly Kernel[], ids: readonly number[]) => {
    const made = routine({ buffers, kernels, outputs: { y: 1 } })
    verifyRoutine(made)
    return runRoutine(made, { x: tensor([1, 2, 4]), ids: tensor(ids, { dtype: 'i32' }) }, none)
  }

  test('a load is moved by an index', () => {
    expect(withIds([gather], [2, 0, 2]).outputs.y).toEqual(Float32Array.of(4, 1, 4))
  })

  test('a scatter adds up what meets', () => {
    expect(withIds(add, [2, 0, 2]).outputs.y).toEqual(Float32Array.of(102, 100, 105))
  })

  test.each([3, -1])('an index of %d out of 3 fails the step', (index) => {
    expect(withIds([gather], [0, index, 0])).toMatchObject({ fault: 'index', outputs: {} })
    expect(withIds(add, [0, index, 0])).toMatchObject({ fault: 'index', outputs: {} })
  })
})

describe('repeats', () => {
  const buffers = [
    buffer('input', 'x', 3),
    buffer('temporary', 'y', 3),
    buffer('temporary', 'carried', 1),
  ]
  const start = nest([], once(literal(0, 0), store(at(2), 0)))
  const body = nest(
    [],
    once(
      load(0, at(2, [], 0, [0])),
      load(1, at(0, [], 0, [1])),
      binary(2, 'add', [0, 1]),
      store(at(2, [], 0, [0]), 2),
      store(at(1, [], 0, [1]), 2),
    ),
  )

  test.each([
    ['forwards', false, [1, 3, 7]],
    ['backwards', true, [7, 6, 4]],
  ] as const)('turns move accesses %s', (_, isReversed, expected) => {
    const kernels = [start, repeat(3, [body], isReversed)]
    const made = routine({ buffers, kernels, outputs: { y: 1 } })
    verifyRoutine(made)
    const { outputs } = runRoutine(made, { x: tensor([1, 2, 4]) }, none)
    expect([...(outputs.y ?? [])]).toEqual(expected)
  })
})

describe('states', () => {
  const made = routine({
    buffers: [buffer('input', 'x', 2), buffer('temporary', 'y', 2), buffer('state', 'W', 2)],
    kernels: [
      nest(
        [2],
        once(
          load(0, at(0, [1])),
          load(1, at(2, [1])),
          binary(2, 'divide', [1, 0]),
          store(at(1, [1]), 2),
        ),
      ),
    ],
    checks: [nest([2], once(load(0, at(1, [1])), { op: 'checkFinite', x: 0 }))],
    commits: [nest([2], once(load(0, at(1, [1])), store(at(2, [1]), 0)))],
    outputs: { y: 1 },
  })
  const states = new Map([['W', tensor([6, 8])]])

  test('are committed where the step has not failed', () => {
    const result = runRoutine(made, { x: tensor([2, 4]) }, states)
    expect(result).toEqual({
      outputs: { y: Float32Array.of(3, 2) },
      states: new Map([['W', Float32Array.of(3, 2)]]),
      fault: 'none',
    })
    expect(states.get('W')?.data).toEqual(Float32Array.of(6, 8)) // what was given stays
  })

  test('stay where a check has failed', () => {
    const result = runRoutine(made, { x: tensor([2, 0]) }, states)
    expect(result.fault).toBe('nonFinite')
    expect(result.states.get('W')).toEqual(Float32Array.of(6, 8))
  })
})

describe('a routine at fault', () => {
  const buffers = [buffer('input', 'x', 4), buffer('temporary', 'y', 4), buffer('scratch', 's', 4)]
  const one = literal(9, 1)
  test.each<readonly [fault: string, message: string, kernel: Kernel]>([
    [
      'reads what nothing has stored',
      'reads y[0] before anything is stored there',
      nest([4], once(load(0, at(1, [1])))),
    ],
    [
      'reads the scratch of another point',
      'reads s[1] before anything is stored there',
      nest([4], once(one, store(at(2, [1]), 9)), over([2], load(0, at(2, [0, 1])))),
    ],
    [
      'stores one element at two points',
      'stores y[0], which another point has used',
      nest([4], once(one, store(at(1, [0]), 9))),
    ],
    [
      'loads what another point stores',
      'loads y[0], which another point has used',
      nest([4], once(one, store(at(1, [1]), 9)), once(load(0, at(1, [0])))),
    ],
    [
      'loads what another turn of the loop stores',
      'loads y[0], which another point has used',
      nest([], over([4], one, store(at(1, [1]), 9), load(0, at(1, [0])))),
    ],
    ['leaves a buffer', 'x[4] is outside its 4', nest([4], once(load(0, at(0, [1], 1))))],
    [
      'uses what a loop does not leave',
      '%0 is used where it is not known',
      nest([], over([4], load(0, at(0, [1]))), once(store(at(1), 0))),
    ],
    [
      'stores only a part of an output',
      'not all of output y was stored',
      nest([3], once(one, store(at(1, [1]), 9))),
    ],
  ])('%s', (_, message, kernel) => {
    const made = routine({ buffers, kernels: [kernel], outputs: { y: 1 } })
    expect(() => runRoutine(made, { x: tensor([1, 2, 3, 4]) }, none)).toThrow(message)
  })

  test('stores over the operand of its contraction', () => {
    const kernel = contract({
      ...{ rows: [2], columns: [2], depth: [2], a: at(1, [2, 1]), b: at(0, [2, 1]) },
      epilogue: [product(0), store(at(1, [2, 1]), 0)],
    })
    const kernels = [nest([4], once(one, store(at(1, [1]), 9))), kernel]
    const made = routine({ buffers, kernels, outputs: { y: 1 } })
    expect(() => runRoutine(made, { x: tensor([1, 2, 3, 4]) }, none)).toThrow(
      'stores y[0], which another point has used',
    )
  })

  test('is fed another dtype or length', () => {
    const made = routine({ buffers })
    expect(() => runRoutine(made, { x: tensor([1], { dtype: 'f64' }) }, none)).toThrow(
      'input x takes f32, got f64',
    )
    expect(() => runRoutine(made, { x: tensor([1]) }, none)).toThrow('x takes 4 elements, got 1')
  })
})
