import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sinc(): Value<S, D>
  }
}

/** sin(πx) / (πx), element by element, and 1 at 0. Source: PyTorch `sinc`. */
export const sinc: Gate<Unary> = defineGate({
  name: 'sinc',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => {
    const angle = x.multiply(Math.PI)
    return x.equal(0).select(1, angle.sin().divide(angle))
  },
  backward: ({ gates, x, output, upstream }) => {
    const isNear = gates.less(gates.abs(x), 0.125)
    // Each on harmless numbers where the other is taken: 0 times ∞ would be NaN.
    const fall = gates.subtract(gates.cos(gates.multiply(Math.PI, x)), output)
    const far = gates.divide(fall, gates.where(isNear, 1, x))
    const near = slopeNearZero(gates, gates.where(isNear, x, 0))
    const slope = gates.where(isNear, near, far)
    return { x: gates.multiply(upstream, slope) }
  },
  equation: ({ x }) => String.raw`\frac{\sin(\pi ${x})}{\pi ${x}}`,
  local: ({ x, output }) => String.raw`\frac{\cos(\pi ${x}) - ${output}}{${x}}`,
  // Expected values: torch 1.13, torch.sinc in f64.
  samples: [
    {
      x: [-1.5, -0.25, 0, 0.01, 0.6, 2.25],
      output: [
        -0.2122065907891938, 0.9003163161571061, 1, 0.9998355147105485, 0.5045511524271047,
        0.10003514623967844,
      ],
    },
    { x: [Infinity, Number.NaN], output: [Number.NaN, Number.NaN] },
  ],
})

/** The derivative as a series, as the difference of cosine and sinc would cancel. */
function slopeNearZero(gates: Gates, x: Value): Value {
  const square = gates.multiply(x, x)
  const [highest, next, ...others] = series
  const sum = others.reduce(
    (rest, coefficient) => gates.add(gates.multiply(rest, square), coefficient),
    gates.add(gates.multiply(highest, square), next),
  )
  return gates.multiply(x, sum)
}

/** (−1)ᵏ 2k π²ᵏ / (2k + 1)! for k from 7 down to 1. */
const series: readonly [number, number, ...number[]] = [
  -9.766223126318928e-5, 0.001781145516372851, -0.023460810354558225, 0.20918278254123832,
  -1.144510944732505, 3.246969701133414, -3.289868133696453,
]
