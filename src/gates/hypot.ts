import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    hypot: BinaryMethod<'hypot'>
  }
}

/**
 * √(a² + b²), element by element, without overflow of the squares; ∞ where one is infinite. Shapes
 * broadcast. The gradient at (0, 0) is NaN, as PyTorch has it.
 * Source: PyTorch `hypot`.
 */
export const hypot: Gate<Binary<'hypot'>> = defineGate({
  name: 'hypot',
  operands: ['a', 'b'],
  role: 'scaler',
  element: ({ a, b }) => {
    const [width, height] = [a.abs(), b.abs()]
    const longer = width.maximum(height)
    const ratio = width.minimum(height).divide(longer)
    const length = longer.multiply(ratio.multiply(ratio).add(1).sqrt())
    const isInfinite = width.equal(Infinity).or(height.equal(Infinity))
    return isInfinite.select(Infinity, longer.equal(0).select(longer, length))
  },
  backward: ({ gates, a, b, output, upstream }) => ({
    a: gates.multiply(upstream, gates.divide(a, output)),
    b: gates.multiply(upstream, gates.divide(b, output)),
  }),
  equation: ({ a, b }) => String.raw`\sqrt{${a}^2 + ${b}^2}`,
  local: ({ a, b, output }) => ({
    a: String.raw`\frac{${a}}{${output}}`,
    b: String.raw`\frac{${b}}{${output}}`,
  }),
  // Expected values: torch 1.13, torch.hypot in f64.
  samples: [
    {
      a: [3, -5],
      b: [4, 12],
      output: [5, 13],
    },
    { a: 1e20, b: 1e20, output: 141421356237309530000 },
    {
      a: [0, Infinity, -Infinity, Number.NaN],
      b: [0, Number.NaN, 1, 1],
      output: [0, Infinity, Infinity, Number.NaN],
    },
  ],
})
