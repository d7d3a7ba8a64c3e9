import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, buffer, routine, sort } from '../../../../test/support/hand-routine.ts'
import { blank, compiled, type Given, interpreted } from '../../../../test/support/run-nest.ts'
import { type ComputeDType, dtypes, type TypedArray } from '../../../ir/dtype.ts'
import { describeKernel } from '../../../kernel/describe.ts'
import { printKernel } from '../../../kernel/print.ts'
import type { Sort } from '../../../kernel/routine.ts'
import { verifyRoutine } from '../../../kernel/verify.ts'
import { emitSort, sortWorkspaceBytes } from './emit-sort.ts'

const computed: readonly ComputeDType[] = ['f32', 'f64', 'i32', 'u32', 'bool']

/** Rows one after another. */
function rows(count: number, length: number, parts: Partial<Sort> = {}): Sort {
  const kept = parts.count ?? length
  return sort({
    points: [count],
    length,
    source: at(0, [length, 1]),
    values: at(1, [kept, 1]),
    indices: at(2, [kept, 1]),
    ...parts,
  })
}

function given(dtype: ComputeDType, numbers: readonly number[]): Given {
  const data = dtypes[dtype].allocate(numbers.length)
  const whole = dtype === 'bool' ? 1 : dtype === 'u32' ? 2 ** 32 : dtype === 'i32' ? 2 ** 31 : 0
  numbers.forEach((number, index) => {
    const isFloat = dtype === 'f32' || dtype === 'f64'
    const element = isFloat ? number : Math.trunc(Math.abs(number) % 1 ? number * whole : number)
    data[index] = (dtype === 'bool' ? Math.abs(element) % 2 : element) as never // compute dtypes
  })
  return { dtype, data }
}

function run(kernel: Sort, x: Given, isApart = false) {
  const stored = kernel.points.reduce((size, extent) => size * extent, kernel.count)
  const before = [x, blank(kernel.dtype, stored), blank('i32', stored)]
  return { before, ...compiled((context) => emitSort(context, kernel), before, { isApart }) }
}

/** As whole numbers, so that −0 and NaN are told apart. */
function bitsOf(array: TypedArray | undefined): string {
  if (!array) return ''
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex')
}

const specials = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 1e-40, -1e-40, 3e38, -3e38]

/** Rows that this or that way of sorting could be slow on, or wrong. */
const patterns: Readonly<Record<string, (length: number) => readonly number[]>> = {
  scattered: (length) => Array.from({ length }, (_, i) => Math.sin(i * 7.3) * 0.9),
  ascending: (length) => Array.from({ length }, (_, i) => i - length / 2),
  descending: (length) => Array.from({ length }, (_, i) => length / 2 - i),
  equal: (length) => Array.from({ length }, () => 2),
  'few distinct': (length) => Array.from({ length }, (_, i) => (i * 7919) % 5),
  special: (length) => Array.from({ length }, (_, i) => specials[(i * 31) % 11] ?? 0),
  'not a number': (length) => Array.from({ length }, () => Number.NaN),
}

/** The rows of all patterns that differ from what the evaluator gives. */
function wrongRows(length: number, parts: Partial<Sort>): readonly string[] {
  const names = Object.keys(patterns)
  const kernel = rows(names.length, length, parts)
  const numbers = Object.values(patterns).flatMap((pattern) => pattern(length))
  const { before, ...got } = run(kernel, given(kernel.dtype, numbers))
  const want = interpreted(kernel, before)
  const { count } = kernel
  return names.filter((_, row) =>
    [1, 2].some((k) => {
      const part = (array: TypedArray | undefined) =>
        bitsOf(array?.subarray(row * count, (row + 1) * count))
      return part(got.buffers[k]) !== part(want.buffers[k])
    }),
  )
}

describe('a sort', () => {
  it('gives what the evaluator gives, to the bit, on rows of every kind and dtype', () => {
    const failures: string[] = []
    for (const dtype of computed) {
      for (const length of [1, 2, 3, 17, 48, 49, 300]) {
        for (const isDescending of [false, true]) {
          failures.push(...wrongRows(length, { dtype, isDescending }))
        }
      }
    }
    expect(failures).toEqual([])
  })

  it('picks the first ones of a row as sorting all of it would', () => {
    const failures: string[] = []
    for (const dtype of computed) {
      for (const count of [1, 2, 7, 18, 200]) {
        failures.push(...wrongRows(300, { dtype, count, isDescending: count % 2 === 0 }))
      }
    }
    expect(failures).toEqual([])
  })

  it('gives what Array.sort gives', () => {
    const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(numbers, (x) => {
        const got = run(rows(1, x.length), given('f32', x))
        const places = x.map((_, place) => place)
        places.sort((i, j) => Number(x[i]) - Number(x[j]) || i - j)
        // Infinities of one sign differ by NaN, which then counts as equal.
        expect([...(got.buffers[2] ?? [])]).toEqual(places)
        expect([...(got.buffers[1] ?? [])]).toEqual(places.map((place) => x[place]))
      }),
      { numRuns: 60 },
    )
  })

  it('sorts along any axis, backwards too, and at any turn of a loop around it', () => {
    // [2, 5, 3] along axis 1, read from its end; stored as [2, 3, 5].
    const kernel = sort({
      points: [2, 1, 3],
      length: 5,
      source: at(0, [15, 99, 1, -3], 12, [30]),
      values: at(1, [15, 0, 5, 1], 0, [0]),
      indices: at(2, [15, 0, 5, 1], 0, [0]),
    })
    const numbers = Array.from({ length: 60 }, (_, i) => (i * 37) % 19)
    const buffers = [given('f32', numbers), blank('f32', 30), blank('i32', 30)]
    const emit = (turns: readonly number[]) =>
      compiled((context) => emitSort(context, kernel), buffers, { turns })
    for (const turn of [0, 1]) {
      const got = emit([turn])
      const column = [4, 3, 2, 1, 0].map((k) => numbers[30 * turn + 15 + 3 * k + 2] ?? 0)
      expect([...(got.buffers[1] ?? [])].slice(25)).toEqual(column.toSorted((a, b) => a - b))
      const places = [...(got.buffers[2] ?? [])].slice(25)
      expect(places.map((place) => column[Number(place)])).toEqual(column.toSorted((a, b) => a - b))
    }
  })

  it('stores only what is read', () => {
    const x = given('f32', [3, 1, 2])
    const places = run(rows(1, 3, { values: undefined }), x)
    expect([...(places.buffers[1] ?? [])]).toEqual([0, 0, 0])
    expect([...(places.buffers[2] ?? [])]).toEqual([1, 2, 0])
    const values = run(rows(1, 3, { indices: undefined }), x)
    expect([...(values.buffers[1] ?? [])]).toEqual([1, 2, 3])
  })

  it('gives the same in chunks as at once', () => {
    const kernel = rows(100, 200)
    const x = given(
      'f32',
      Array.from({ length: 20000 }, (_, i) => Math.sin(i * i)),
    )
    const whole = run(kernel, x)
    expect(whole.emitted.chunks).toBeGreaterThan(1)
    const apart = run(kernel, x, true)
    expect([1, 2].map((k) => bitsOf(apart.buffers[k]))).toEqual(
      [1, 2].map((k) => bitsOf(whole.buffers[k])),
    )
  })

  it('asks for room that grows with the row alone, and for little where it picks', () => {
    expect(sortWorkspaceBytes(rows(1000, 1000))).toBe(2 * 8 * 1000 + 4096)
    expect(sortWorkspaceBytes(rows(1000, 1000, { count: 10 }))).toBe(80)
  })

  it('is printed, described, and turned away where it cannot be', () => {
    const kernel = rows(4, 6, { count: 2, isDescending: true })
    const buffers = [
      buffer('input', 'x', 24),
      buffer('temporary', 'best', 8),
      buffer('temporary', 't0', 8, 'i32'),
    ]
    expect(printKernel(kernel, buffers)).toBe(
      [
        'sort descending f32 [4] along 6 {',
        '  source = x[6i + j]',
        '  values of 2 = best[2i + j]',
        '  indices of 2 = t0[2i + j]',
        '}',
      ].join('\n'),
    )
    const { text } = describeKernel(kernel, routine({ buffers }))
    expect(text).toBe('sort 4 of 6 for the first 2 → best')
    const verify = (wrong: Partial<Sort>) =>
      verifyRoutine(routine({ buffers, kernels: [{ ...kernel, ...wrong }] }))
    expect(() => verify({})).not.toThrow()
    expect(() => verify({ count: 7 })).toThrow('7 are more than 6')
    expect(() => verify({ values: undefined, indices: undefined })).toThrow('it stores nothing')
    expect(() => verify({ values: at(0, [2, 1]) })).toThrow('values: x is an input')
    expect(() => verify({ values: at(1, [2, 0]) })).toThrow('two points store the same element')
    expect(() => verify({ indices: at(1, [2, 1]) })).toThrow('indices: it is not of i32')
    expect(() => verify({ source: at(0, [6, 2]) })).toThrow('which has 24 elements')
    expect(() => verify({ dtype: 'f64' })).toThrow('x is f32, not f64')
  })
})
