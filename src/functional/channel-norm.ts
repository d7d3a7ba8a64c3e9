/** What the norms of channels share: x [n, channels, ...] beside operands with a number for each. */
import type { Gates } from '../gates/define.ts'
import { full } from '../gates/index.ts'
import type { ComputeDType, DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Sample } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface EpsilonOption {
  /** Added to the variance, so that equal numbers stay finite. Default 1e-5. */
  readonly epsilon?: number
}

/** A norm that scales and moves channels by weight and bias, ones and zeros by default. */
export interface ChannelNorm<Name extends string, Options> {
  <S extends Shape, D extends DType, E extends DType = D, F extends DType = D>(
    x: Value<S, D>,
    weight?: IfSameDType<Name, D, E, Value<Shape, E>>,
    bias?: IfSameDType<Name, D, F, Value<Shape, F>>,
    options?: Options,
  ): Value<S, D>
}

export interface NormAttributes {
  readonly [name: string]: number
  readonly epsilon: number
}

type AffineOperands = ['x', 'weight', 'bias']

/** x, weight and bias, where those that were left out change nothing. */
export function affineInputs(
  x: Value,
  weight: Value | undefined,
  bias: Value | undefined,
): readonly [Value, Value, Value] {
  return [x, weight ?? perChannel(x, 1), bias ?? perChannel(x, 0)]
}

/** The same number for each channel of x. */
function perChannel(x: Value, number: number): Value {
  const dtype = x.dtype as ComputeDType // the gate turns away any that is not floating
  return full([x.shape[1] ?? 0], number, { dtype })
}

/** A number for each channel as it stands beside x: [1, channels, 1 …]. */
export function besideChannels(gates: Gates, perChannel: Value, x: Value): Value {
  const shape = x.shape.map((size, axis) => (axis === 1 ? size : 1))
  return gates.reshape(perChannel, shape)
}

/** All axes of x but these. */
export function axesBut(x: Value, ...kept: readonly number[]): readonly number[] {
  return x.shape.flatMap((_, axis) => (kept.includes(axis) ? [] : [axis]))
}

/** What all of these norms ask of x, weight and bias. */
export function affineConstraints<A extends NormAttributes>(
  broken: { readonly with?: readonly unknown[] } = {},
): { readonly [id: string]: Constraint<AffineOperands, A> } {
  const fit: Sample = { x: 'f32[2, 4, 3]', weight: 'f32[4]', bias: 'f32[4]', ...broken }
  return {
    C1: {
      rule: 'x has a batch axis and channels, and weight and bias a number for each channel',
      holds: ({ x, weight, bias }) => isByChannel(x, { weight, bias }),
      fix: 'give x [n, channels, ...], weight [channels] and bias [channels]',
      broken: { ...fit, weight: 'f32[3]' },
    },
    C2: {
      code: 'DTYPE',
      rule: 'x, weight and bias have the same dtype',
      holds: ({ x, weight, bias }) => isOneDType([x, weight, bias]),
      fix: 'cast weight and bias to the dtype of x',
      broken: { ...fit, weight: 'f64[4]' },
    },
    C3: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is 0 or more',
      holds: ({ attributes }) => isEpsilon(attributes),
      fix: 'give a small number, such as 1e-5',
      broken: { ...fit, with: [{ ...Object(broken.with?.[0]), epsilon: -1 }] },
    },
  }
}

/** Whether x has channels and each of the others one number for each, else what there is. */
export function isByChannel(x: Value, others: Readonly<Record<string, Value>>): true | string {
  const [, channels] = x.shape
  if (channels === undefined) return `x ${formatShape(x.shape)} has no axis of channels`
  const wrong = Object.entries(others).find(
    ([, { shape }]) => shape.length !== 1 || shape[0] !== channels,
  )
  if (!wrong) return true
  const [name, { shape }] = wrong
  return `${name} ${formatShape(shape)} for the ${channels} channels of x ${formatShape(x.shape)}`
}

export function isOneDType(values: readonly Value[]): true | string {
  const dtypes = [...new Set(values.map(({ dtype }) => dtype))]
  return dtypes.length === 1 || `dtypes ${dtypes.join(' and ')} do not mix`
}

export function isEpsilon({ epsilon }: NormAttributes): true | string {
  return epsilon >= 0 || `epsilon cannot be ${epsilon}`
}

/** What there must be to measure: a variance of one number says nothing. */
export function isMeasurable(x: Value, axes: readonly number[]): true | string {
  const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1))
  return count > 1 || `${formatShape(x.shape)} has ${count} for each`
}
