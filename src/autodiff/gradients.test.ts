import { describe, expect, test } from 'vitest'
import { add, cast, input, matmul, multiply, sigmoid, sum, tanh } from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph, inputName } from '../ir/graph.ts'
import { type Tensor, tensor, toNested, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { gradients, jvp } from './gradients.ts'

const f64 = { dtype: 'f64' } as const
type Feeds = Readonly<Record<string, number | number[] | number[][]>>

function run(values: readonly Value[], feeds: Feeds): readonly Tensor[] {
  const tensors = Object.entries(feeds).map(([name, data]) => [name, tensor(data, f64)])
  return Object.values(evaluate(graph(values), { feeds: Object.fromEntries(tensors) }).outputs)
}

function numbers(values: readonly Value[], feeds: Feeds) {
  return run(values, feeds).map(toNested)
}

function messageOf(build: () => unknown): string {
  try {
    build()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}

describe('gradients', () => {
  const x = input('x', [], f64)
  const y = input('y', [], f64)

  test('are zeros where J does not depend on a value', () => {
    const weights = input('weights', [2, 2], f64)
    expect(numbers(gradients(tanh(x), [weights]), {})).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
    ])
  })

  test('start from dJ/dJ = 1', () => {
    expect(numbers(gradients(x, [x]), {})).toEqual([1])
  })

  test('start from the upstream that is given', () => {
    const v = input('v', [2], f64)
    const upstream = input('upstream', [2], f64)
    const gradient = gradients(multiply(v, v), [v], { upstream })
    expect(numbers(gradient, { v: [3, 4], upstream: [1, 10] })).toEqual([[6, 80]])
  })

  test('have the shape and dtype of what they are the gradients of', () => {
    const W = input('W', [3, 2])
    const b = input('b', [2])
    const rows = input('rows', [5, 3])
    const found = gradients(sum(add(matmul(rows, W), b)), [rows, W, b])
    expect(found.map(({ shape }) => shape)).toEqual([[5, 3], [3, 2], [2]])
    expect(found.map(({ dtype }) => dtype)).toEqual(['f32', 'f32', 'f32'])
  })

  test('can be taken of gradients: x³ has 3 x², 6 x and 6', () => {
    const cube = multiply(multiply(x, x), x)
    const [first] = gradients(cube, [x])
    const [second] = gradients(first, [x])
    const [third] = gradients(second, [x])
    expect(numbers([first, second, third], { x: 2 })).toEqual([12, 12, 6])
  })

  test('can be mixed: x y² has 2 y in both orders', () => {
    const J = multiply(x, multiply(y, y))
    const [dx, dy] = gradients(J, [x, y])
    const mixed = [...gradients(dx, [y]), ...gradients(dy, [x])]
    expect(numbers(mixed, { x: 3, y: 5 })).toEqual([10, 10])
  })

  test('can be taken with respect to an upstream of their own', () => {
    // ⟨gradient, v⟩ differentiated is the Hessian times v: for x₀² x₁ at (1, 2), [[4, 2], [2, 0]].
    const p = input('p', [1], f64)
    const q = input('q', [1], f64)
    const J = sum(multiply(multiply(p, p), q))
    const [dp, dq] = gradients(J, [p, q])
    const along = sum(add(multiply(dp, 10), multiply(dq, 100)))
    expect(numbers(gradients(along, [p, q]), { p: [1], q: [2] })).toEqual([[240], [20]])
  })
})

describe('jvp', () => {
  const x = input('x', [2, 3], f64)
  const W = input('W', [3, 2], f64)
  const b = input('b', [2], f64)
  const y = sigmoid(add(matmul(tanh(x), W), b))
  const point = {
    x: [
      [0.3, -1.2, 0.8],
      [2.1, 0.4, -0.6],
    ],
    W: [
      [0.5, -0.7],
      [1.1, 0.2],
      [-0.4, 0.9],
    ],
    b: [0.1, -0.3],
  }
  const tangents = {
    tx: [
      [1, -0.5, 0.25],
      [0.7, -1.3, 0.9],
    ],
    tW: [
      [0.2, 0.6],
      [-0.8, 0.3],
      [1.4, -0.1],
    ],
    tb: [-0.9, 0.4],
  }
  const along = [input('tx', [2, 3], f64), input('tW', [3, 2], f64), input('tb', [2], f64)]

  test('agrees with the gradients: ⟨u, J t⟩ = ⟨Jᵀ u, t⟩', () => {
    const upstream = input('upstream', [2, 2], f64)
    const wrt = [x, W, b] as const
    const values = [jvp(y, wrt, along), ...gradients(y, wrt, { upstream })]
    const u = [
      [0.6, -1.1],
      [0.35, 2],
    ]
    const [pushed, ...pulled] = run(values, { ...point, ...tangents, upstream: u }).map(toNumbers)
    const forward = dot(pushed ?? [], u.flat())
    const backward = dot(pulled.flat(), Object.values(tangents).flat(2))
    // f64: two orders of summing ten products of ordinary size differ by about 1e-15.
    expect(Math.abs(forward - backward)).toBeLessThanOrEqual(1e-14)
    expect(Math.abs(forward)).toBeGreaterThan(0.1)
  })

  test('is the product rule for a product', () => {
    const [p, q] = [input('p', [], f64), input('q', [], f64)]
    const pushed = jvp(multiply(p, q), [p, q], [input('tp', [], f64), input('tq', [], f64)])
    expect(numbers([pushed], { p: 3, q: 5, tp: 10, tq: 100 })).toEqual([350])
  })

  test('of a gradient is the Hessian times the tangent', () => {
    const p = input('p', [], f64)
    const [slope] = gradients(multiply(multiply(p, p), p), [p])
    expect(numbers([jvp(slope, [p], [input('tp', [], f64)])], { p: 2, tp: 10 })).toEqual([120])
  })

  test('of a value along itself is the tangent', () => {
    const tangent = input('tangent', [2, 3], f64)
    expect(numbers([jvp(x, [x], [tangent])], { tangent: tangents.tx })).toEqual([tangents.tx])
  })

  test('adds up a value that is named twice', () => {
    const p = input('p', [], f64)
    const [s, t] = [input('s', [], f64), input('t', [], f64)]
    expect(numbers([jvp(multiply(p, p), [p, p], [s, t])], { p: 3, s: 1, t: 10 })).toEqual([66])
  })

  test('is zeros where the value does not depend on what moves', () => {
    const other = input('other', [2], f64)
    const tangent = input('tangent', [2], f64)
    expect(numbers([jvp(y, [other], [tangent])], {})).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
    ])
  })

  test('asks for no feed of its own, whatever the inputs are called', () => {
    const mine = input('upstream', [], f64)
    const pushed = jvp(tanh(multiply(mine, mine)), [mine], [input('t', [], f64)])
    expect(graph(pushed).inputs.map(inputName).sort()).toEqual(['t', 'upstream'])
    // d tanh(x²) = (1 − tanh²(x²)) 2 x dx; at 0.5 with dx = 1: 0.9400134…
    const [[result = 0] = []] = run([pushed], { upstream: 0.5, t: 1 }).map(toNumbers)
    expect(result).toBeCloseTo(1 - Math.tanh(0.25) ** 2, 14)
  })
})

describe('what cannot be differentiated is refused in whole sentences', () => {
  const x = input('x', [2], f64)

  test('a J that is not a scalar', () => {
    expect(messageOf(() => gradients(tanh(x).labelled({ name: 'a' }), [x]))).toBe(
      `SluiceError: GRADIENT gradients: J is not a scalar
  where     value a: f64[2]
  expected  a scalar J, whose gradient starts from dJ/dJ = 1
  got       f64[2]
  fix       reduce it (mean, sum), or give { upstream } of its shape`,
    )
  })

  test('a J of whole numbers', () => {
    expect(messageOf(() => gradients(cast(sum(x), 'i32'), [x]))).toBe(
      `SluiceError: GRADIENT gradients: i32 has no derivative
  where     value cast: i32[]
  expected  f32 or f64
  got       i32[]
  fix       cast it to 'f32' before the gates that are differentiated`,
    )
  })

  test('a value of whole numbers to take the gradient of', () => {
    const labels = input('labels', [3], { dtype: 'i32' })
    expect(messageOf(() => gradients(sum(x), [labels]))).toBe(
      `SluiceError: GRADIENT gradients: i32 has no derivative
  where     value labels: i32[3]
  expected  f32 or f64
  got       i32[3]
  fix       cast it to 'f32' before the gates that are differentiated`,
    )
  })

  test('an upstream of another type', () => {
    const upstream = input('upstream', [3])
    expect(messageOf(() => gradients(tanh(x), [x], { upstream }))).toBe(
      `SluiceError: GRADIENT gradients: upstream does not fit J
  where     value tanh: f64[2]
  expected  upstream of type f64[2], as J has
  got       f32[3]
  fix       give upstream the shape and dtype of J`,
    )
  })

  test('a tangent of another type, and one that is missing', () => {
    const tangent = input('tangent', [3], f64)
    expect(messageOf(() => jvp(tanh(x), [x], [tangent]))).toBe(
      `SluiceError: GRADIENT jvp: tangent 0 does not fit its value
  where     value x: f64[2]
  expected  a tangent of type f64[2]
  got       f64[3]
  fix       give one tangent for each value, of its shape and dtype`,
    )
    expect(messageOf(() => jvp(tanh(x), [x], []))).toContain('got       none')
  })

  test('a forward derivative of whole numbers', () => {
    const count = input('count', [], { dtype: 'i32' })
    expect(messageOf(() => jvp(count, [], []))).toContain('GRADIENT jvp: i32 has no derivative')
  })
})

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, number, index) => total + number * (b[index] ?? 0), 0)
}
