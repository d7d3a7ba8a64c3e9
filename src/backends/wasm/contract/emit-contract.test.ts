import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  at,
  type Emitted,
  emit,
  indicesOf,
  productsOf,
} from '../../../../test/support/run-contract.ts'
import type { ComputeDType, TypedArray } from '../../../ir/dtype.ts'
import type { Access, Buffer, Contract, Operation } from '../../../kernel/routine.ts'
import { planOf } from './plan.ts'
import { simplify } from './product.ts'

interface Layout {
  readonly offset: number
  readonly strides: readonly number[]
  readonly length: number
}

/** Axes laid out in an order of their own, some backwards, some not walked, some with gaps. */
function layoutOf(extents: readonly number[], isTarget: boolean): fc.Arbitrary<Layout> {
  const axes = extents.map((_, axis) => axis)
  const often = (weight: number) => fc.integer({ min: 0, max: weight }).map((n) => n === 0)
  return fc
    .record({
      order: fc.oneof(fc.constant(axes), fc.shuffledSubarray(axes, { minLength: axes.length })),
      isBackwards: fc.array(often(8), { minLength: axes.length, maxLength: axes.length }),
      isStill: fc.array(often(10), { minLength: axes.length, maxLength: axes.length }),
      gap: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 3), {
        minLength: axes.length,
        maxLength: axes.length,
      }),
      first: fc.constantFrom(1, 1, 1, 1, 2),
    })
    .map(({ order, isBackwards, isStill, gap, first }) => {
      const strides = extents.map(() => 0)
      let [step, offset] = [first, 0]
      for (const axis of order.toReversed()) {
        if (isStill[axis] && !isTarget) continue
        const extent = extents[axis] ?? 1
        strides[axis] = isBackwards[axis] ? -step : step
        if (isBackwards[axis]) offset += step * Math.max(0, extent - 1)
        step = step * extent + (gap[axis] ?? 0)
      }
      return { offset, strides, length: step + offset + 1 }
    })
}

interface Case {
  readonly dtype: ComputeDType
  readonly extents: Pick<Contract, 'batch' | 'rows' | 'columns' | 'depth'>
  readonly layouts: readonly [a: Layout, b: Layout, c: Layout, bias: Layout]
  readonly isRelaxed: boolean
  readonly hasBias: boolean
}

function axes(count: number, most: number): fc.Arbitrary<readonly number[]> {
  const extent = fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 1, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1) },
  )
  return fc.array(extent, { maxLength: count })
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.constantFrom<ComputeDType>('f32', 'f32', 'f64', 'i32', 'u32'),
    extents: fc
      .record({
        batch: axes(2, 4),
        rows: fc.oneof(axes(2, 13), axes(1, 40)),
        columns: fc.oneof(axes(3, 10), axes(1, 40)),
        depth: fc.oneof(axes(3, 7), axes(1, 40)),
      })
      .filter(
        (extents) =>
          Object.values(extents)
            .flat()
            .reduce((n, e) => n * e, 1) < 60_000,
      ),
    isRelaxed: fc.boolean(),
    hasBias: fc.boolean(),
  })
  .chain(({ extents, ...rest }) => {
    const { batch, rows, columns, depth } = extents
    const all = [...batch, ...rows, ...columns]
    return fc
      .tuple(
        layoutOf([...batch, ...rows, ...depth], false),
        layoutOf([...batch, ...depth, ...columns], false),
        layoutOf(all, true),
        layoutOf(all, false),
      )
      .map((layouts) => ({ ...rest, extents, layouts }))
  })

const [a, b, c, bias] = [0, 1, 2, 3]

function access(buffer: number, { offset, strides }: Layout): Access {
  return { buffer, offset, strides, turns: [] }
}

function kernelOf({ dtype, extents, layouts, hasBias }: Case): Contract {
  const product: Operation = { op: 'product', id: 0, dtype }
  const addition: readonly Operation[] = [
    { op: 'load', id: 1, dtype, stored: dtype, access: access(bias, layouts[3]) },
    { op: 'binary', id: 2, dtype, operation: 'add', a: 0, b: 1 },
  ]
  const store = (x: number): Operation => {
    return { op: 'store', stored: dtype, access: access(c, layouts[2]), x }
  }
  return {
    ...{ kind: 'contract', dtype, gates: [], ...extents },
    a: access(a, layouts[0]),
    b: access(b, layouts[1]),
    epilogue: hasBias ? [product, ...addition, store(2)] : [product, store(0)],
  }
}

function buffersOf({ dtype, layouts }: Case): readonly Buffer[] {
  return layouts.map(({ length }, i) => {
    return { role: { kind: 'temporary' }, dtype, length, name: 'abcd'[i] ?? '' }
  })
}

/** Whole numbers for integers, else between −1 and 1; the same for the same buffer. */
function fill(emitted: Emitted, buffer: number, isFloating: boolean): void {
  const elements = emitted.elements(buffer)
  let state = buffer + 1
  for (let i = 0; i < elements.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    elements[i] = isFloating ? (state >>> 8) / 2 ** 23 - 1 : state >>> 8
  }
}

function fillWith(elements: TypedArray, value: number): void {
  for (let i = 0; i < elements.length; i++) elements[i] = value
}

/** In units of √depth: each step rounds by half a unit of the last place of sums of that size. */
const tolerances: Readonly<Record<string, number>> = { f32: 1e-6, f64: 2e-15, i32: 0, u32: 0 }

function check(given: Case): void {
  const { dtype, extents, layouts, hasBias } = given
  const kernel = kernelOf(given)
  const emitted = emit(kernel, buffersOf(given), { isRelaxed: given.isRelaxed })
  const isFloating = dtype === 'f32' || dtype === 'f64'
  for (const buffer of [a, b, bias]) fill(emitted, buffer, isFloating)
  const target = emitted.elements(c)
  fillWith(target, 7)
  emitted.run(0, emitted.chunks)
  const steps = extents.depth.reduce((product, extent) => product * extent, 1)
  const tolerance = (tolerances[dtype] ?? 0) * Math.sqrt(Math.max(1, steps))
  const products = productsOf(kernel, emitted.elements(a), emitted.elements(b))
  const isTouched = new Uint8Array(target.length)
  const wrong: string[] = []
  let element = 0
  for (const index of indicesOf([...extents.batch, ...extents.rows, ...extents.columns])) {
    const place = at(layouts[2], index)
    isTouched[place] = 1
    const added = hasBias ? Number(emitted.elements(bias)[at(layouts[3], index)]) : 0
    const exact = (products[element++] ?? 0) + added
    const want = dtype === 'i32' ? exact | 0 : dtype === 'u32' ? exact >>> 0 : exact
    const isRight = Math.abs(Number(target[place]) - want) <= tolerance
    if (!isRight) wrong.push(`[${index}]: ${target[place]}, not ${want}`)
  }
  for (const [place, value] of target.entries()) {
    if (isTouched[place] === 0 && value !== 7) wrong.push(`${value} beyond the target, at ${place}`)
  }
  expect(wrong).toEqual([])
  const once = target.slice()
  fillWith(target, 7)
  for (let chunk = emitted.chunks - 1; chunk >= 0; chunk--) emitted.run(chunk, chunk + 1, chunk % 2)
  expect(target.every((value, i) => value === once[i])).toBe(true)
}

/** Row-major layouts of these axes, in this order. */
function rowMajor(extents: readonly number[]): Layout {
  const strides = extents.map((_, i) => extents.slice(i + 1).reduce((n, e) => n * e, 1))
  return { offset: 0, strides, length: extents.reduce((n, e) => n * e, 1) }
}

/** Rows, depth and columns of a matrix product; `turn` lays out an operand by columns. */
function matmul(sizes: readonly [number, number, number], turn: 'a' | 'b' | '' = ''): Case {
  const [m, k, n] = sizes
  const by = (rows: number, columns: number, isTurned: boolean): Layout => {
    const layout = rowMajor([rows, columns])
    return isTurned ? { ...layout, strides: [1, rows] } : layout
  }
  return {
    ...{ dtype: 'f32', isRelaxed: true, hasBias: false },
    extents: { batch: [], rows: [m], columns: [n], depth: [k] },
    layouts: [by(m, k, turn === 'a'), by(k, n, turn === 'b'), rowMajor([m, n]), rowMajor([m, n])],
  }
}

/** A matrix product whose rows are threes with a gap behind each, so that no stride walks them all. */
function threes(m: number, k: number, n: number): Case {
  const target = rowMajor([m, 3, n])
  return {
    ...matmul([3 * m, k, n]),
    extents: { batch: [], rows: [m, 3], columns: [n], depth: [k] },
    layouts: [
      { offset: 0, strides: [4 * k, k, 1], length: 4 * m * k },
      rowMajor([k, n]),
      target,
      target,
    ],
  }
}

/** A convolution by 3 × 3 of images that have been padded to `side` + 2. */
function convolution(images: number, channels: number, features: number, side: number): Case {
  const padded = side + 2
  const plane = padded * padded
  const taps = [plane, padded, 1]
  const out = [side * side, features * side * side, side, 1]
  const target = { offset: 0, strides: out, length: images * features * side * side }
  return {
    ...{ dtype: 'f32', isRelaxed: true, hasBias: false },
    extents: {
      batch: [],
      rows: [features],
      columns: [images, side, side],
      depth: [channels, 3, 3],
    },
    layouts: [
      rowMajor([features, channels, 3, 3]),
      {
        offset: 0,
        strides: [...taps, channels * plane, padded, 1],
        length: images * channels * plane,
      },
      target,
      target,
    ],
  }
}

/** The gradient of its kernel: the depth are images and places. */
function kernelGradient(images: number, channels: number, features: number, side: number): Case {
  const padded = side + 2
  const plane = padded * padded
  const places = [channels * plane, padded, 1]
  const target = rowMajor([features, channels, 3, 3])
  return {
    ...{ dtype: 'f32', isRelaxed: true, hasBias: false },
    extents: {
      batch: [],
      rows: [features],
      columns: [channels, 3, 3],
      depth: [images, side, side],
    },
    layouts: [
      {
        offset: 0,
        strides: [side * side, features * side * side, side, 1],
        length: images * features * side * side,
      },
      { offset: 0, strides: [...places, plane, padded, 1], length: images * channels * plane },
      target,
      target,
    ],
  }
}

test('products of any layout, with and without a bias, are those of a plain loop in f64', () => {
  fc.assert(fc.property(cases, check), { numRuns: 100 })
})

test.each<[string, Case]>([
  ['several blocks of the depth', matmul([13, 800, 17])],
  ['packed panels of both', matmul([64, 200, 32], 'a')],
  ['b by columns', matmul([33, 400, 77], 'b')],
  ['one row', matmul([1, 300, 75])],
  ['one row, b by columns', matmul([1, 301, 75], 'b')],
  ['one column', matmul([75, 301, 1])],
  ['one column, a by columns', matmul([75, 301, 1], 'a')],
  ['a dot product', matmul([1, 1003, 1])],
  ['one step', matmul([50, 1, 60])],
  ['a convolution', convolution(3, 4, 9, 14)],
  ['a convolution of one channel', convolution(2, 1, 5, 9)],
  ['the gradient of its kernel', kernelGradient(3, 3, 9, 14)],
])('%s, with and without a bias, in f32 and f64', (_name, given) => {
  for (const dtype of ['f32', 'f64'] as const) {
    check({ ...given, dtype })
    check({ ...given, dtype, hasBias: true })
  }
})

test.each<[string, Case]>([
  ['as they lie', matmul([130, 400, 4])],
  ['packed', matmul([512, 200, 13], 'a')],
  ['packed by a table', threes(259, 400, 12)],
])('many rows go by in strips: %s', (_name, given) => {
  for (const hasBias of [false, true]) {
    const one: Case = { ...given, dtype: 'f64', hasBias }
    const { strip, a } = planOf(simplify(kernelOf(one)))
    expect(strip).toBeLessThan(a.blocks.extent)
    check(one)
  }
})

test('sums over no elements are 0, and the epilogue runs', () => {
  check(matmul([5, 0, 6]))
  check({ ...matmul([5, 0, 6]), hasBias: true })
})

test('nothing is stored where there are no rows, no columns or no batches', () => {
  for (const given of [matmul([0, 3, 4]), matmul([4, 3, 0])]) check(given)
})

test('the turns of the loops around it move its accesses', () => {
  const given = matmul([6, 40, 11])
  const kernel = kernelOf(given)
  const moved: Contract = { ...kernel, a: { ...kernel.a, offset: 0, turns: [240] } }
  const [first, ...others] = buffersOf(given)
  const longer = first ? [{ ...first, length: 2 * first.length }, ...others] : others
  const emitted = emit(moved, longer, { turn: 1 })
  for (const buffer of [a, b]) fill(emitted, buffer, true)
  emitted.run(0, emitted.chunks)
  const second = { ...kernel, a: { ...kernel.a, offset: 240 } }
  const products = productsOf(second, emitted.elements(a), emitted.elements(b))
  const worst = Math.max(...products.map((x, i) => Math.abs(x - Number(emitted.elements(c)[i]))))
  expect(worst).toBeLessThan(1e-6 * Math.sqrt(40)) // f32, as above
})

test('work of a quarter of a millisecond has four chunks or more, tiny work has one', () => {
  const chunksOf = (given: Case) => emit(kernelOf(given), buffersOf(given)).chunks
  expect(chunksOf(matmul([64, 784, 128]))).toBeGreaterThanOrEqual(4)
  expect(chunksOf(matmul([784, 64, 128], 'a'))).toBeGreaterThanOrEqual(4)
  expect(chunksOf(matmul([4, 2, 3]))).toBe(1)
})
