import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { deviationText, standardGradients, standardized, standardText } from './standardize.ts'

export interface LayerNormOptions {
  /** Added to the variance, so that a row of equal numbers stays finite. Default 1e-5. */
  readonly epsilon?: number
}

export interface LayerNorm {
  <S extends Shape, D extends DType, E extends DType, F extends DType>(
    x: Value<S, D>,
    weight: IfSameDType<'layerNorm', D, E, Value<Shape, E>>,
    bias: IfSameDType<'layerNorm', D, F, Value<Shape, F>>,
    options?: LayerNormOptions,
  ): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    layerNorm<V extends Value, const E extends DType, const F extends DType>(
      this: V,
      weight: IfSameDType<'layerNorm', V['dtype'], E, Value<Shape, E>>,
      bias: IfSameDType<'layerNorm', V['dtype'], F, Value<Shape, F>>,
      options?: LayerNormOptions,
    ): Value<V['shape'], V['dtype']>
  }
}

interface LayerNormAttributes {
  readonly [name: string]: number
  readonly epsilon: number
}

/**
 * Each row of `x` brought to mean 0 and variance 1, then scaled by `weight` and moved by `bias`,
 * element by element. A row is what the axes of weight, the last ones of x, span; its variance is
 * the mean square from its mean.
 *
 * Shapes: x [...rows, ...row], weight and bias [...row] → x's shape.
 * Throws: SHAPE where weight or bias is not of the last axes' shape; DTYPE where dtypes differ;
 * ATTRIBUTE for a negative epsilon.
 * Source: PyTorch `layer_norm`; Ba, Kiros and Hinton, "Layer normalization".
 *
 * @example
 * layerNorm(x, weight, bias) // [16, 64, 128], [128] and [128] → [16, 64, 128]
 */
export const layerNorm: Gate<LayerNorm> = defineGate<
  LayerNorm,
  ['x', 'weight', 'bias'],
  LayerNormAttributes
>({
  name: 'layerNorm',
  operands: ['x', 'weight', 'bias'],
  role: 'mixer',
  call: (x: Value, weight: Value, bias: Value, { epsilon = 1e-5 }: LayerNormOptions = {}) => ({
    inputs: [x, weight, bias],
    attributes: { epsilon },
  }),
  constraints: {
    C1: {
      rule: 'weight has the shape of the last axes of x, one axis or more',
      holds: ({ x, weight }) => {
        const rank = weight.shape.length
        if (rank > 0 && sameShape(x.shape.slice(-rank), weight.shape)) return true
        return `weight ${formatShape(weight.shape)} does not end x ${formatShape(x.shape)}`
      },
      fix: 'make weight and bias as wide as x: [width] for [batch, width]',
      broken: { x: 'f32[2, 3]', weight: 'f32[2]', bias: 'f32[2]' },
    },
    C2: {
      rule: 'bias has the shape of weight',
      holds: ({ weight, bias }) =>
        sameShape(weight.shape, bias.shape) ||
        `bias ${formatShape(bias.shape)} is not of weight's shape ${formatShape(weight.shape)}`,
      fix: 'make weight and bias as wide as x: [width] for [batch, width]',
      broken: { x: 'f32[2, 3]', weight: 'f32[3]', bias: 'f32[2, 3]' },
    },
    C3: {
      code: 'DTYPE',
      rule: 'x, weight and bias have the same dtype',
      holds: ({ x, weight, bias }) =>
        (x.dtype === weight.dtype && x.dtype === bias.dtype) ||
        `dtypes ${x.dtype}, ${weight.dtype} and ${bias.dtype} do not mix`,
      fix: 'cast weight and bias to the dtype of x',
      broken: { x: 'f32[2, 3]', weight: 'f64[3]', bias: 'f32[3]' },
    },
    C4: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is 0 or more',
      holds: ({ attributes: { epsilon } }) => epsilon >= 0 || `epsilon cannot be ${epsilon}`,
      fix: 'give a small number, such as 1e-5',
      broken: { x: 'f32[2, 3]', weight: 'f32[3]', bias: 'f32[3]', with: [{ epsilon: -1 }] },
    },
  },
  expand: ({ gates, x, weight, bias, attributes: { epsilon } }) => {
    const axes = lastAxes(x, weight.shape.length)
    const { standard } = standardized(gates, x, { axes, epsilon })
    return gates.add(gates.multiply(standard, weight), bias)
  },
  backward: ({ gates, x, weight, attributes: { epsilon }, upstream }) => {
    const axes = lastAxes(x, weight.shape.length)
    const spread = [...x.shape.slice(0, -weight.shape.length).fill(1), ...weight.shape]
    const operands = { x, weight: gates.reshape(weight, spread), upstream }
    const found = standardGradients(gates, operands, { axes, epsilon })
    return {
      x: found.x,
      weight: gates.reshape(found.weight, weight.shape),
      bias: gates.reshape(found.bias, weight.shape),
    }
  },
  equation: ({ x, weight, bias, attributes }) =>
    String.raw`${standardText(x, attributes.epsilon)} \odot ${weight} + ${bias}`,
  downstream: ({ x, weight, upstream, attributes }) => ({
    x: String.raw`\frac{1}{${deviationText(x, attributes.epsilon)}} \odot (g - \operatorname{mean}(g) - s \odot \operatorname{mean}(g \odot s)), \quad g = ${upstream} \odot ${weight}, \quad s = ${standardText(x, attributes.epsilon)}`,
    weight: String.raw`\sum (${upstream} \odot ${standardText(x, attributes.epsilon)})`,
    bias: String.raw`\sum ${upstream}`,
  }),
  // Expected values: torch 1.13, torch.nn.functional.layer_norm.
  samples: [
    {
      x: [
        [1, 2, 4],
        [0, 0, 0],
        [-1, 3, 0.5],
      ],
      weight: [1, 0.5, -2],
      bias: [0, 1, 0.25],
      output: [
        [-1.069041531450298, 0.8663698085687127, -2.4226038286257436],
        [0, 1, 0.25],
        [-1.1111657580926075, 1.6565979479638135, 0.6540602756700391],
      ],
    },
    {
      x: [
        [1, 2, 4],
        [0, 0, 0],
        [-1, 3, 0.5],
      ],
      weight: [1, 0.5, -2],
      bias: [0, 1, 0.25],
      with: [{ epsilon: 0.5 }],
      output: [
        [-0.9299811099505545, 0.8837523612561806, -2.0749527748763854],
        [0, 1, 0.25],
        [-1.0213243599737853, 1.6035098490754185, 0.6213906763541037],
      ],
    },
    {
      x: [
        [
          [1, 2, 4],
          [0, 0, 0],
          [-1, 3, 0.5],
        ],
      ],
      weight: [
        [0.25, 0.5, 0.75],
        [1, 1.25, 1.5],
        [1.75, 2, 2.25],
      ],
      bias: [
        [-4, -3, -2],
        [-1, 0, 1],
        [2, 3, 4],
      ],
      output: [
        [
          [-4.009044663387701, -2.69248144481817, -0.56189852135556],
          [-1.687394417465267, -0.8592430218315837, -0.031091626197900457],
          [-0.34256781741452824, 5.532505748556247, 3.1859802951069205],
        ],
      ],
    },
    {
      x: [
        [1, Number.NaN],
        [Number.POSITIVE_INFINITY, 1],
        [1e8, -1e8],
      ],
      weight: [1, 2],
      bias: [0, 1],
      output: [
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
        [1, -1],
      ],
    },
  ],
})

/** The last `rank` axes of `x`. */
function lastAxes(x: Value, rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, index) => x.shape.length - rank + index)
}
