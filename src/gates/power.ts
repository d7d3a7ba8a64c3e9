import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { type Binary, defineGate, type Gates } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    power<V extends Value, const T extends Shape = []>(
      this: V,
      exponent: number | IfBroadcast<'power', V['shape'], T, Value<T, V['dtype']>>,
    ): Value<Broadcast<V['shape'], T>, V['dtype']>
  }
}

/**
 * `base` to the power of `exponent`, element by element; shapes broadcast. NaN for a negative base
 * and an exponent that is not whole.
 *
 * The gradient of the base is 0 where the exponent is 0, and that of the exponent where the base is
 * 0 and the exponent not negative, as PyTorch has it.
 * Source: PyTorch `pow`.
 *
 * @example
 * power(x, 2)
 */
export const power: Gate<Binary<'power'>> = defineGate({
  name: 'power',
  operands: ['base', 'exponent'],
  role: 'scaler',
  takes: 'numeric',
  element: ({ base, exponent }) => base.power(exponent),
  backward: ({ gates, base, exponent, output, upstream }) => {
    const slope = slopeInBase(gates, base, exponent)
    const isFlat = gates.and(gates.equal(base, 0), gates.greaterEqual(exponent, 0))
    const logarithm = gates.log(gates.where(isFlat, 1, base))
    return {
      base: slope && gates.multiply(upstream, slope),
      exponent: gates.multiply(upstream, gates.multiply(output, logarithm)),
    }
  },
  equation: ({ base, exponent }) => `${base}^{${exponent}}`,
  local: ({ base, exponent, output }) => ({
    base: String.raw`${exponent} \odot ${base}^{${exponent} - 1}`,
    exponent: String.raw`${output} \odot \log(${base})`,
  }),
  samples: [
    {
      base: [2, 3, 0.5, 3],
      exponent: [3, -2, 1.5, 0.5],
      output: [8, 0.1111111111111111, 0.3535533905932738, 1.7320508075688772],
    },
    {
      base: [[1], [2]],
      exponent: [0, 2],
      output: [
        [1, 1],
        [1, 4],
      ],
    },
    {
      base: [0, 0, -0, Number.NaN, 1, -1, Infinity, -8, 2, -2],
      exponent: [0, -1, -1, 0, Number.NaN, Infinity, -1, 0.5, -Infinity, 3],
      output: [1, Infinity, -Infinity, 1, 1, 1, 0, Number.NaN, 0, -8],
    },
  ],
})

/** exponent · base^(exponent − 1); undefined where no gradient passes. */
function slopeInBase(gates: Gates, base: Value, exponent: Value): Value | undefined {
  const known = literalOf(exponent)
  if (known === 0) return undefined
  if (known !== undefined) return gates.multiply(known, gates.power(base, known - 1))
  // 0 · 0^-1 and 0 · NaN are 0 here. The product is computed on harmless numbers in those places,
  // because 0 times what `where` did not choose would be NaN again in the second derivative.
  const isUsable = gates.greater(gates.abs(base), 0)
  const isFlat = gates.and(gates.equal(exponent, 0), gates.not(isUsable))
  const safe = gates.where(isFlat, 1, base)
  const slope = gates.multiply(exponent, gates.power(safe, gates.subtract(exponent, 1)))
  return gates.where(isFlat, 0, slope)
}

/** The number that `value` holds in every place, where it was built from one. */
function literalOf(value: Value): number | undefined {
  const source = value.gate.name === 'broadcastTo' ? value.input(0) : value
  const number = source.gate.name === 'constant' ? source.attributes.value : undefined
  return typeof number === 'number' ? number : undefined
}
