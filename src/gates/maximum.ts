import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    maximum: BinaryMethod<'maximum'>
  }
}

/**
 * The larger of both, element by element; NaN where one of them is. Shapes broadcast. On a tie each
 * gets half of the gradient, as PyTorch has it.
 * Source: NumPy `maximum`.
 */
export const maximum: Gate<Binary<'maximum'>> = defineGate({
  name: 'maximum',
  operands: ['a', 'b'],
  role: 'router',
  takes: 'numeric',
  element: ({ a, b }) => a.maximum(b),
  backward: ({ gates, a, b, upstream }) => {
    const share = gates.where(gates.equal(a, b), gates.multiply(upstream, 0.5), upstream)
    return {
      a: gates.where(gates.less(a, b), 0, share),
      b: gates.where(gates.greater(a, b), 0, share),
    }
  },
  equation: ({ a, b }) => String.raw`\max(${a}, ${b})`,
  local: ({ a, b }) => ({
    a: String.raw`[${a} > ${b}] + \frac{1}{2} [${a} = ${b}]`,
    b: String.raw`[${b} > ${a}] + \frac{1}{2} [${a} = ${b}]`,
  }),
  samples: [
    { a: [1, 4, 2], b: [3, -5, 2], output: [3, 4, 2] },
    {
      a: [Number.NaN, 1, -Infinity],
      b: [1, Number.NaN, Infinity],
      output: [Number.NaN, Number.NaN, Infinity],
    },
  ],
})
