import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from './adaptive-pools.ts'
import { type InterpolationMode, isMode, type Tap, tapsAlong } from './interpolation-taps.ts'

export interface InterpolateOptions {
  /** The spatial sizes to come, or one for all. */
  readonly size?: number | readonly number[]
  /** Instead of `size`: by how much sizes are multiplied, and then rounded down. */
  readonly scaleFactor?: number | readonly number[]
  /**
   * How an element is made of its neighbours. 'linear', 'bilinear' and 'trilinear' are the same for
   * one, two and three spatial axes; 'area' means. Default: 'nearest'.
   */
  readonly mode?: InterpolationMode
  /** Whether the outermost elements stay where they are, not the outer edges. Default: false. */
  readonly alignCorners?: boolean
  /** Whether places follow from the sizes although `scaleFactor` is given. Default: false. */
  readonly recomputeScaleFactor?: boolean
}

export interface Interpolate {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    options: InterpolateOptions,
  ): Value<{ [K in keyof S]: K extends '0' | '1' ? S[K] : number }, D>
}

interface InterpolateAttributes {
  readonly [name: string]: readonly number[] | string | boolean
  readonly size: readonly number[]
  /** How far apart, in x, neighbours of the output are; of one entry for each axis, as `size`. */
  readonly steps: readonly number[]
  readonly mode: string
  readonly alignCorners: boolean
}

/**
 * `x` in other spatial sizes, its elements read between those that it has.
 *
 * Shapes: x [n, channels, ...spatial] → [n, channels, ...size].
 * Throws: SHAPE where x has not one to three spatial axes with elements, ATTRIBUTE for sizes, a mode
 * or alignCorners that do not fit.
 * Source: PyTorch `interpolate`; the cubic of Keys 1981 with a = −0.75.
 *
 * @example
 * interpolate(images, { scaleFactor: 2, mode: 'bilinear' }) // [8, 3, 14, 14] → [8, 3, 28, 28]
 */
export const interpolate: Gate<Interpolate> = defineGate<Interpolate, ['x'], InterpolateAttributes>(
  {
    name: 'interpolate',
    operands: ['x'],
    role: 'adder',
    call: (x: Value, options: InterpolateOptions) => ({
      inputs: [x],
      attributes: attributesOf(x.shape, options),
    }),
    constraints: {
      C1: {
        rule: 'x [n, channels, ...spatial] has one to three spatial axes, of one element or more',
        holds: ({ x: { shape } }) =>
          (shape.length >= 3 && shape.length <= 5 && shape.slice(2).every((size) => size > 0)) ||
          `x is ${formatShape(shape)}`,
        fix: 'reshape it to [n, channels, ...spatial]',
        broken: { x: 'f32[2, 3]', with: [{ size: 2 }] },
      },
      C2: {
        code: 'ATTRIBUTE',
        rule: 'there is either a size or a scaleFactor, and gives a whole number, 1 or more, for each spatial axis',
        holds: ({ x, attributes: { size } }) =>
          (size.length === x.shape.length - 2 &&
            size.every((count) => Number.isSafeInteger(count) && count > 0)) ||
          `sizes are ${formatShape(size)}`,
        fix: 'give { size } or { scaleFactor }',
        broken: { x: 'f32[1, 1, 4]', with: [{}] },
      },
      C3: {
        code: 'ATTRIBUTE',
        rule: 'the mode is one for as many spatial axes as x has',
        holds: ({ x, attributes: { mode } }) =>
          isMode(mode, x.shape.length - 2) || `mode ${mode} for x ${formatShape(x.shape)}`,
        fix: "take 'nearest', 'nearest-exact', 'area', or 'linear', 'bilinear' and 'bicubic', 'trilinear' for 1, 2, 3 axes",
        broken: { x: 'f32[1, 1, 4]', with: [{ size: 2, mode: 'bilinear' }] },
      },
      C4: {
        code: 'ATTRIBUTE',
        rule: 'corners are aligned where the mode is linear or cubic',
        holds: ({ attributes: { mode, alignCorners } }) =>
          !alignCorners || /linear|cubic/.test(mode) || `mode ${mode} has no alignCorners`,
        fix: 'leave alignCorners out',
        broken: { x: 'f32[1, 1, 4]', with: [{ size: 2, alignCorners: true }] },
      },
    },
    shape: ({ x, attributes: { size } }) => [x[0] ?? 0, x[1] ?? 0, ...size],
    expand: ({ gates, x, attributes }) => {
      const { size, steps, mode, alignCorners } = attributes
      if (mode === 'area') return areaMeans(x, size)
      return size.reduce((value, count, axis) => {
        const own = { size: x.shape[axis + 2] ?? 0, count, step: steps[axis] ?? 1 }
        if (mode === 'nearest' && own.step * count === own.size && Number.isInteger(1 / own.step)) {
          return repeated(gates, value, { axis: axis + 2, times: 1 / own.step })
        }
        return blended(gates, value, { axis: axis + 2, taps: tapsAlong(own, mode, alignCorners) })
      }, x)
    },
    equation: ({ x, attributes: { size, mode } }) =>
      String.raw`\operatorname{interpolate}_{\text{${mode}}}(${x}, ${formatShape(size)})`,
    local: () => String.raw`\text{weights of the neighbours}`,
    // Expected values: torch 1.13, torch.nn.functional.interpolate. Weights other than 0 and 1 stand in
    // test/torch-images.test.ts.
    samples: [
      {
        x: [[[1, 4, 2, 0, 5, 3]]],
        with: [{ scaleFactor: 2 }],
        output: [[[1, 1, 4, 4, 2, 2, 0, 0, 5, 5, 3, 3]]],
      },
      {
        x: [[[1, 4, 2, 0, 5, 3]]],
        with: [{ size: 4, mode: 'nearest-exact' }],
        output: [[[1, 2, 0, 3]]],
      },
      {
        x: [
          [
            [
              [1, 2],
              [3, 4],
            ],
          ],
        ],
        with: [{ size: [1, 3] }],
        output: [[[[1, 1, 2]]]],
      },
    ],
  },
)

function attributesOf(shape: Shape, options: InterpolateOptions): InterpolateAttributes {
  const { size, scaleFactor, mode = 'nearest', alignCorners = false } = options
  const spatial = shape.slice(2)
  const each = (given: number | readonly number[]) =>
    typeof given === 'number' ? spatial.map(() => given) : given
  const isOne = (size === undefined) !== (scaleFactor === undefined)
  const factors = isOne && scaleFactor !== undefined ? each(scaleFactor) : undefined
  const sizes = factors
    ? spatial.map((count, axis) => Math.floor(count * (factors[axis] ?? 0)))
    : isOne && size !== undefined
      ? each(size)
      : []
  const hasOwnSteps = factors && options.recomputeScaleFactor !== true
  const steps = spatial.map((count, axis) =>
    hasOwnSteps ? 1 / (factors[axis] ?? 1) : count / (sizes[axis] ?? 1),
  )
  return { size: Object.freeze([...sizes]), steps: Object.freeze(steps), mode, alignCorners }
}

function areaMeans(x: Value, size: readonly number[]): Value {
  const [first = 1, second = 1, third = 1] = size
  if (size.length === 1) return adaptiveAvgPool1d(x, first)
  if (size.length === 2) return adaptiveAvgPool2d(x, [first, second])
  return adaptiveAvgPool3d(x, [first, second, third])
}

/** Each element as often along an axis. */
function repeated(
  gates: Gates,
  x: Value,
  { axis, times }: { readonly axis: number; readonly times: number },
): Value {
  const single = gates.reshape(x, x.shape.toSpliced(axis + 1, 0, 1))
  const copies = gates.broadcastTo(single, x.shape.toSpliced(axis + 1, 0, times))
  return gates.reshape(copies, x.shape.with(axis, (x.shape[axis] ?? 0) * times))
}

/** Along an axis, the weighted sum of the elements that the taps name. */
function blended(
  gates: Gates,
  x: Value,
  { axis, taps }: { readonly axis: number; readonly taps: readonly Tap[] },
): Value {
  const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
  const shape = x.shape.map((_, at) => (at === axis ? -1 : 1))
  const parts = taps.map(({ places, weights }) => {
    const seen = gates.take(x, gates.constant(Int32Array.from(places), { dtype: 'i32' }), axis)
    if (!weights) return seen
    const own = gates.constant(Float64Array.from(weights), {
      dtype,
      shape: shape.map((size) => (size === -1 ? weights.length : size)),
    })
    return gates.multiply(seen, dtype === x.dtype ? own : gates.cast(own, x.dtype))
  })
  return parts.reduce((total, part) => gates.add(total, part))
}
