import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  at,
  binary,
  literal,
  load,
  nest,
  once,
  over,
  reduce,
  store,
  unary,
} from '../../../../test/support/hand-routine.ts'
import '../../../../test/support/property-seed.ts'
import { randomNest } from '../../../../test/support/random-nest.ts'
import {
  blank,
  compiled,
  firstDifference,
  type Given,
  interpreted,
} from '../../../../test/support/run-nest.ts'
import type { Nest } from '../../../kernel/routine.ts'
import { emitNest } from './emit-nest.ts'

/** Few roundings of f32, in another order than the reference's. */
const f32Tolerance = 2e-6

function floats(length: number, at: (i: number) => number = (i) => Math.sin(i) * 3): Given {
  return { dtype: 'f32', data: Float32Array.from({ length }, (_, i) => at(i)) }
}

function expectAlike(kernel: Nest, given: readonly Given[], tolerance = f32Tolerance): void {
  const want = interpreted(kernel, given)
  const got = compiled((context) => emitNest(context, kernel), given)
  expect(got.fault).toBe(want.fault)
  for (const [index, expected] of want.buffers.entries()) {
    if (given[index]?.isScratch) continue
    const actual = got.buffers[index] ?? expected
    const place = firstDifference(actual, expected, tolerance)
    expect(place, `buffer ${index}: ${actual[place]} is not ${expected[place]}`).toBe(-1)
  }
}

describe('a nest', () => {
  const lengths = [0, 1, 3, 4, 5, 17, 100]

  it('computes every length, in lanes and what is left over', () => {
    for (const n of lengths) {
      const kernel = nest([n], once(load(0, at(0, [1])), unary(1, 'tanh', 0), store(at(1, [1]), 1)))
      expectAlike(kernel, [floats(n), blank('f32', n)])
    }
  })

  it('reads and writes with strides of 0, 2 and −1', () => {
    for (const n of [3, 4, 9, 40]) {
      for (const [from, to] of [
        [at(0, [0], 2), at(1, [1])],
        [at(0, [2]), at(1, [1])],
        [at(0, [-1], n), at(1, [2])],
        [at(0, [1]), at(1, [-1], n)],
      ] as const) {
        const kernel = nest([n], once(load(0, from), unary(1, 'negate', 0), store(to, 1)))
        expectAlike(kernel, [floats(2 * n + 1), blank('f32', 2 * n + 1)])
      }
    }
  })

  it('transposes, in blocks where it can', () => {
    for (const [rows, columns] of [
      [16, 24],
      [40, 17],
      [17, 33],
      [3, 16],
    ] as const) {
      const kernel = nest(
        [rows, columns],
        once(load(0, at(0, [1, rows])), store(at(1, [columns, 1]), 0)),
      )
      expectAlike(kernel, [floats(rows * columns), blank('f32', rows * columns)], 0)
    }
  })

  it('sums rows and columns', () => {
    for (const [rows, columns] of [
      [3, 2],
      [7, 33],
      [64, 10],
      [50, 70],
    ] as const) {
      const given = [floats(rows * columns, (i) => 1 + Math.sin(i)), blank('f32', 70)]
      const ofRows = nest(
        [rows],
        over([columns], load(0, at(0, [columns, 1])), reduce(1, 'sum', 0)),
        once(store(at(1, [1]), 1)),
      )
      const ofColumns = nest(
        [columns],
        over([rows], load(0, at(0, [1, columns])), reduce(1, 'sum', 0)),
        once(store(at(1, [1]), 1)),
      )
      expectAlike(ofRows, given)
      expectAlike(ofColumns, given)
    }
  })

  it('gives 0 and 1 for the sum and the product of no elements', () => {
    const kernel = nest(
      [2],
      over([0], load(0, at(0, [0, 1])), reduce(1, 'sum', 0), reduce(2, 'prod', 0)),
      once(store(at(1, [1]), 1), store(at(2, [1]), 2)),
    )
    const got = compiled(
      (context) => emitNest(context, kernel),
      [floats(1), blank('f32', 2), blank('f32', 2)],
    )
    expect([...(got.buffers[1] ?? []), ...(got.buffers[2] ?? [])]).toEqual([0, 0, 1, 1])
  })

  it('lets a NaN win largest, least and the place of the largest, in rows and in columns', () => {
    for (const n of [3, 8, 21]) {
      const data = Float32Array.from({ length: 5 * n }, (_, i) => (i === n + 2 ? NaN : -i))
      const given: Given[] = [
        { dtype: 'f32', data },
        blank('f32', 5),
        blank('f32', 5),
        blank('i32', 5),
      ]
      for (const strides of [
        [n, 1],
        [1, 5],
      ]) {
        const kernel = nest(
          [5],
          over(
            [n],
            load(0, at(0, strides)),
            reduce(1, 'max', 0),
            reduce(2, 'min', 0),
            reduce(3, 'argmax', 0, 'i32'),
          ),
          once(store(at(1, [1]), 1), store(at(2, [1]), 2), store(at(3, [1]), 3, 'i32')),
        )
        expectAlike(kernel, given, 0)
      }
    }
  })

  it('takes the first of equal largest elements', () => {
    const kernel = nest(
      [],
      over([6], load(0, at(0, [1])), reduce(1, 'argmax', 0, 'i32')),
      once(store(at(1), 1, 'i32')),
    )
    const data = Float32Array.of(1, 7, 2, 7, 7, 0)
    const got = compiled(
      (context) => emitNest(context, kernel),
      [{ dtype: 'f32', data }, blank('i32', 1)],
    )
    expect(got.buffers[1]?.[0]).toBe(1)
  })

  it('computes softmax as exactly with relaxed instructions', () => {
    const given: Given[] = [
      floats(7 * 50, (i) => (i % 50) * -1.9),
      blank('f32', 7 * 50),
      { ...blank('f32', 50), isScratch: true },
    ]
    const want = interpreted(softmax(7, 50), given).buffers[1] ?? new Float32Array()
    const got = compiled((context) => emitNest(context, softmax(7, 50)), given, { isRelaxed: true })
    // |x| · 2⁻²⁶ of the exponential of x, for x down to −87.
    expect(firstDifference(got.buffers[1] ?? want, want, 2e-6)).toBe(-1)
  })

  it('computes softmax in three passes over scratch of its own thread', () => {
    for (const [rows, columns] of [
      [3, 10],
      [5, 37],
      [1, 1000],
      // Long enough for several vectors a turn, whose exponentials are added up together.
      [3, 1003],
    ] as const) {
      const given: Given[] = [
        floats(rows * columns),
        blank('f32', rows * columns),
        { ...blank('f32', columns), isScratch: true },
      ]
      const kernel = softmax(rows, columns)
      expectAlike(kernel, given)
      const first = compiled((context) => emitNest(context, kernel), given)
      const third = compiled((context) => emitNest(context, kernel), given, { thread: 2 })
      expect(third.buffers[1]).toEqual(first.buffers[1])
    }
  })

  it('gives 0 where a softmax meets −∞, and NaN where it meets NaN', () => {
    const kernel = softmax(2, 6)
    const row = [1, -Infinity, 0, 2, -200, 1]
    const data = Float32Array.of(...row, ...row.map((x, i) => (i === 4 ? NaN : x)))
    const got = compiled(
      (context) => emitNest(context, kernel),
      [{ dtype: 'f32', data }, blank('f32', 12), { ...blank('f32', 6), isScratch: true }],
    )
    const result = [...(got.buffers[1] ?? [])].map(Number)
    expect(result[1]).toBe(0)
    expect(result[4]).toBe(0)
    expect(result.slice(6).every(Number.isNaN)).toBe(true)
  })

  it('gives NaN where a softmax meets NaN in any lane of a long row, and there alone', () => {
    const columns = 1003
    for (const place of [0, 7, 500, 1002]) {
      const data = Float32Array.from({ length: 3 * columns }, (_, i) => Math.sin(i))
      data[columns + place] = NaN
      const got = compiled(
        (context) => emitNest(context, softmax(3, columns)),
        [
          { dtype: 'f32', data },
          blank('f32', 3 * columns),
          { ...blank('f32', columns), isScratch: true },
        ],
        { isRelaxed: true },
      )
      const isOdd = [...(got.buffers[1] ?? [])].map(Number).map(Number.isNaN)
      expect(isOdd.indexOf(true)).toBe(columns)
      expect(isOdd.lastIndexOf(true)).toBe(2 * columns - 1)
      expect(isOdd.filter(Boolean).length).toBe(columns)
    }
  })

  it('computes the product with a sigmoid in one division, at the ends too', () => {
    const far = [0, -0, 88, -88, 89, -89, 1e10, -1e10, 3e38, -3e38, Infinity, -Infinity, NaN]
    const kernel = nest(
      [211],
      once(
        load(0, at(0, [1])),
        unary(1, 'sigmoid', 0),
        binary(2, 'multiply', [1, 0]),
        store(at(1, [1]), 2),
      ),
    )
    for (const isRelaxed of [false, true]) {
      const given = [floats(211, (i) => far[i] ?? (i - 100) / 1.3), blank('f32', 211)]
      const want = interpreted(kernel, given).buffers[1] ?? new Float32Array()
      const got = compiled((context) => emitNest(context, kernel), given, { isRelaxed })
      // 2 ulp, and |x| · 2⁻²⁶ of the exponential of −x, for x down to −88.
      expect(firstDifference(got.buffers[1] ?? want, want, 1.6e-6)).toBe(-1)
    }
  })

  it('computes gelu in its tanh form as the sum of its parts, far out too', () => {
    const far = [0, -0, 30, -30, 1e10, -1e10, 3e38, Infinity, NaN, 4, -4]
    for (const isRelaxed of [false, true]) {
      const given = [floats(211, (i) => far[i] ?? (i - 100) / 10), blank('f32', 211)]
      const want = interpreted(gelu(211), given)
      const got = compiled((context) => emitNest(context, gelu(211)), given, { isRelaxed })
      const [result, expected] = [got.buffers[1] ?? [], want.buffers[1] ?? []]
      for (const [i, y] of [...expected].entries()) {
        const x = Number(given[0]?.data[i])
        // 1 + tanh loses its digits in the reference, in units of the last place of 1.
        const tolerance = 2 ** -22 * Math.max(1e-30, Math.abs(x))
        const isNear =
          Object.is(Number(result[i]), Number(y)) ||
          Math.abs(Number(result[i]) - Number(y)) <= tolerance
        expect(isNear, `gelu(${x}): ${result[i]} is not ${y}`).toBe(true)
      }
    }
  })

  it('stores in place what it has loaded', () => {
    for (const n of [2, 6, 103]) {
      expectAlike(adam(n), [floats(n), floats(n, Math.cos), floats(n, (i) => i / 7), floats(n)])
    }
  })

  it('gives the same bits chunk by chunk, in any order, as at once', () => {
    const kernels: readonly (readonly [Nest, readonly Given[]])[] = [
      [adam(100003), [floats(100003), floats(100003), floats(100003, Math.abs), floats(100003)]],
      [
        softmax(500, 210),
        [floats(105000), blank('f32', 105000), { ...blank('f32', 210), isScratch: true }],
      ],
      [
        nest(
          [301],
          over([400], load(0, at(0, [1, 301])), reduce(1, 'sum', 0)),
          once(store(at(1, [1]), 1)),
        ),
        [floats(120400), blank('f32', 301)],
      ],
    ]
    for (const [kernel, given] of kernels) {
      const emit = compiled.bind(undefined, (context) => emitNest(context, kernel))
      const whole = emit(given, { isRelaxed: true })
      const apart = emit(given, { isRelaxed: true, isApart: true })
      expect(whole.emitted.chunks).toBeGreaterThan(1)
      for (const [index, buffer] of whole.buffers.entries()) {
        const other = apart.buffers[index] ?? buffer
        if (!given[index]?.isScratch) expect(firstDifference(other, buffer, 0)).toBe(-1)
      }
    }
  })

  it('moves with the turns of the repeats around it, up and down', () => {
    for (const stride of [4, -4]) {
      const from = at(0, [1], stride < 0 ? 8 : 0, [stride])
      const kernel = nest([4], once(load(0, from), store(at(1, [1]), 0)))
      const got = compiled(
        (context) => emitNest(context, kernel),
        [floats(12, (i) => i), blank('f32', 4)],
        { turns: [2] },
      )
      expect([...(got.buffers[1] ?? [])]).toEqual(stride > 0 ? [8, 9, 10, 11] : [0, 1, 2, 3])
    }
  })

  it('reports NaN and infinities, and nothing else', () => {
    for (const n of [1, 4, 7, 50]) {
      for (const bad of [NaN, Infinity, -Infinity, 3.4e38, 0]) {
        const kernel = nest([n], once(load(0, at(0, [1])), { op: 'checkFinite', x: 0 }))
        const given = [floats(n, (i) => (i === n - 1 ? bad : 1e38))]
        const { fault } = compiled((context) => emitNest(context, kernel), given)
        expect(fault).toBe(Number.isFinite(bad) ? 'none' : 'nonFinite')
      }
    }
  })

  it('gathers rows and single elements by an index', () => {
    const index: Given = { dtype: 'i32', data: Int32Array.of(2, 0, 1, 2, 2, 0, 1, 1, 0) }
    const by = { index: 0, stride: 5, length: 3 }
    const rows = nest(
      [9, 5],
      once(
        load(0, at(0, [1, 0]), 'i32'),
        { ...load(1, at(1, [0, 1])), at: by },
        store(at(2, [5, 1]), 1),
      ),
    )
    const elements = nest(
      [9],
      once(load(0, at(0, [1]), 'i32'), { ...load(1, at(1, [0], 3)), at: by }, store(at(2, [1]), 1)),
    )
    const backwards = nest(
      [9, 5],
      once(
        load(0, at(0, [1, 0]), 'i32'),
        { ...load(1, at(1, [0, 1], 10)), at: { ...by, stride: -5 } },
        store(at(2, [5, 1]), 1),
      ),
    )
    for (const kernel of [rows, elements, backwards]) {
      expectAlike(kernel, [index, floats(15), blank('f32', 45)], 0)
    }
  })

  it('reports an index out of range', () => {
    for (const wrong of [-1, 3, 2 ** 31 - 1]) {
      for (const place of [0, 8]) {
        const data = new Int32Array(9)
        data[place] = wrong
        const kernel = nest(
          [9],
          once(
            load(0, at(0, [1]), 'i32'),
            { ...load(1, at(1, [0])), at: { index: 0, stride: 1, length: 3 } },
            store(at(2, [1]), 1),
          ),
        )
        const given: Given[] = [{ dtype: 'i32', data }, floats(3), blank('f32', 9)]
        expect(compiled((context) => emitNest(context, kernel), given).fault).toBe('index')
      }
    }
  })

  it('writes hundreds of scalar operations without a loop', () => {
    const count = 600
    const body = Array.from({ length: count }, (_, i) =>
      binary(i + 2, i % 2 === 0 ? 'add' : 'multiply', [i + 1, 0]),
    )
    const kernel = nest([], once(load(0, at(0)), load(1, at(1)), ...body, store(at(2), count + 1)))
    expectAlike(kernel, [floats(1, () => 0.99), floats(1, () => 0.5), blank('f32', 1)], 1e-4)
  })

  it('agrees with the plain evaluator on random nests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const { kernel, given } = randomNest(seed)
        // Operations differ by a few ulp, which sums of terms that cancel then show.
        expectAlike(kernel, given, 2e-4)
      }),
      { numRuns: 150 },
    )
  })
})

function softmax(rows: number, columns: number): Nest {
  return nest(
    [rows],
    over([columns], load(0, at(0, [columns, 1])), reduce(1, 'max', 0)),
    over(
      [columns],
      load(2, at(0, [columns, 1])),
      binary(3, 'subtract', [2, 1]),
      unary(4, 'exp', 3),
      store(at(2, [0, 1]), 4),
      reduce(5, 'sum', 4),
    ),
    over(
      [columns],
      load(6, at(2, [0, 1])),
      binary(7, 'divide', [6, 5]),
      store(at(1, [columns, 1]), 7),
    ),
  )
}

function gelu(n: number): Nest {
  return nest(
    [n],
    once(
      load(0, at(0, [1])),
      literal(1, 0.5),
      literal(2, 1),
      literal(3, 0.044715),
      literal(4, Math.sqrt(2 / Math.PI)),
      binary(5, 'multiply', [0, 0]),
      binary(6, 'multiply', [5, 0]),
      binary(7, 'multiply', [6, 3]),
      binary(8, 'add', [0, 7]),
      binary(9, 'multiply', [8, 4]),
      unary(10, 'tanh', 9),
      binary(11, 'add', [10, 2]),
      binary(12, 'multiply', [0, 1]),
      binary(13, 'multiply', [12, 11]),
      store(at(1, [1]), 13),
    ),
  )
}

/** w, m, v and the gradient; the first three are stored in place. */
function adam(n: number): Nest {
  return nest(
    [n],
    once(
      ...[0, 1, 2, 3].map((buffer) => load(buffer, at(buffer, [1]))),
      literal(4, 0.9),
      literal(5, 0.1),
      literal(6, 0.999),
      literal(7, 0.001),
      literal(8, 1e-8),
      binary(9, 'multiply', [1, 4]),
      binary(10, 'multiply', [3, 5]),
      binary(11, 'add', [9, 10]),
      store(at(1, [1]), 11),
      binary(12, 'multiply', [2, 6]),
      binary(13, 'multiply', [3, 3]),
      binary(14, 'multiply', [13, 7]),
      binary(15, 'add', [12, 14]),
      store(at(2, [1]), 15),
      unary(16, 'sqrt', 15),
      binary(17, 'add', [16, 8]),
      binary(18, 'divide', [11, 17]),
      binary(19, 'multiply', [18, 7]),
      binary(20, 'subtract', [0, 19]),
      store(at(0, [1]), 20),
    ),
  )
}
