/** What the remainders share: how often the divisor was taken away. */
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

/** The gradients of a remainder, a − b · q with a whole q that does not move. */
export function throughRemainder({ gates, a, b, output, upstream }: Divided): {
  readonly a: Value
  readonly b: Value
} {
  // Rounded, as the quotient of a and b themselves may round up to a whole number.
  const quotient = gates.round(gates.divide(gates.subtract(a, output), b))
  return { a: upstream, b: gates.negate(gates.multiply(upstream, quotient)) }
}

interface Divided {
  readonly gates: Gates
  readonly a: Value
  readonly b: Value
  readonly output: Value
  readonly upstream: Value
}
