/** W0 to W4: whole training steps, each of forward, backward and update. */
import type { Row } from '../row.ts'
import { classifier, cnn, transformer, xor } from '../works/models.ts'
import { ours, oursInTwo, oursRepeated, trainers, xorTrainers } from './entrants.ts'
import { workRow } from './work-row.ts'

const unit = { name: 'steps / s', each: () => 1 }

const w0: Row = workRow('W0', 'XOR: 2-3-1 sigmoid, squared error, all 4 rows, sgd', [
  {
    label: '2-3-1',
    work: xor,
    small: xor,
    entrants: xorTrainers,
    unit,
    goals: [
      { entrant: ours, ratio: 50, rate: 500_000 },
      { entrant: oursRepeated, ratio: 200, rate: 2_000_000 },
    ],
  },
])

const w1: Row = workRow('W1', '784-128-10 relu, cross-entropy, batch 64, sgd', [
  {
    label: '784-128-10',
    work: classifier([784, 128, 10], 64, 'sgd'),
    small: classifier([12, 8, 10], 4, 'sgd'),
    entrants: trainers,
    unit,
    goals: [
      { entrant: ours, ratio: 1.9, rate: 1400 },
      { entrant: oursInTwo, rate: 2500 },
    ],
  },
])

const w2: Row = workRow('W2', '784-1024-1024-10 relu, cross-entropy, batch 256, adam', [
  {
    label: '784-1024-1024-10',
    work: classifier([784, 1024, 1024, 10], 256, 'adam'),
    small: classifier([12, 16, 16, 10], 8, 'adam'),
    entrants: trainers,
    unit,
    goals: [
      { entrant: ours, ratio: 1.7, rate: 16 },
      { entrant: oursInTwo, rate: 30 },
    ],
  },
])

const w3: Row = workRow('W3', 'Two convolutions and two dense layers, 28×28, batch 64, adam', [
  {
    label: 'conv 32, conv 64',
    work: cnn(64, [32, 64], 128),
    small: cnn(2, [2, 3], 8),
    entrants: trainers,
    unit,
    goals: [
      { entrant: ours, ratio: 50, rate: 18 },
      { entrant: oursInTwo, rate: 33 },
    ],
  },
])

const w4: Row = workRow('W4', 'Transformer: 4 layers, width 128, context 64, batch 16, adamW', [
  {
    label: '4 × 128',
    work: transformer({ context: 64, width: 128, heads: 4, layers: 4, batch: 16 }),
    small: transformer({ context: 4, width: 8, heads: 2, layers: 1, batch: 2 }),
    entrants: trainers,
    unit,
    goals: [
      { entrant: ours, ratio: 2.5, rate: 7 },
      { entrant: oursInTwo, rate: 13 },
    ],
  },
])

export const trainingRows: readonly Row[] = [w0, w1, w2, w3, w4]
