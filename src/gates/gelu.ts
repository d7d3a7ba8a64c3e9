import type { DType } from '../ir/dtype.ts'
import type { Expression } from '../ir/expression.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate, type Gates } from './define.ts'

export interface GeluOptions {
  /** `tanh` for an approximation that differs by less than 0.0005. Default `none`. */
  readonly approximate?: 'none' | 'tanh'
}

export interface Gelu {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: GeluOptions): Value<S, D>
  (x: number, options?: GeluOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    gelu(options?: GeluOptions): Value<S, D>
  }
}

interface GeluAttributes {
  readonly [name: string]: string
  readonly approximate: 'none' | 'tanh'
}

/**
 * x times the share of a standard normal distribution that lies below x, element by element.
 *
 * Throws: ATTRIBUTE where `approximate` is neither `none` nor `tanh`.
 * Source: PyTorch `gelu`; Hendrycks and Gimpel, "Gaussian error linear units".
 */
export const gelu: Gate<Gelu> = defineGate<Gelu, ['x'], GeluAttributes>({
  name: 'gelu',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: (x: Operand, { approximate = 'none' }: GeluOptions = {}) => ({
    inputs: [x],
    attributes: { approximate },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: "approximate is 'none' or 'tanh'",
      holds: ({ attributes: { approximate } }) =>
        approximate === 'none' ||
        approximate === 'tanh' ||
        `approximate cannot be "${approximate}"`,
      fix: "leave it out for the exact form, or give { approximate: 'tanh' }",
      broken: { x: 'f32[3]', with: [{ approximate: 'sigmoid' }] },
    },
  },
  element: ({ x, attributes: { approximate } }) => {
    // (1 + tanh c) / 2 is sigmoid 2c, which keeps its digits where tanh c is near −1.
    if (approximate === 'tanh') return x.multiply(twiceCurved(x).sigmoid())
    return x.multiply(0.5).multiply(x.multiply(Math.SQRT1_2).erf().add(1))
  },
  backward: ({ gates, x, attributes: { approximate }, upstream }) => {
    const slope = approximate === 'tanh' ? tanhSlope(gates, x) : exactSlope(gates, x)
    return { x: gates.multiply(upstream, slope) }
  },
  equation: ({ x, attributes: { approximate } }) =>
    approximate === 'tanh'
      ? String.raw`\frac{${x}}{2} \odot (1 + ${tanhText(x)})`
      : String.raw`\frac{${x}}{2} \odot (1 + \operatorname{erf}(\frac{${x}}{\sqrt{2}}))`,
  local: ({ x, attributes: { approximate } }) =>
    approximate === 'tanh' ? tanhSlopeText(x) : exactSlopeText(x),
  samples: [
    {
      x: [-2, -1, 0, 0.5, 2],
      output: [
        -0.04550026389635842, -0.15865525393145702, 0, 0.34573123063700656, 1.9544997361036416,
      ],
    },
    {
      x: [-2, -1, 0, 0.5, 2],
      with: [{ approximate: 'tanh' }],
      output: [
        -0.04540230591222494, -0.15880800939172324, 0, 0.34571400982514394, 1.954597694087775,
      ],
    },
    { x: [-20, 20, Infinity, Number.NaN], output: [-0, 20, Infinity, Number.NaN] },
  ],
})

const rootTwoOverPi = Math.sqrt(2 / Math.PI)
const cubic = 0.044715

function tanhText(x: string): string {
  return String.raw`\tanh(\sqrt{\frac{2}{\pi}} (${x} + ${cubic} ${x}^3))`
}

function exactSlopeText(x: string): string {
  const distribution = String.raw`\frac{1}{2} (1 + \operatorname{erf}(\frac{${x}}{\sqrt{2}}))`
  const weighted = String.raw`\frac{${x}}{\sqrt{2 \pi}} \odot \exp(-\frac{${x}^2}{2})`
  return `${distribution} + ${weighted}`
}

function tanhSlopeText(x: string): string {
  const share = String.raw`\frac{1}{2} (1 + ${tanhText(x)})`
  const curveSlope = String.raw`\sqrt{\frac{2}{\pi}} (1 + ${3 * cubic} ${x}^2)`
  return String.raw`${share} + \frac{${x}}{2} \odot (1 - ${tanhText(x)}^2) \odot ${curveSlope}`
}

/** 2 √(2/π) (x + 0.044715 x³): the tanh of half of it is close to erf(x / √2). */
function twiceCurved(x: Expression): Expression {
  const slope = x
    .multiply(x)
    .multiply(2 * rootTwoOverPi * cubic)
    .add(2 * rootTwoOverPi)
  return x.multiply(slope)
}

/** Φ(x) + x φ(x), with the normal distribution Φ and its density φ. */
function exactSlope(gates: Gates, x: Value): Value {
  const bend = gates.erf(gates.multiply(x, Math.SQRT1_2))
  const distribution = gates.multiply(0.5, gates.add(1, bend))
  const halfSquare = gates.multiply(0.5, gates.multiply(x, x))
  const density = gates.multiply(0.5 * rootTwoOverPi, gates.exp(gates.negate(halfSquare)))
  return gates.add(distribution, gates.multiply(x, density))
}

/**
 * (1 + t) / 2 + x (1 − t²) c' / 2, with t = tanh(c) of the curve c; in terms of 1 + t alone, which
 * is cheaper than t: 1 − t² = (1 + t) (2 − (1 + t)).
 */
function tanhSlope(gates: Gates, x: Value): Value {
  const square = gates.multiply(x, x)
  const curve = gates.multiply(
    rootTwoOverPi,
    gates.multiply(x, gates.add(1, gates.multiply(cubic, square))),
  )
  const rise = gates.add(1, gates.tanh(curve))
  const curveSlope = gates.multiply(rootTwoOverPi, gates.add(1, gates.multiply(3 * cubic, square)))
  const bendSlope = gates.multiply(gates.subtract(2, rise), curveSlope)
  return gates.multiply(gates.multiply(0.5, rise), gates.add(1, gates.multiply(x, bendSlope)))
}
