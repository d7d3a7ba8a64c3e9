/** Contractions of a few elements: every product is written out, without loops or addresses. */
import { dtypes } from '../../../ir/dtype.ts'
import type { Access } from '../../../kernel/routine.ts'
import type { Expression } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import { addressOf } from './addresses.ts'
import { type Arithmetic, arithmeticOf, loadLanes, storeLanes } from './arithmetic.ts'
import { boxOf, writeEpilogue } from './epilogue.ts'
import { plainStore } from './plan.ts'
import { type Axis, type Product, sizeOfAxes } from './product.ts'

const mostProducts = 64

export function isTiny({ batch, rows, columns, depth }: Product): boolean {
  const sums = sizeOfAxes([...batch, ...rows, ...columns])
  return sizeOfAxes(depth) > 0 && sums * sizeOfAxes(depth) <= mostProducts
}

/** For the sums. */
export function tinyWorkspaceBytes({ batch, rows, columns }: Product): number {
  return 8 * sizeOfAxes([...batch, ...rows, ...columns])
}

export function writeTiny(
  f: FunctionBuilder,
  context: KernelContext,
  product: Product,
  thread: Local<'i32'>,
): void {
  const { dtype, batch, rows, columns, depth } = product
  const { sizeBytes } = dtypes[dtype]
  const store = plainStore(product)
  const workspace = f.let(
    i32.add(i32.mul(thread, context.workspace.perThread), context.workspace.address),
  )
  const axes = [...batch, ...rows, ...columns]
  const lowest = store ? lowestOf(axes) : 0
  const start = store && addressOf(context, store.access, sizeBytes, thread)
  const target = start ? f.let(i32.add(start, lowest * sizeBytes)) : workspace
  const placeOf = (point: Point) => (store ? point.c - lowest : point.number) * sizeBytes
  const writing = { f, arithmetic: arithmeticOf(dtype, context.isRelaxed), target, placeOf }
  const base = (access: Access) => f.let(addressOf(context, access, sizeBytes, thread))
  const operands = { a: base(product.a), b: base(product.b) }
  const [column] = columns
  const isSideBySide = columns.length <= 1 && (column?.b ?? 1) === 1
  const areStoredSo = store === undefined || (column?.c[0] ?? 1) === 1
  const across = isSideBySide && areStoredSo ? axes.slice(0, -1) : axes
  const width = isSideBySide && areStoredSo ? (column?.extent ?? 1) : 1
  writeSums(writing, operands, {
    points: pointsOf(column === undefined ? axes : across, width),
    steps: pointsOf(depth),
    width,
  })
  if (store) return
  writeEpilogue({ f, context, product, thread }, boxOf(axes, sizeBytes), workspace)
}

interface Writing {
  readonly f: FunctionBuilder
  readonly arithmetic: Arithmetic
  readonly target: Local<'i32'>
  /** Where the sum of a point goes, in bytes from the target. */
  readonly placeOf: (point: Point) => number
}

interface Sums {
  /** Each is the first of `width` neighbours. */
  readonly points: readonly Point[]
  readonly steps: readonly Point[]
  readonly width: number
}

function writeSums(
  { f, arithmetic, target, placeOf }: Writing,
  operands: Readonly<Record<'a' | 'b', Local<'i32'>>>,
  { points, steps, width }: Sums,
): void {
  const { lanes, bytes } = arithmetic
  const splat = onceEach(f, (distance) => {
    const { address, offset } = placeAt(f, operands.a, distance * bytes)
    return arithmetic.splat(address, offset)
  })
  for (let from = 0; from < width; from += lanes) {
    const count = Math.min(lanes, width - from)
    const row = onceEach(f, (distance) => {
      const { address, offset } = placeAt(f, operands.b, (distance + from) * bytes)
      return count === 1
        ? arithmetic.splat(address, offset)
        : loadLanes(arithmetic, address, offset, count)
    })
    for (const point of points) {
      const sum = f.local('v128')
      for (const [i, step] of steps.entries()) {
        const [a, b] = [splat(point.a + step.a), row(point.b + step.b)]
        f.set(sum, arithmetic.multiplyAdd(a, b, i === 0 ? arithmetic.zero : sum))
      }
      const place = placeOf(point) + from * bytes
      for (const each of storeLanes(arithmetic, target, sum, place, count)) f.do(each)
    }
  }
}

interface Point {
  readonly a: number
  readonly b: number
  /** Of the epilogue's first access. */
  readonly c: number
  /** Counted row-major. */
  readonly number: number
}

/** Where the points of axes lie, row-major, in elements; each stands for `width` of them. */
function pointsOf(axes: readonly Axis[], width = 1): readonly Point[] {
  const places = axes.reduce<readonly Omit<Point, 'number'>[]>(
    (outer, axis) =>
      outer.flatMap(({ a, b, c }) =>
        Array.from({ length: axis.extent }, (_, i) => ({
          a: a + i * axis.a,
          b: b + i * axis.b,
          c: c + i * (axis.c[0] ?? 0),
        })),
      ),
    [{ a: 0, b: 0, c: 0 }],
  )
  return places.map((place, i) => ({ ...place, number: i * width }))
}

/** How far below the first the lowest of them lies: 0 or less. */
function lowestOf(axes: readonly Axis[]): number {
  return axes.reduce((low, { extent, c }) => low + Math.min(0, (extent - 1) * (c[0] ?? 0)), 0)
}

/** Offsets of instructions are not negative. */
function placeAt(f: FunctionBuilder, base: Local<'i32'>, distance: number) {
  return distance < 0
    ? { address: f.let(i32.add(base, distance)), offset: 0 }
    : { address: base, offset: distance }
}

/** A value for each distance, computed where it is first asked for. */
function onceEach(f: FunctionBuilder, make: (distance: number) => Expression<'v128'>) {
  const known = new Map<number, Expression<'v128'>>()
  return (distance: number): Expression<'v128'> => {
    const found = known.get(distance) ?? f.let(make(distance))
    known.set(distance, found)
    return found
  }
}
