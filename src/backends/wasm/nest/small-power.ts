/** Powers whose exponent is a small constant. */
import type { Term } from './lane-code.ts'
import type { Apply } from './loose.ts'

interface SmallPower {
  readonly multiply: Apply
  /** The exponent, where it is known. */
  readonly literal: number | undefined
}

/** x, x² or x³ by multiplying, within an ulp of the power; undefined for other exponents. */
export function smallPower({ multiply, literal }: SmallPower, x: Term): Term | undefined {
  switch (literal) {
    case 1:
      return x
    case 2:
      return multiply(x, x)
    case 3:
      return multiply(multiply(x, x), x)
    default:
      return undefined
  }
}
