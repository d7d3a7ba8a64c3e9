import { SluiceError } from '../errors.ts'
import { add } from '../gates/add.ts'
import { cast } from '../gates/cast.ts'
import { concat } from '../gates/concat.ts'
import { constant } from '../gates/constant.ts'
import { cos } from '../gates/cos.ts'
import { iota } from '../gates/iota.ts'
import { multiply } from '../gates/multiply.ts'
import { reshape } from '../gates/reshape.ts'
import { sin } from '../gates/sin.ts'
import { type SliceRange, slice } from '../gates/slice.ts'
import { stack } from '../gates/stack.ts'
import { subtract } from '../gates/subtract.ts'
import type { DType } from '../ir/dtype.ts'
import { broadcastShapes, formatShape, type Shape, sameShape } from '../ir/shape.ts'
import { formatType, type Value } from '../ir/value.ts'

export interface RopeOptions {
  /** The place of each row, of a shape that broadcasts to [..., places]. Default 0, 1, 2 … */
  readonly positions?: Value
  /** How much slower later pairs turn: pair k by base^(−2k / width) a place. Default 10000. */
  readonly base?: number
  /**
   * Which elements are a pair: `interleaved` 2k and 2k + 1, as in the paper, or `halves` k and
   * k + width / 2, as in GPT-NeoX and Llama. Default `interleaved`.
   */
  readonly pairing?: 'interleaved' | 'halves'
}

/**
 * Rotary embedding of places: each pair of elements is turned by its place times a speed, so that
 * the product of a query and a key that were turned depends on how far apart their places are.
 *
 * Shapes: x [..., places, width] with an even width → x's shape.
 * Throws: SHAPE for an odd width or positions that do not fit; OPTION for a base that is not above 0
 * or an unknown pairing.
 * Source: Su et al., "RoFormer: Enhanced transformer with rotary position embedding", equation 34.
 *
 * @example
 * const turned = rope(query) // [batch, heads, places, width]
 */
export function rope<S extends Shape, D extends DType>(
  x: Value<S, D>,
  options: RopeOptions = {},
): Value<S, D> {
  const {
    positions = iota([x.shape.at(-2) ?? 0]),
    base = 10_000,
    pairing = 'interleaved',
  } = options
  checkOperands(x, positions)
  checkOptions(base, pairing)
  const width = x.shape.at(-1) ?? 0
  const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
  const speeds = Array.from({ length: width / 2 }, (_, pair) => base ** ((-2 * pair) / width))
  const places = reshape(cast(positions, dtype), [...positions.shape, 1])
  const angles = multiply(places, constant(speeds, { dtype }))
  const turned = turn(x, { cosine: cos(angles), sine: sin(angles), pairing })
  return turned as Value<S, D> // of x's shape
}

/** (a, b) → (a · cos − b · sin, a · sin + b · cos) for each pair. */
function turn(
  x: Value,
  by: { readonly cosine: Value; readonly sine: Value; readonly pairing: string },
): Value {
  const { cosine, sine } = by
  const width = x.shape.at(-1) ?? 0
  const last = x.shape.length - 1
  const isHalved = by.pairing === 'halves'
  const part = (range: SliceRange): Value =>
    slice(x, [...x.shape.slice(1).map((): SliceRange => []), range])
  const a = part(isHalved ? [0, width / 2] : [0, width, 2])
  const b = part(isHalved ? [width / 2, width] : [1, width, 2])
  const first = subtract(multiply(a, cosine), multiply(b, sine))
  const second = add(multiply(a, sine), multiply(b, cosine))
  if (isHalved) return concat([first, second], last)
  return reshape(stack([first, second], last + 1), x.shape)
}

function checkOperands(x: Value, positions: Value): void {
  const rows = x.shape.slice(0, -1)
  const met = broadcastShapes(rows, positions.shape)
  const fits = !('clash' in met) && sameShape(met, rows)
  if (fits && x.shape.length >= 2 && (x.shape.at(-1) ?? 1) % 2 === 0) return
  throw new SluiceError({
    code: 'SHAPE',
    what: 'rope: x does not consist of places with pairs, or positions are not theirs',
    expected:
      'x [..., places, width] with an even width, positions that broadcast to [..., places]',
    got: `x ${formatType(x.type)}, positions ${formatShape(positions.shape)}`,
    fix: 'give each head an even width, and a position for each place',
  })
}

function checkOptions(base: number, pairing: string): void {
  if (base > 0 && Number.isFinite(base) && ['interleaved', 'halves'].includes(pairing)) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'rope: base or pairing is none that there is',
    expected: "a base above 0, and 'interleaved' or 'halves'",
    got: `base ${base}, pairing '${pairing}'`,
    fix: "leave them out for 10000 and 'interleaved'",
  })
}
