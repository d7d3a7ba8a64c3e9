import { describe, expect, it } from 'vitest'
import { at, binary, literal, load, product, store } from '../../../../test/support/hand-routine.ts'
import { runKernel } from '../../../../test/support/wasm-kernel.ts'
import type { Operation } from '../../../kernel/routine.ts'
import { i32 } from '../instructions.ts'
import type { EmittedKernel, KernelContext } from '../kernel-context.ts'
import { writeBox } from './write-box.ts'

const rows = 6
const columns = 11

/** relu(product + bias of the column), at a position of its own. */
const operations: readonly Operation[] = [
  product(0),
  load(1, at(1, [0, 1])),
  binary(2, 'add', [0, 1]),
  literal(3, 0),
  binary(4, 'maximum', [2, 3]),
  store(at(2, [columns, 1]), 4),
]

interface Bounds {
  readonly rows: readonly [from: number, to: number]
  readonly columns: readonly [from: number, to: number]
}

/** Bounds are constants, or what the function is given: the chunks from … to. */
function emit(context: KernelContext, bounds: Bounds, isOpen: boolean): EmittedKernel {
  const signature = { takes: ['i32', 'i32', 'i32'], gives: 'nothing' } as const
  const run = context.module.function('box', signature, (f, _from, _to, thread) => {
    const axes = [bounds.rows, bounds.columns].map(([from, to]) =>
      isOpen ? { from: f.let(i32.constant(from)), to: f.let(i32.constant(to)) } : { from, to },
    )
    const address = f.let(i32.constant(context.placeOf(0).address))
    // The sums of the box alone, in rows of 16.
    writeBox(context, f, { operations, axes, product: { address, strides: [16, 1] }, thread })
  })
  return { run, chunks: 1, cost: 0 }
}

describe('a box of an epilogue', () => {
  it('runs the operations at each of its indices and nowhere else', () => {
    const sums = Float32Array.from({ length: 16 * rows }, (_, i) => (i % 7) - 3)
    const bias = Float32Array.from({ length: columns }, (_, i) => i / 4)
    const cases: readonly Bounds[] = [
      { rows: [0, rows], columns: [0, columns] },
      { rows: [2, 5], columns: [3, 10] },
      { rows: [1, 2], columns: [0, 4] },
      { rows: [0, 6], columns: [9, 11] },
      { rows: [3, 3], columns: [0, 11] },
    ]
    for (const bounds of cases) {
      const want = new Float32Array(rows * columns).fill(-1)
      for (let r = bounds.rows[0]; r < bounds.rows[1]; r++) {
        for (let c = bounds.columns[0]; c < bounds.columns[1]; c++) {
          const sum = sums[(r - bounds.rows[0]) * 16 + c - bounds.columns[0]] ?? 0
          want[r * columns + c] = Math.max(0, sum + (bias[c] ?? 0))
        }
      }
      for (const isOpen of [false, true]) {
        const { buffers } = runKernel((context) => emit(context, bounds, isOpen), {
          buffers: [
            { dtype: 'f32', data: sums },
            { dtype: 'f32', data: bias },
            { dtype: 'f32', data: new Float32Array(rows * columns).fill(-1) },
          ],
        })
        expect(buffers[2]).toEqual(want)
      }
    }
  })

  it('may store where the sums lie', () => {
    const sums = Float32Array.from({ length: 20 }, (_, i) => i)
    const inPlace: readonly Operation[] = [
      product(0),
      literal(1, 2),
      binary(2, 'multiply', [0, 1]),
      store(at(0, [1]), 2),
    ]
    const { buffers } = runKernel(
      (context) => {
        const signature = { takes: ['i32', 'i32', 'i32'], gives: 'nothing' } as const
        const run = context.module.function('box', signature, (f, _from, _to, thread) => {
          const address = f.let(i32.constant(context.placeOf(0).address))
          const axes = [{ from: 0, to: 20 }]
          writeBox(context, f, {
            operations: inPlace,
            axes,
            product: { address, strides: [1] },
            thread,
          })
        })
        return { run, chunks: 1, cost: 0 }
      },
      { buffers: [{ dtype: 'f32', data: sums }] },
    )
    expect([...(buffers[0] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i))
  })
})
