import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'

export interface LocalResponseNormOptions {
  /** What the mean of the squares is multiplied by. Default 1e-4. */
  readonly alpha?: number
  /** The power of what is divided by. Default 0.75. */
  readonly beta?: number
  /** Added to it. Default 1. */
  readonly k?: number
}

export interface LocalResponseNorm {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    size: number,
    options?: LocalResponseNormOptions,
  ): Value<S, D>
}

interface LocalResponseNormAttributes {
  readonly [name: string]: number
  readonly size: number
  readonly alpha: number
  readonly beta: number
  readonly k: number
}

/**
 * Each element divided by (k + alpha · mean)ᵝ, the mean of the squares of what stands at its place
 * in the `size` channels around its own. Beyond the first and last channel there are zeros, which
 * count.
 *
 * Shapes: x [n, channels, ...] → x's shape.
 * Throws: SHAPE for fewer than two axes; ATTRIBUTE for a size that is no count.
 * Source: PyTorch `local_response_norm`; Krizhevsky, Sutskever and Hinton, "ImageNet classification
 * with deep convolutional neural networks".
 */
export const localResponseNorm: Gate<LocalResponseNorm> = defineGate<
  LocalResponseNorm,
  ['x'],
  LocalResponseNormAttributes
>({
  name: 'localResponseNorm',
  operands: ['x'],
  role: 'mixer',
  call: (x: Value, size: number, options: LocalResponseNormOptions = {}) => {
    const { alpha = 1e-4, beta = 0.75, k = 1 } = options
    return { inputs: [x], attributes: { size, alpha, beta, k } }
  },
  constraints: {
    C1: {
      rule: 'x has a batch axis and channels',
      holds: ({ x }) => x.shape.length >= 2 || `x is ${formatShape(x.shape)}`,
      fix: 'give x [n, channels, ...]',
      broken: { x: 'f32[3]', with: [2] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'size is a whole number, 1 or more',
      holds: ({ attributes: { size } }) =>
        (Number.isInteger(size) && size > 0) || `size cannot be ${size}`,
      fix: 'give the number of channels that are looked at, such as 5',
      broken: { x: 'f32[2, 3]', with: [0] },
    },
  },
  expand: ({ gates, x, attributes }) => {
    const { beta } = attributes
    return gates.multiply(x, gates.power(divisorOf(gates, x, attributes), -beta))
  },
  backward: ({ gates, x, attributes, output, upstream }) => {
    const { size, alpha, beta } = attributes
    const divisor = divisorOf(gates, x, attributes)
    // What looked at an element stands on the other side of it.
    const reached = gates.divide(gates.multiply(upstream, output), divisor)
    const around = windowSum(gates, reached, { size, before: Math.floor((size - 1) / 2) })
    const mixed = gates.multiply(gates.multiply(x, (2 * alpha * beta) / size), around)
    return {
      x: gates.subtract(gates.multiply(upstream, gates.power(divisor, -beta)), mixed),
    }
  },
  equation: ({ x, attributes: { alpha, beta, k } }) =>
    String.raw`\frac{${x}}{(${plain(k)} + ${plain(alpha)} \operatorname{mean}(${x}^2))^{${plain(beta)}}}`,
  downstream: ({ x, output, upstream, attributes: { size, alpha, beta, k } }) => {
    const divisor = String.raw`(${plain(k)} + ${plain(alpha)} \operatorname{mean}(${x}^2))`
    return String.raw`\frac{${upstream}}{${divisor}^{${plain(beta)}}} - ${plain((2 * alpha * beta) / size)} ${x} \odot \sum \frac{${upstream} \odot ${output}}{${divisor}}`
  },
  // Expected values: torch 1.13, torch.nn.functional.local_response_norm.
  samples: [
    {
      x: [
        [
          [1, 2],
          [3, -4],
        ],
        [
          [0, 0.5],
          [-1, 1],
        ],
      ],
      with: [2],
      output: [
        [
          [0.9999625016405497, 1.999700052490377],
          [2.9988754919620195, -3.9970026225960043],
        ],
        [
          [0, 0.49999531255126894],
          [-0.9999625016405497, 0.9999531275633295],
        ],
      ],
    },
    {
      x: [
        [
          [1, 2],
          [3, -4],
        ],
        [
          [0, 0.5],
          [-1, 1],
        ],
      ],
      with: [3, { alpha: 0.5, beta: 0.5, k: 2 }],
      output: [
        [
          [0.5222329678670935, 0.8660254037844385],
          [1.5666989036012806, -1.732050807568877],
        ],
        [
          [0, 0.33646329245522655],
          [-0.6793662204867574, 0.6729265849104531],
        ],
      ],
    },
    {
      x: [
        [1, Number.NaN],
        [0, Infinity],
      ],
      with: [1],
      output: [
        [0.9999250065618985, Number.NaN],
        [0, Number.NaN],
      ],
    },
  ],
})

/** k + alpha · the mean square of the channels around each. */
function divisorOf(gates: Gates, x: Value, { size, alpha, k }: LocalResponseNormAttributes): Value {
  const squares = windowSum(gates, gates.multiply(x, x), { size, before: Math.floor(size / 2) })
  return gates.add(gates.multiply(squares, alpha / size), k)
}

/** The sum of `size` neighbouring channels, of which so many stand before an element's own. */
function windowSum(
  gates: Gates,
  x: Value,
  { size, before }: { readonly size: number; readonly before: number },
): Value {
  const onChannels = (count: number) => x.shape.map((_, axis) => (axis === 1 ? count : 0))
  const padded = gates.pad(x, onChannels(before), onChannels(size - 1 - before))
  const parts = Array.from({ length: size }, (_, first) =>
    gates.slice(
      padded,
      x.shape.map((count, axis): [number, number] =>
        axis === 1 ? [first, first + count] : [0, count],
      ),
    ),
  )
  return parts.reduce((sum, part) => gates.add(sum, part))
}

function plain(number: number): string {
  return formatNumber(number, 6).replace('−', '-')
}
