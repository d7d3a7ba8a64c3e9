import { describe, expect, it } from 'vitest'
import { at, scatter } from '../../../test/support/hand-routine.ts'
import {
  blank,
  compiled,
  firstDifference,
  type Given,
  interpreted,
} from '../../../test/support/run-nest.ts'
import { type ComputeDType, dtypes } from '../../ir/dtype.ts'
import type { Scatter } from '../../kernel/routine.ts'
import { emitScatter } from './scatter.ts'

function given(dtype: ComputeDType, length: number, at: (i: number) => number): Given {
  const data = dtypes[dtype].allocate(length)
  for (let i = 0; i < length; i++) data[i] = at(i) as never // compute dtypes hold numbers
  return { dtype, data }
}

/** Rows of `width` added to a table of 5 rows. */
function rows(count: number, width: number): Scatter {
  return scatter({
    extents: [count, width],
    index: at(0, [1, 0]),
    source: at(1, [width, 1]),
    target: at(2, [0, 1]),
    stride: width,
    length: 5,
  })
}

describe('a scatter', () => {
  it('adds rows in their order, whatever their width', () => {
    for (const [count, width] of [
      [1, 1],
      [9, 3],
      [20, 4],
      [31, 17],
      [0, 4],
    ] as const) {
      for (const dtype of ['f32', 'f64', 'i32', 'u32'] as const) {
        const kernel = { ...rows(count, width), dtype }
        const buffers = [
          given('i32', count, (i) => (i * 7) % 5),
          // Whole numbers: sums are exact in any order, and the reference keeps them in f64.
          given(dtype, count * width, (i) => (i * 37) % 101),
          given(dtype, 5 * width, (i) => i),
        ]
        const want = interpreted(kernel, buffers)
        const got = compiled((context) => emitScatter(context, kernel), buffers)
        expect(got.buffers[2]).toEqual(want.buffers[2])
      }
    }
  })

  it('sets rows in their order, so that the last one stays, bools too', () => {
    for (const [count, width] of [
      [9, 3],
      [20, 4],
      [31, 33],
    ] as const) {
      for (const dtype of ['f32', 'f64', 'i32', 'u32', 'bool'] as const) {
        const kernel = { ...rows(count, width), dtype, combine: 'set' as const }
        const largest = dtype === 'bool' ? 2 : 101
        const buffers = [
          given('i32', count, (i) => (i * 7) % 4),
          given(dtype, count * width, (i) => (i * 37 + (i >> 3)) % largest),
          given(dtype, 5 * width, (i) => i % 2),
        ]
        const want = interpreted(kernel, buffers)
        const got = compiled((context) => emitScatter(context, kernel), buffers)
        expect(String(got.buffers[2])).toBe(String(want.buffers[2]))
      }
    }
  })

  it('adds along an axis in the middle', () => {
    // target [2, 4, 3], index and source [2, 6, 3], along axis 1.
    const kernel = scatter({
      extents: [2, 6, 3],
      index: at(0, [18, 3, 1]),
      source: at(1, [18, 3, 1]),
      target: at(2, [12, 0, 1]),
      stride: 3,
      length: 4,
    })
    const buffers = [
      given('u32', 36, (i) => (i * 5) % 4),
      given('f32', 36, (i) => i),
      given('f32', 24, (i) => 100 * i),
    ]
    const want = interpreted(kernel, buffers)
    const got = compiled((context) => emitScatter(context, kernel), buffers)
    expect(got.buffers[2]).toEqual(want.buffers[2])
  })

  it('reads a source backwards', () => {
    const kernel = scatter({
      extents: [6],
      index: at(0, [1]),
      source: at(1, [-1], 5),
      target: at(2, [0]),
      stride: 1,
      length: 3,
    })
    const buffers = [given('i32', 6, (i) => i % 3), given('f32', 6, (i) => i), blank('f32', 3)]
    const got = compiled((context) => emitScatter(context, kernel), buffers)
    expect([...(got.buffers[2] ?? [])]).toEqual([7, 5, 3])
  })

  it('gives the same bits in chunks as at once', () => {
    const kernel = rows(700, 100)
    const buffers = [
      given('i32', 700, (i) => (i * 3) % 5),
      given('f32', 70000, (i) => Math.sin(i)),
      blank('f32', 500),
    ]
    const emit = compiled.bind(undefined, (context) => emitScatter(context, kernel))
    const whole = emit(buffers)
    const apart = emit(buffers, { isApart: true })
    expect(whole.emitted.chunks).toBeGreaterThan(1)
    expect(apart.buffers[2]).toEqual(whole.buffers[2])
    const want = interpreted(kernel, buffers).buffers[2] ?? new Float32Array()
    // 140 terms of up to 1 each, in f32.
    const worst = Math.max(
      ...[...want].map((x, i) => Math.abs(Number(x) - Number(whole.buffers[2]?.[i]))),
    )
    expect(worst).toBeLessThan(140 * 2 ** -20)
    expect(firstDifference(whole.buffers[1] ?? want, buffers[1]?.data ?? want, 0)).toBe(-1)
  })

  it('adds nothing for an index out of range, and reports it', () => {
    for (const wrong of [-1, 5, -(2 ** 31)]) {
      const kernel = rows(3, 4)
      const buffers = [
        given('i32', 3, (i) => (i === 1 ? wrong : i)),
        given('f32', 12, () => 1),
        blank('f32', 20),
      ]
      const got = compiled((context) => emitScatter(context, kernel), buffers)
      expect(got.fault).toBe('index')
      const row = (value: number) => [value, value, value, value]
      expect([...(got.buffers[2] ?? [])]).toEqual([1, 0, 1, 0, 0].flatMap(row))
    }
  })
})
