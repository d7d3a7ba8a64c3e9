/** N1 to N4: layers forward and backward, operands and results in the contender's own memory. */
import type { Row } from '../row.ts'
import { attention, batchNorm, depthwise, lstm } from '../works/models.ts'
import type { GradientWork } from '../works/work.ts'
import {
  jax,
  jaxInTwo,
  ours,
  oursInTwo,
  tensorFlow,
  tensorFlowWasm,
  torch,
  torchInTwo,
} from './entrants.ts'
import { type WorkCase, workRow } from './work-row.ts'

const entrants = [ours, oursInTwo, jax, jaxInTwo, tensorFlow, tensorFlowWasm, torch, torchInTwo]

function passes(label: string, work: GradientWork, small: GradientWork): WorkCase {
  return {
    ...{ label, work, small, entrants },
    unit: { name: 'passes / s', each: () => 1 },
    goals: [
      { entrant: ours, ratio: 1.5 },
      { entrant: oursInTwo, ratio: 1.5 },
    ],
  }
}

export const gradientRows: readonly Row[] = [
  workRow('N1', 'Batch norm in training, forward and backward', [
    passes('64 × 64 × 32 × 32', batchNorm([64, 64, 32, 32]), batchNorm([4, 3, 4, 4])),
  ]),
  workRow('N2', 'LSTM, forward and backward', [
    passes('64 steps, 32 × 128', lstm(64, 32, 128), lstm(3, 2, 4)),
  ]),
  workRow('N3', 'Scaled dot-product attention, forward and backward', [
    passes('8 × 8 × 256 × 64', attention([8, 8, 256, 64]), attention([1, 2, 4, 4])),
  ]),
  workRow('N4', 'Depthwise convolution, 3 × 3, forward and backward', [
    passes('16 × 64 × 56 × 56', depthwise([16, 64, 56, 56]), depthwise([2, 3, 4, 6])),
  ]),
]
