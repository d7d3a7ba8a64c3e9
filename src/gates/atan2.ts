import { Expression } from '../ir/expression.ts'
import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    atan2: BinaryMethod<'atan2'>
  }
}

/**
 * The angle in [−π, π] from the axis of x to the point (x, y), element by element: the signs of both
 * say in which quarter it is, those of zeros too. Shapes broadcast. The gradient at (0, 0) is NaN, as
 * PyTorch has it.
 * Source: PyTorch `atan2`.
 */
export const atan2: Gate<Binary<'atan2'>> = defineGate({
  name: 'atan2',
  operands: ['y', 'x'],
  role: 'scaler',
  element: ({ y, x }) => {
    const height = y.abs()
    const width = x.abs()
    // Of equal lengths the quotient may be 0 / 0 or ∞ / ∞.
    const diagonal = height.greater(0).select(Math.PI / 4, height)
    const angle = height.equal(width).select(diagonal, height.divide(width).atan())
    const turned = isSignNegative(x).select(angle.negate().add(Math.PI), angle)
    return isSignNegative(y).select(turned.negate(), turned)
  },
  backward: ({ gates, y, x, upstream }) => {
    // Divided twice, as the square of the distance may overflow.
    const distance = gates.hypot(y, x)
    const share = gates.divide(upstream, distance)
    return {
      y: gates.multiply(share, gates.divide(x, distance)),
      x: gates.negate(gates.multiply(share, gates.divide(y, distance))),
    }
  },
  local: ({ y, x }) => ({
    y: String.raw`\frac{${x}}{${x}^2 + ${y}^2}`,
    x: String.raw`-\frac{${y}}{${x}^2 + ${y}^2}`,
  }),
  // Expected values: torch 1.13, torch.atan2 in f64.
  samples: [
    {
      y: [1, 1, -1, -2, 0.5],
      x: [2, -2, -2, 1, -3],
      output: [
        0.4636476090008061, 2.677945044588987, -2.677945044588987, -1.1071487177940904,
        2.976443976175166,
      ],
    },
    {
      y: [0, 0, -0, -0, Infinity, -Infinity, Infinity, Number.NaN, 1, 1],
      x: [0, -0, 0, -0, Infinity, Infinity, -Infinity, 1, Infinity, -Infinity],
      output: [
        0,
        Math.PI,
        -0,
        -Math.PI,
        Math.PI / 4,
        -Math.PI / 4,
        2.356194490192345,
        Number.NaN,
        0,
        Math.PI,
      ],
    },
  ],
})

/** Below 0, or −0. */
function isSignNegative(x: Expression): Expression {
  return x.equal(0).select(Expression.literal(1).divide(x), x).less(0)
}
