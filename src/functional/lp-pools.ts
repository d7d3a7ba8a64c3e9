/** Power-mean pools: the root of the sum of powers of each window. */
import { defineGate } from '../gates/define.ts'
import { exampleType, type PerAxis, type Rank } from '../gates/per-axis.ts'
import {
  type PoolAttributes,
  type PoolOptions,
  type PoolShape,
  poolAttributes,
  poolConstraints,
  windowText,
} from '../gates/pool-call.ts'
import { placeCount, pooledShape } from '../gates/pooling.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate, Sample } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { avgPoolOf } from './pools-by-rank.ts'

export type LpPoolOptions<R extends Rank> = Omit<PoolOptions<R>, 'padding'>

/** A power-mean pool as a function. */
export interface LpPool<R extends Rank> {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    normType: number,
    window: PerAxis<R>,
    options?: LpPoolOptions<R>,
  ): Value<PoolShape<S, R>, D>
}

interface LpPoolAttributes extends PoolAttributes {
  readonly normType: number
}

function lpPoolGate<R extends Rank>(
  name: string,
  rank: R,
  samples: readonly Sample[],
): Gate<LpPool<R>> {
  // The window is the third argument here.
  const { C1, C2, C3 } = poolConstraints<LpPoolAttributes>(rank)
  return defineGate<LpPool<R>, ['x'], LpPoolAttributes>({
    name,
    operands: ['x'],
    role: 'mixer',
    call: (x: Value, normType: number, window: PerAxis<R>, options: LpPoolOptions<R> = {}) => ({
      inputs: [x],
      attributes: { ...poolAttributes(rank, window, options), normType },
    }),
    constraints: {
      C1: { ...C1, broken: { x: 'f32[3, 8]', with: [2, 2] } },
      C2: { ...C2, broken: { x: exampleType(rank, [1, 1, 8]), with: [2, 0] } },
      C3: { ...C3, broken: { x: exampleType(rank, [1, 1, 2]), with: [2, 3] } },
      C4: {
        code: 'ATTRIBUTE',
        rule: 'normType is a number above 0',
        holds: ({ attributes: { normType } }) =>
          (normType > 0 && Number.isFinite(normType)) || `normType is ${normType}`,
        fix: 'for the largest element take a maximum pool',
        broken: { x: exampleType(rank, [1, 1, 4]), with: [0, 2] },
      },
    },
    shape: ({ x, attributes }) => pooledShape({ shape: x, windows: attributes }),
    // A last window that reaches beyond x counts what it has as if it were whole, as PyTorch does.
    expand: ({ gates, x, attributes }) => {
      const { window, strides, ceilMode, normType } = attributes
      const options = { stride: strides, ceilMode }
      const mean = avgPoolOf(gates, rank)(gates.power(x, normType), window, options)
      return gates.power(gates.multiply(mean, placeCount(attributes)), 1 / normType)
    },
    equation: ({ x, attributes }) =>
      String.raw`\operatorname{lpPool}_{${windowText(attributes)}}(${x}, ${attributes.normType})`,
    local: ({ x, output, attributes: { normType } }) =>
      String.raw`(${x} / ${output})^{${normType - 1}}`,
    samples,
  })
}

/**
 * (Σ xᵖ)^(1/p) over each window of the sequences `x`, with p = `normType`. Powers are plain ones: an
 * odd p takes the sign of x along.
 *
 * Shapes: x [n, channels, length] → [n, channels, outLength].
 * Throws: SHAPE where x is not a batch of sequences or the window does not fit into it; ATTRIBUTE
 * for an option out of range.
 * Source: PyTorch `lp_pool1d`.
 */
export const lpPool1d: Gate<LpPool<1>> = lpPoolGate(
  'lpPool1d',
  1,
  // Expected values: torch 1.13, torch.nn.functional.lp_pool1d.
  [
    { x: [[[3, 4, 6, 8, 0.5]]], with: [2, 2], output: [[[5, 10]]] },
    { x: [[[3, 4, 6, 8, 0.5]]], with: [3, 2], output: [[[4.497941445275415, 8.995882890550828]]] },
    {
      x: [[[3, 4, 6, 8, 0.5]]],
      with: [2, 2, { ceilMode: true }],
      output: [[[5, 10, 0.7071067811865476]]],
    },
  ],
)

/**
 * (Σ xᵖ)^(1/p) over each window of the images `x`, with p = `normType`.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, outHeight, outWidth].
 * Throws: as `lpPool1d`.
 * Source: PyTorch `lp_pool2d`.
 */
export const lpPool2d: Gate<LpPool<2>> = lpPoolGate(
  'lpPool2d',
  2,
  // Expected values: torch 1.13, torch.nn.functional.lp_pool2d.
  [
    {
      x: [
        [
          [
            [1, 2],
            [2, 4],
          ],
        ],
      ],
      with: [2, 2],
      output: [[[[5]]]],
    },
    {
      x: [
        [
          [
            [1, 2],
            [2, 4],
          ],
        ],
      ],
      with: [3, [1, 2]],
      output: [[[[2.080083823051904], [4.160167646103808]]]],
    },
  ],
)

/**
 * (Σ xᵖ)^(1/p) over each window of the volumes `x`, with p = `normType`.
 *
 * Shapes: x [n, channels, depth, height, width] → [n, channels, outDepth, outHeight, outWidth].
 * Throws: as `lpPool1d`.
 * Source: PyTorch `lp_pool3d`.
 */
export const lpPool3d: Gate<LpPool<3>> = lpPoolGate(
  'lpPool3d',
  3,
  // Expected values: by hand, √(1 + 4 + 4 + 16) = 5; torch has it since 2.2.
  [
    {
      x: [
        [
          [
            [
              [1, 2],
              [2, 4],
            ],
          ],
        ],
      ],
      with: [2, [1, 2, 2]],
      output: [[[[[5]]]]],
    },
    { x: [[[[[3, 4]], [[6, 8]]]]], with: [2, [1, 1, 2]], output: [[[[[5]], [[10]]]]] },
  ],
)
