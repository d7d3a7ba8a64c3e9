/** Values made from a shape, or from a range of numbers. */
import { SluiceError } from '../errors.ts'
import type { ComputeDType, DType } from '../ir/dtype.ts'
import type { Shape, ShapeArgument } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { add } from './add.ts'
import { broadcastTo } from './broadcast-to.ts'
import { cast } from './cast.ts'
import { constant } from './constant.ts'
import { equal } from './equal.ts'
import { iota, type NumericDType } from './iota.ts'
import { multiply } from './multiply.ts'
import { subtract } from './subtract.ts'

/** A value of `shape` that holds `value` everywhere. Source: NumPy `full`. */
export function full<const S extends ShapeArgument, const D extends ComputeDType = 'f32'>(
  shape: S,
  value: number,
  options: { readonly dtype?: D } = {},
): Value<S, NoInfer<D>> {
  const scalar: Value<[], D> = constant(value, options)
  // A scalar is itself: no gate copies it to its own shape.
  return shape.length === 0 ? (scalar as Value as Value<S, D>) : broadcastTo(scalar, shape)
}

/** Zeros of `shape`. Source: NumPy `zeros`. */
export function zeros<const S extends ShapeArgument, const D extends ComputeDType = 'f32'>(
  shape: S,
  options: { readonly dtype?: D } = {},
): Value<S, NoInfer<D>> {
  return full(shape, 0, options)
}

/** Ones of `shape`. Source: NumPy `ones`. */
export function ones<const S extends ShapeArgument, const D extends ComputeDType = 'f32'>(
  shape: S,
  options: { readonly dtype?: D } = {},
): Value<S, NoInfer<D>> {
  return full(shape, 1, options)
}

/** Zeros of the shape and dtype of `x`. Source: NumPy `zeros_like`. */
export function zerosLike<S extends Shape, D extends DType>(x: Value<S, D>): Value<S, D> {
  // broadcastTo turns away the storage dtypes.
  return zeros(x.shape, { dtype: x.dtype as D & ComputeDType })
}

/**
 * The identity matrix of `rows` × `columns`, as many as rows by default: ones on the diagonal.
 * Source: NumPy `eye`.
 */
export function eye<
  const R extends number,
  const C extends number = R,
  const D extends ComputeDType = 'f32',
>(rows: R, columns?: C, options: { readonly dtype?: D } = {}): Value<[R, C], D> {
  const shape = [rows, columns ?? rows]
  const diagonal = equal(iota(shape, 0), iota(shape, 1))
  return cast(diagonal, options.dtype ?? 'f32') as Value<[R, C], D> // the defaults of C and D
}

interface RangeOptions<D extends NumericDType> {
  readonly dtype?: D
}

/**
 * The numbers from `start`, by default 0, up to, without, `stop`, `step` apart.
 *
 * Whole arguments give i32, others f32, unless `dtype` says otherwise. With a step that is no whole
 * number, rounding decides whether `stop` is reached, as in NumPy.
 * Throws: ATTRIBUTE for a step of 0 or an argument that is not finite; DTYPE for an argument that
 * an integer dtype does not hold.
 * Source: NumPy `arange`.
 *
 * @example
 * arange(4) // [0, 1, 2, 3]
 * arange(1, 2, 0.25) // [1, 1.25, 1.5, 1.75]
 */
export function arange<const D extends NumericDType = 'i32' | 'f32'>(
  stop: number,
  options?: RangeOptions<D>,
): Value<[number], D>
export function arange<const D extends NumericDType = 'i32' | 'f32'>(
  start: number,
  stop: number,
  step?: number,
  options?: RangeOptions<D>,
): Value<[number], D>
export function arange(
  first: number,
  second?: number | RangeOptions<NumericDType>,
  step = 1,
  last: RangeOptions<NumericDType> = {},
): Value<[number], NumericDType> {
  const [start, stop, options] =
    typeof second === 'number' ? [first, second, last] : [0, first, second ?? {}]
  checkRange(start, stop, step)
  const isWhole = [start, stop, step].every(Number.isInteger)
  const { dtype = isWhole ? 'i32' : 'f32' } = options
  const length = Math.max(0, Math.ceil((stop - start) / step))
  const places: Value<[number], NumericDType> = iota([length], 0, { dtype })
  const steps = Math.abs(step) === 1 ? places : multiply(places, Math.abs(step))
  if (step < 0) return subtract(start, steps)
  return start === 0 ? steps : add(steps, start)
}

function checkRange(start: number, stop: number, step: number): void {
  if (Number.isFinite(start) && Number.isFinite(stop) && Number.isFinite(step) && step !== 0) return
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'arange: there is no such range',
    expected: 'finite numbers start, stop and step, and a step other than 0',
    got: `start ${start}, stop ${stop}, step ${step}`,
    fix: 'arange(start, stop, step) gives start, start + step, … below stop',
  })
}
