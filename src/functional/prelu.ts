import { SluiceError } from '../errors.ts'
import { defineGate } from '../gates/define.ts'
import { reshape } from '../gates/reshape.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Prelu {
  <S extends Shape, D extends DType, T extends Shape>(
    x: Value<S, D>,
    weight: Value<T, D>,
  ): Value<S, D>
}

/**
 * x where it is above 0, else weight · x with a slope that is learned: one, or one for each channel.
 *
 * Shapes: x [n, channels, ...], weight [channels] or [1] → x; without a second axis, [1] only.
 * Throws: SHAPE for another weight.
 * Source: PyTorch `prelu`; He et al. 2015.
 */
export const prelu: Gate<Prelu> = defineGate({
  name: 'prelu',
  operands: ['x', 'weight'],
  role: 'scaler',
  part: 'activation',
  call: (x: Value, weight: Value) => ({ inputs: [x, alongChannels(x, weight)], attributes: {} }),
  element: ({ x, weight }) => x.greater(0).select(x, x.multiply(weight)),
  backward: ({ gates, x, weight, upstream }) => {
    const isAbove = gates.greater(x, 0)
    return {
      x: gates.where(isAbove, upstream, gates.multiply(upstream, weight)),
      weight: gates.where(isAbove, 0, gates.multiply(upstream, x)),
    }
  },
  equation: ({ x, weight }) => String.raw`\max(${x}, 0) + ${weight} \odot \min(${x}, 0)`,
  local: ({ x, weight }) => ({
    x: String.raw`[${x} > 0] + ${weight} \odot [${x} \le 0]`,
    weight: String.raw`\min(${x}, 0)`,
  }),
  // Expected values: torch 1.13, torch.nn.functional.prelu in f64.
  samples: [
    {
      x: [
        [1, -2, 0.5, 3],
        [0.25, -1, -4, 2],
      ],
      weight: [0.25],
      output: [
        [1, -0.5, 0.5, 3],
        [0.25, -0.25, -1, 2],
      ],
    },
    {
      x: [
        [1, -2, 0.5, 3],
        [0.25, -1, -4, 2],
      ],
      weight: [0.25, 0.5, -1, 2],
      output: [
        [1, -1, 0.5, 3],
        [0.25, -0.5, 4, 2],
      ],
    },
    { x: [-2, 3], weight: [0.25], output: [-0.5, 3] },
  ],
})

/** The slopes where they meet x's channels. */
function alongChannels(x: Value, weight: Value): Value {
  const [count = 1, ...more] = weight.shape
  if (more.length > 0 || (count !== 1 && count !== x.shape[1])) {
    throw new SluiceError({
      code: 'SHAPE',
      what: 'prelu: weight holds neither one slope nor one for each channel',
      expected: 'weight [] or [1], or [channels] with the size of axis 1 of x',
      got: `weight ${formatShape(weight.shape)} for x ${formatShape(x.shape)}`,
      fix: 'give as many slopes as x has channels',
    })
  }
  return x.shape.length > 2 ? reshape(weight, [count, ...x.shape.slice(2).map(() => 1)]) : weight
}
