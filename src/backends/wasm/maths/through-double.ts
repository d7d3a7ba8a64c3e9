/** Functions of f32 that are computed in f64, where that costs less than the digits by hand. */
import type { Local } from '../function-builder.ts'
import { f32x4, f64x2, i8x16 } from '../instructions.ts'
import { type Context, lanesOf, type Vector } from './lanes.ts'

/** The function of f64x2 over both halves of f32x4 operands, rounded to f32. */
export function throughDouble(
  context: Context,
  operands: readonly Local<'v128'>[],
  emit: (context: Context, ...operands: readonly Vector[]) => Vector,
): Vector {
  const { f, lanes } = context
  const doubles = { ...context, lanes: lanesOf('f64x2', lanes.isRelaxed) }
  const ofTwo = (pairs: readonly Vector[]): Local<'v128'> => {
    const result = emit(doubles, ...pairs.map((pair) => f64x2.promoteLowF32x4(pair)))
    return f.let(f32x4.demoteF64x2Zero(result))
  }
  const low = ofTwo(operands)
  const high = ofTwo(operands.map((x) => i8x16.shuffle(x, x, upperHalf)))
  return i8x16.shuffle(low, high, lowerHalves)
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
const lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
