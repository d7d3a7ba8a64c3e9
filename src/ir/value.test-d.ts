/**
 * What the types of values say, checked by tsc. What stands after `@ts-expect-error` must stand in
 * the compiler's message too: value-types.test.ts reads it, and holds it against the run-time error.
 */
import '../methods.ts'
import {
  add,
  argmax,
  broadcastTo,
  cast,
  concat,
  constant,
  greater,
  input,
  iota,
  matmul,
  multiply,
  ones,
  parameter,
  relu,
  split,
  state,
  sum,
  where,
} from '../gates/index.ts'
import type { DType } from './dtype.ts'
import type { Shape } from './shape.ts'
import type { Value } from './value.ts'

/** Whether two types are one, not only assignable to each other. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles where `A` is `Value<S, D>` exactly. */
function isTyped<S extends Shape, D extends DType>(): <A>(
  value: A,
  same: Same<A, Value<S, D>>,
) => void {
  return () => undefined
}

declare const rows: number
declare const someShape: Shape
declare const someValue: Value

const x = input('x', [4, 2])
const W1 = parameter('W1', [2, 3])
const b1 = parameter('b1', [3])
const wide = input('wide', [4, 5])
const batch = input('batch', [rows, 2])
const unknown = input('unknown', someShape)
const doubles = input('doubles', [4, 2], { dtype: 'f64' })

// Shapes and dtypes are literal where they are given so.
isTyped<[4, 2], 'f32'>()(x, true)
isTyped<[4, 2], 'f64'>()(doubles, true)
isTyped<[3], 'f32'>()(b1, true)
isTyped<[], 'f32'>()(constant(1), true)
isTyped<[2, 2], 'f32'>()(ones([2, 2]), true)
isTyped<[], 'i32'>()(state('steps', [], 0, { dtype: 'i32' }), true)
isTyped<[2, 3], 'i32'>()(iota([2, 3]), true)
const annotated: Value<[4, 2]> = x
const more: Value = annotated

// Contractions and broadcasting compute with them.
isTyped<[4, 3], 'f32'>()(matmul(x, W1), true)
isTyped<[4, 3], 'f32'>()(x.matmul(W1), true)
isTyped<[4, 3], 'f32'>()(add(matmul(x, W1), b1), true)
isTyped<[4, 2], 'f32'>()(multiply(x, 2), true)
isTyped<[4, 2], 'f32'>()(multiply(2, x), true)
isTyped<[4, 2], 'bool'>()(greater(x, 0), true)
isTyped<[4, 2], 'i32'>()(cast(x, 'i32'), true)
isTyped<[5, 4, 2], 'f32'>()(broadcastTo(x, [5, 4, 2]), true)

// Reductions and moves too, where the axis is a literal.
isTyped<[], 'f32'>()(sum(x), true)
isTyped<[2], 'f32'>()(sum(x, 0), true)
isTyped<[4], 'f32'>()(sum(x, -1), true)
isTyped<[4, 1], 'f32'>()(sum(x, -1, { keepDims: true }), true)
isTyped<Shape, 'f32'>()(sum(x, [0, 1]), true)
isTyped<[2, 4], 'f32'>()(x.transpose(), true)
isTyped<[8], 'f32'>()(x.reshape([8]), true)
isTyped<[2, number], 'f32'>()(x.reshape([2, -1]), true)
isTyped<Shape, 'i32'>()(argmax(x, 1), true)
isTyped<[2], 'f32'>()(x.var(0, { correction: 0 }), true)
isTyped<[4, 1], 'f32'>()(x.norm(1, -1, { keepDims: true }), true)
isTyped<[4], 'bool'>()(x.greater(0).any(-1), true)
isTyped<[4, 2], 'f32'>()(x.cumsum(0).tril().roll(1), true)
isTyped<[4, 1, 2], 'f32'>()(x.unsqueeze(1), true)
isTyped<[4, 2], 'f32'>()(x.unsqueeze(-1).unsqueeze(0).squeeze(), true)
isTyped<[2, 3], 'f32'>()(x.sum(0).outer(b1), true)
isTyped<[number, number], 'f32'>()(x.swapAxes(0, 1), true)
isTyped<[4, 2], 'f32'>()(x.maskedFill(x.less(0), -1), true)
isTyped<Shape, 'f32'>()(concat([x, wide], 1), true)
const [left, right] = split(x, [1, 3])
isTyped<[1, 2], 'f32'>()(left, true)
isTyped<[3, 2], 'f32'>()(right, true)

// Methods chain, and a name keeps the type.
isTyped<[4, 3], 'f32'>()(x.matmul(W1).add(b1).sigmoid().named('a2'), true)
isTyped<[], 'f32'>()(x.matmul(W1).subtract(1).tanh().sum().named('J'), true)

// A number axis stays number; an unknown rank degrades to Shape; nobody is forced to prove shapes.
isTyped<[number, 2], 'f32'>()(batch, true)
isTyped<[number, 3], 'f32'>()(batch.matmul(W1).add(b1), true)
isTyped<[4, 2], 'f32'>()(x.add(batch), true)
isTyped<Shape, 'f32'>()(unknown, true)
isTyped<Shape, 'f32'>()(unknown.matmul(W1).add(b1), true)
isTyped<Shape, 'f32'>()(x.add(unknown), true)
isTyped<Shape, DType>()(someValue.matmul(someValue).add(1).relu(), true)
isTyped<Shape, 'f32'>()(relu(unknown), true)

/** A helper over any shape keeps it. */
function twice<S extends Shape, D extends DType>(value: Value<S, D>): Value<S, D> {
  return value.relu()
}
isTyped<[4, 2], 'f64'>()(twice(doubles), true)

/** A helper that knows no shape takes every value. */
function total(value: Value): Value {
  return value.sum()
}
total(x)
total(doubles)
total(greater(x, 0))

// What cannot be is an error that reads like the one at run time.

// @ts-expect-error matmul: inner sizes differ, 2 and 4
matmul(x, wide)
// @ts-expect-error matmul: inner sizes differ, 2 and 4
x.matmul(wide)
// @ts-expect-error matmul: b [3] needs at least two axes
W1.matmul(b1)
// @ts-expect-error matmul: a [3] needs at least two axes
b1.matmul(W1)
// @ts-expect-error matmul: dtypes f64 and f32 do not mix
doubles.matmul(W1)
// @ts-expect-error add: shapes [4, 2] and [4, 5] do not broadcast
add(x, wide)
// @ts-expect-error add: shapes [4, 2] and [4, 5] do not broadcast
x.add(wide)
// @ts-expect-error multiply: shapes [4, 3] and [2] do not broadcast
x.matmul(W1).multiply(parameter('b', [2]))
// @ts-expect-error add: dtypes f32 and f64 do not mix
x.add(doubles)
// @ts-expect-error where: condition cannot be f32
where(x, x, x)

// And a type that is claimed must be the one that is there.

// @ts-expect-error '[4, 2]' is not assignable to type '[2, 4]'
const turned: Value<[2, 4]> = x
// @ts-expect-error "f64"
const single: Value<[4, 2], 'f32'> = doubles
// @ts-expect-error 'true' is not assignable to parameter of type 'false'
isTyped<[4, 3], 'f32'>()(x, true)
// @ts-expect-error Property 'frobnicate' does not exist
x.frobnicate()

export const used: readonly unknown[] = [more, turned, single]
