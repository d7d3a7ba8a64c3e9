/** What sources of random graphs hold: smooth numbers, ties, and what is special of each dtype. */
import { type ComputeDType, type DType, dtypes } from '../../src/ir/dtype.ts'
import { type Shape, sizeOf } from '../../src/ir/shape.ts'
import { fromNumbers, type Tensor } from '../../src/ir/tensor.ts'
import { Dice } from './dice.ts'

export interface FillRequest {
  readonly shape: Shape
  readonly dtype: DType
  /** Each step is fed anew. */
  readonly step: number
}

export type Fill = (request: FillRequest) => Tensor

const specialFloats = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Infinity,
  -Infinity,
  1e-40,
  -1e-45,
  5e-324,
  3e38,
  -2e30,
  65504,
  2147483648,
] as const
const specialIntegers = [0, 1, -1, 31, 32, 255, 65536, 2147483647, -2147483648] as const

/** Fills sources of a dtype: most of them between −1.5 and 1.5, or −4 and 4 for whole numbers. */
export function fillFor(dtype: ComputeDType, dice: Dice, isWild: boolean): Fill {
  const seed = dice.below(2 ** 31)
  const { kind } = dtypes[dtype]
  const hasTies = dice.chance(0.25)
  const specials = isWild && dice.chance(0.4) ? dice.among([0.02, 0.3]) : 0
  return filled(seed, (own) => {
    if (kind === 'bool') return own.below(2)
    if (kind === 'float') {
      if (specials > 0 && own.chance(specials)) return own.among(specialFloats)
      const x = own.next() * 3 - 1.5
      return hasTies ? Math.round(x * 2) / 2 : x
    }
    if (specials > 0 && own.chance(specials)) {
      const x = own.among(specialIntegers)
      return kind === 'unsigned' ? x >>> 0 : x
    }
    return kind === 'unsigned' ? own.below(9) : own.from(-4, 4)
  })
}

/** Whole numbers from 0 up to, without, `length`. */
export function bounded(length: number, dice: Dice): Fill {
  return filled(dice.below(2 ** 31), (own) => own.below(Math.max(1, length)))
}

function filled(seed: number, number: (own: Dice) => number): Fill {
  return ({ shape, dtype, step }) => {
    const own = new Dice(seed + step * 7919)
    const numbers = Array.from({ length: sizeOf(shape) }, () => number(own))
    return { shape, dtype, data: fromNumbers(numbers, dtype) }
  }
}
