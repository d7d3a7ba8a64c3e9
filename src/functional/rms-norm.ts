import { defineGate, type Gates } from '../gates/define.ts'
import { full } from '../gates/index.ts'
import { decimal } from '../gates/standardize.ts'
import type { ComputeDType, DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { isEpsilon, isOneDType, type NormAttributes } from './channel-norm.ts'

export interface RmsNormOptions {
  /** Added to the mean square. Default: the distance of 1 to the next number of x's dtype. */
  readonly epsilon?: number
}

export interface RmsNorm {
  <S extends Shape, D extends DType, E extends DType = D>(
    x: Value<S, D>,
    weight?: IfSameDType<'rmsNorm', D, E, Value<Shape, E>>,
    options?: RmsNormOptions,
  ): Value<S, D>
}

/**
 * Each row of x divided by the root of its mean square, then scaled by weight. A row is what the
 * axes of weight, the last ones of x, span; without a weight it is the last axis.
 *
 * Shapes: x [...rows, ...row], weight [...row] → x's shape.
 * Throws: SHAPE where weight is not of the last axes' shape; DTYPE where dtypes differ; ATTRIBUTE for
 * a negative epsilon.
 * Source: PyTorch `rms_norm`; Zhang and Sennrich, "Root mean square layer normalization".
 */
export const rmsNorm: Gate<RmsNorm> = defineGate<RmsNorm, ['x', 'weight'], NormAttributes>({
  name: 'rmsNorm',
  operands: ['x', 'weight'],
  role: 'mixer',
  call: (x: Value, weight?: Value, options: RmsNormOptions = {}) => {
    const { epsilon = x.dtype === 'f64' ? 2 ** -52 : 2 ** -23 } = options
    const dtype = x.dtype as ComputeDType // the gate turns away any that is not floating
    return { inputs: [x, weight ?? full(x.shape.slice(-1), 1, { dtype })], attributes: { epsilon } }
  },
  constraints: {
    C1: {
      rule: 'weight has the shape of the last axes of x, one axis or more',
      holds: ({ x, weight }) => {
        const rank = weight.shape.length
        if (rank > 0 && sameShape(x.shape.slice(-rank), weight.shape)) return true
        return `weight ${formatShape(weight.shape)} does not end x ${formatShape(x.shape)}`
      },
      fix: 'make weight as wide as x: [width] for [batch, width]',
      broken: { x: 'f32[2, 3]', weight: 'f32[2]' },
    },
    C2: {
      code: 'DTYPE',
      rule: 'x and weight have the same dtype',
      holds: ({ x, weight }) => isOneDType([x, weight]),
      fix: 'cast weight to the dtype of x',
      broken: { x: 'f32[2, 3]', weight: 'f64[3]' },
    },
    C3: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is 0 or more',
      holds: ({ attributes }) => isEpsilon(attributes),
      fix: 'give a small number, such as 1e-6',
      broken: { x: 'f32[2, 3]', weight: 'f32[3]', with: [{ epsilon: -1 }] },
    },
  },
  expand: ({ gates, x, weight, attributes: { epsilon } }) =>
    gates.multiply(scaled(gates, x, weight, epsilon).standard, weight),
  backward: ({ gates, x, weight, attributes: { epsilon }, upstream }) => {
    const { standard, inverse, axes } = scaled(gates, x, weight, epsilon)
    const direct = gates.multiply(upstream, weight)
    const along = gates.mean(gates.multiply(direct, standard), axes, { keepDims: true })
    const own = gates.subtract(direct, gates.multiply(standard, along))
    const rows = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]))
    const each = gates.multiply(upstream, standard)
    return {
      x: gates.multiply(inverse, own),
      weight: rows.length === 0 ? each : gates.sum(each, rows),
    }
  },
  equation: ({ x, weight, attributes: { epsilon } }) =>
    String.raw`\frac{${x}}{${rootText(x, epsilon)}} \odot ${weight}`,
  downstream: ({ x, weight, upstream, attributes: { epsilon } }) => ({
    x: String.raw`\frac{1}{${rootText(x, epsilon)}} \odot (g - s \odot \operatorname{mean}(g \odot s)), \quad g = ${upstream} \odot ${weight}, \quad s = \frac{${x}}{${rootText(x, epsilon)}}`,
    weight: String.raw`\sum (${upstream} \odot \frac{${x}}{${rootText(x, epsilon)}})`,
  }),
  // Expected values: the paper's formula, computed with torch 1.13.
  samples: [
    {
      x: [
        [1, 2, 4],
        [0, 0, 0],
        [-1, 3, 0.5],
      ],
      weight: [1, 0.5, -2],
      with: [{ epsilon: 1e-5 }],
      output: [
        [0.3779642030348929, 0.3779642030348929, -3.0237136242791434],
        [0, 0, -0],
        [-0.5410009890922741, 0.8115014836384112, -0.5410009890922741],
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
      with: [{ epsilon: 0.5 }],
      output: [
        [
          [0.1254363015010636, 0.5017452060042544, 1.5052356180127633],
          [0, 0, 0],
          [-0.8780541105074453, 3.0104712360255266, 0.5644633567547862],
        ],
      ],
    },
    {
      x: [
        [Number.NaN, 1],
        [Infinity, 1],
        [1, -1],
      ],
      weight: [1, 2],
      with: [{ epsilon: 0 }],
      output: [
        [Number.NaN, Number.NaN],
        [Number.NaN, 0],
        [1, -2],
      ],
    },
  ],
})

function scaled(gates: Gates, x: Value, weight: Value, epsilon: number) {
  const first = x.shape.length - weight.shape.length
  const axes = weight.shape.map((_, index) => first + index)
  const square = gates.mean(gates.multiply(x, x), axes, { keepDims: true })
  const inverse = gates.divide(1, gates.sqrt(gates.add(square, epsilon)))
  return { standard: gates.multiply(x, inverse), inverse, axes }
}

function rootText(x: string, epsilon: number): string {
  return String.raw`\sqrt{\operatorname{mean}(${x}^2) + ${decimal(epsilon)}}`
}
