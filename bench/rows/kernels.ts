/** F1, a finished network, and K1 to K5: single operations over operands that lie there already, the output left where it is. */
import type { Row } from '../row.ts'
import { sizeOf } from '../works/fill.ts'
import { forward, gelu, matmul, softmax, sort, sum } from '../works/models.ts'
import type { Work } from '../works/work.ts'
import { kernelRunners, ours, oursInTwo } from './entrants.ts'
import { type WorkCase, workRow } from './work-row.ts'

const flops = {
  name: 'GFLOP/s',
  each: (work: Work) => (work.kind === 'matmul' ? (2 * work.size ** 3) / 1e9 : 0),
}

/** Of f32, read and written. */
const bytes = {
  name: 'GB/s',
  each: (work: Work) => {
    if (work.kind !== 'gelu' && work.kind !== 'softmax' && work.kind !== 'sum') return 0
    const [input] = work.inputs
    const kept = work.kind === 'sum' ? (input.shape[1 - work.axis] ?? 0) : sizeOf(input)
    return (4 * (sizeOf(input) + kept)) / 1e9
  },
}

function matmulCase(size: number, ratio: number): WorkCase {
  return {
    label: `${size}³`,
    work: matmul(size),
    small: matmul(32),
    entrants: kernelRunners,
    unit: flops,
    goals: [
      { entrant: ours, ratio, rate: 42 },
      { entrant: oursInTwo, rate: 80 },
    ],
  }
}

function geluCase(count: number, rate: number): WorkCase {
  return {
    label: count.toLocaleString('en'),
    work: gelu(count),
    small: gelu(1000),
    entrants: kernelRunners,
    unit: bytes,
    goals: [{ entrant: ours, ratio: 3, rate }],
  }
}

function sumCase(axis: 0 | 1, rate: number): WorkCase {
  const side = 1024
  return {
    label: `axis ${axis}`,
    work: sum(side, side, axis),
    small: sum(16, 8, axis),
    entrants: kernelRunners,
    unit: bytes,
    goals: [{ entrant: ours, ratio: 1.4, rate }],
  }
}

const softmaxCase: WorkCase = {
  label: '1024 × 1024',
  work: softmax(1024, 1024),
  small: softmax(16, 8),
  entrants: kernelRunners,
  unit: bytes,
  goals: [{ entrant: ours, ratio: 1.5, rate: 12 }],
}

const elements = {
  name: 'million elements / s',
  each: (work: Work) => (work.kind === 'sort' ? sizeOf(work.inputs[0]) / 1e6 : 0),
}

function sortCase(rows: number, columns: number): WorkCase {
  return {
    label: `${rows} × ${columns.toLocaleString('en')}`,
    work: sort(rows, columns),
    small: sort(16, 8),
    entrants: kernelRunners,
    unit: elements,
    goals: [{ entrant: ours, ratio: 1.5 }],
  }
}

const forwardCase: WorkCase = {
  label: '784-1024-1024-10',
  work: forward([784, 1024, 1024, 10], 256),
  small: forward([12, 16, 16, 10], 8),
  entrants: kernelRunners,
  unit: { name: 'batches / s', each: () => 1 },
  goals: [],
}

export const kernelRows: readonly Row[] = [
  workRow('K1', 'Product of two square matrices', [matmulCase(512, 1.6), matmulCase(1024, 1.35)]),
  workRow('K2', 'gelu in its tanh form; bytes read and written', [
    geluCase(1e6, 8),
    geluCase(1e7, 6),
  ]),
  workRow('K3', 'softmax of 1024 rows of 1024; bytes read and written', [softmaxCase]),
  workRow('K4', 'Sums of 1024 × 1024; bytes read and written', [sumCase(0, 40), sumCase(1, 58)]),
  workRow('K5', 'Rows sorted, f32', [sortCase(1024, 1024), sortCase(1, 1_000_000)]),
  workRow('F1', 'Forward alone: 784-1024-1024-10 relu, batch 256, fed and read each time', [
    forwardCase,
  ]),
]
