import { describe, expect, it } from 'vitest'
import { at, buffer, routine, running } from '../../../test/support/hand-routine.ts'
import { blank, compiled, type Given, interpreted } from '../../../test/support/run-nest.ts'
import { type ComputeDType, dtypes, isFloating } from '../../ir/dtype.ts'
import { printKernel } from '../../kernel/print.ts'
import type { Running } from '../../kernel/routine.ts'
import { verifyRoutine } from '../../kernel/verify.ts'
import { emitRunning } from './running.ts'

const combines = ['sum', 'prod', 'max', 'min', 'linear'] as const

function given(dtype: ComputeDType, length: number, at: (i: number) => number): Given {
  const data = dtypes[dtype].allocate(length)
  for (let i = 0; i < length; i++) data[i] = at(i) as never // compute dtypes hold numbers
  return { dtype, data }
}

/** Along the middle axis of [outer, length, inner], from x 0 and factor 1 into 2. */
function along(combine: Running['combine'], [outer, length, inner]: readonly number[]): Running {
  const strides = [(length ?? 1) * (inner ?? 1), 1, inner ?? 1]
  return running({
    combine,
    points: [outer ?? 1, inner ?? 1],
    length: length ?? 1,
    source: at(0, strides),
    factor: combine === 'linear' ? at(1, strides) : undefined,
    target: at(2, strides),
  })
}

function run(kernel: Running, buffers: readonly Given[], isApart = false) {
  return compiled((context) => emitRunning(context, kernel), buffers, { isApart })
}

describe('a running kernel', () => {
  it.each(combines)('gives what the reference gives, in every layout and dtype: %s', (combine) => {
    const failures: string[] = []
    for (const shape of [
      [1, 1, 1],
      [1, 9, 1],
      [3, 5, 1],
      [6, 4, 1],
      [2, 3, 5],
      [1, 4, 37],
      [3, 1, 8],
    ]) {
      for (const dtype of ['f32', 'f64', 'i32', 'u32'] as const) {
        const kernel = { ...along(combine, shape), dtype }
        const size = shape.reduce((a, b) => a * b)
        // Near 1, so that products neither vanish nor overflow; a negative one where there are signs.
        const number = isFloating(dtype)
          ? (i: number) => Math.sin(i * 1.3) * 0.9 + (i % 4 === 1 ? -0.7 : 0.6)
          : (i: number) => ((i * 7) % 5) + 1 - (dtype === 'i32' ? 3 : 0)
        const buffers = [
          given(dtype, size, number),
          given(dtype, size, (i) => number(i + 3)),
          blank(dtype, size),
        ]
        const want = interpreted(kernel, buffers).buffers[2]
        const got = run(kernel, buffers).buffers[2]
        // Both keep f32 in f64 and round once, so they agree to the bit.
        if (String(got) !== String(want)) failures.push(`${dtype} ${shape}: ${got}, not ${want}`)
      }
    }
    expect(failures).toEqual([])
  })

  it('reads a row backwards, and one factor for all', () => {
    const kernel = running({
      combine: 'linear',
      points: [6],
      length: 3,
      source: at(0, [1, -6], 12),
      factor: at(1, [0, 0]),
      target: at(2, [1, 6]),
    })
    const buffers = [given('f32', 18, (i) => i), given('f32', 1, () => 2), blank('f32', 18)]
    const got = run(kernel, buffers).buffers[2] ?? []
    // Column 0 holds 0, 6, 12: 12, then 2 · 12 + 6, then 2 · 30 + 0.
    expect([got[0], got[6], got[12]]).toEqual([12, 30, 60])
    expect(String(got)).toBe(String(interpreted(kernel, buffers).buffers[2]))
  })

  it('lets NaN win over what is larger, and infinities stand', () => {
    const x = [1, Number.NaN, 5, Number.POSITIVE_INFINITY]
    for (const [combine, want] of [
      ['max', [1, Number.NaN, Number.NaN, Number.NaN]],
      ['sum', [1, Number.NaN, Number.NaN, Number.NaN]],
    ] as const) {
      const kernel = along(combine, [1, 4, 1])
      const got = run(kernel, [given('f32', 4, (i) => x[i] ?? 0), blank('f32', 0), blank('f32', 4)])
      expect([...(got.buffers[2] ?? [])]).toEqual(want)
    }
  })

  it('gives the same bits in chunks as at once, whichever axis is cut', () => {
    for (const shape of [
      [1, 3, 6000],
      [1700, 10, 1],
    ]) {
      const size = shape.reduce((a, b) => a * b)
      const buffers = [given('f32', size, Math.sin), blank('f32', 0), blank('f32', size)]
      const kernel = along('sum', shape)
      const whole = run(kernel, buffers)
      expect(whole.emitted.chunks).toBeGreaterThan(1)
      expect(String(run(kernel, buffers, true).buffers[2])).toBe(String(whole.buffers[2]))
    }
  })

  it('is printed, and turned away where it cannot be', () => {
    const kernel = along('linear', [2, 3, 4])
    const buffers = ['x', 'a', 'y'].map((name) =>
      buffer(name === 'y' ? 'temporary' : 'input', name, 24),
    )
    expect(printKernel(kernel, buffers)).toBe(
      [
        'running linear f32 [2, 4] along 3 {',
        '  factor = a[12i + j + 4k]',
        '  y[12i + j + 4k] = x[12i + j + 4k]',
        '}',
      ].join('\n'),
    )
    const verify = (wrong: Partial<Running>) =>
      verifyRoutine(routine({ buffers, kernels: [{ ...kernel, ...wrong }] }))
    expect(() => verify({})).not.toThrow()
    expect(() => verify({ factor: undefined })).toThrow('linear lacks its factor')
    expect(() => verify({ combine: 'sum' })).toThrow('sum has a factor')
    expect(() => verify({ target: at(2, [12, 1, 0]) })).toThrow('two points store the same element')
    expect(() => verify({ target: at(0, [12, 1, 4]) })).toThrow('target: ')
    expect(() => verify({ length: 4 })).toThrow('which has 24 elements')
    expect(() => verify({ dtype: 'bool' })).toThrow('bools are not combined')
    expect(() => verify({ dtype: 'f64' })).toThrow('x is f32, not f64')
  })
})
