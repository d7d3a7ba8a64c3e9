/** One element between memory, in any dtype, and the types that code computes in. */
import { type ComputeDType, type DType, dtypes, isFloating } from '../../../ir/dtype.ts'
import type { Expression, Operand } from '../expression.ts'
import { f32, f64, i32, i64, select } from '../instructions.ts'
import { bf16ToF32, f16ToF32, f64ToBf16, f64ToF16 } from './half-float.ts'
import type { CodeContext, Term } from './lane-code.ts'
import { loose } from './loose.ts'
import { scalarCast } from './scalar-code.ts'
import { type SharedFunction, sharedFunction } from './shared-function.ts'

/** pointer + offset, in bytes, which together are not negative. */
export interface Address {
  readonly pointer: Operand<'i32'>
  readonly offset: number
}

/** That many bytes on. */
export function moved({ pointer, offset }: Address, bytes: number): Address {
  return { pointer, offset: offset + bytes }
}

/** With an offset that instructions can take: it is not negative. */
export function resolved({ pointer, offset }: Address): Address {
  return offset >= 0 ? { pointer, offset } : { pointer: i32.add(pointer, offset), offset: 0 }
}

/** The element as `loadedDType` says. */
export function loadElement(
  { module }: Pick<CodeContext, 'module'>,
  stored: DType,
  address: Address,
): Term {
  const { pointer, offset } = resolved(address)
  switch (stored) {
    case 'f32':
      return f32.load(pointer, offset)
    case 'f64':
      return f64.load(pointer, offset)
    case 'i32':
    case 'u32':
      return i32.load(pointer, offset)
    case 'bool':
    case 'u8':
      return i32.load8U(pointer, offset)
    case 'i8':
      return i32.load8S(pointer, offset)
    case 'u16':
      return i32.load16U(pointer, offset)
    case 'i16':
      return i32.load16S(pointer, offset)
    case 'f16':
      return sharedFunction(module, f16ToF32).call(i32.load16U(pointer, offset))
    case 'bf16':
      return bf16ToF32(i32.load16U(pointer, offset))
    case 'i64':
      return f64.convertI64S(i64.load(pointer, offset))
    case 'u64':
      return f64.convertI64U(i64.load(pointer, offset))
  }
}

export interface Element {
  readonly stored: DType
  /** That of x. */
  readonly dtype: ComputeDType
  readonly x: Term
}

/** Stores x; a storage dtype clamps to its range, towards zero, NaN to 0; f16 and bf16 round. */
export function storeElement(context: CodeContext, address: Address, element: Element): void {
  context.f.do(storing(context, resolved(address), element))
}

function storing(context: CodeContext, { pointer, offset }: Address, element: Element): Expression {
  const { stored, dtype, x } = element
  switch (stored) {
    case 'f32':
      return loose(f32).store(pointer, x, offset)
    case 'f64':
      return loose(f64).store(pointer, x, offset)
    case 'i32':
    case 'u32':
      return loose(i32).store(pointer, x, offset)
    case 'bool':
      return loose(i32).store8(pointer, x, offset)
    case 'f16':
      return i32.store16(pointer, half(context, f64ToF16, element), offset)
    case 'bf16':
      return i32.store16(pointer, half(context, f64ToBf16, element), offset)
    case 'i64':
    case 'u64':
      return loose(i64).store(pointer, wideWhole(stored, dtype, x), offset)
    default: {
      const whole = narrowWhole(context, element)
      const { store8, store16 } = loose(i32)
      return (dtypes[stored].sizeBytes === 1 ? store8 : store16)(pointer, whole, offset)
    }
  }
}

type Encode = SharedFunction<readonly ['f64'], 'i32'>

function half({ module }: CodeContext, encode: Encode, { dtype, x }: Element) {
  const { call } = sharedFunction(module, encode)
  // Every number of the compute dtypes is an f64, so that this rounds once.
  return call(scalarCast({ from: dtype, to: 'f64' }, x) as ReturnType<typeof f64.promoteF32>)
}

/** Within the integers that an f64 holds without gaps, as the interpreter's numbers are. */
function wideWhole(stored: 'i64' | 'u64', dtype: ComputeDType, x: Term): Term {
  const number = scalarCast({ from: dtype, to: 'f64' }, x)
  const { min, max } = loose(f64)
  const low = stored === 'i64' ? Number.MIN_SAFE_INTEGER : 0
  return loose(i64).truncSatF64S(max(min(number, Number.MAX_SAFE_INTEGER), low))
}

function narrowWhole({ f }: CodeContext, { stored, dtype, x }: Element): Term {
  const { kind, sizeBytes } = dtypes[stored]
  const isSigned = kind === 'signed'
  const high = 2 ** (8 * sizeBytes - (isSigned ? 1 : 0)) - 1
  const low = isSigned ? -(high + 1) : 0
  const { ltS, gtS } = i32
  if (dtype === 'bool') return x
  const whole = isFloating(dtype) ? scalarCast({ from: dtype, to: 'i32' }, x) : x
  const word = f.let(whole as ReturnType<typeof i32.load>) // an i32 now
  if (dtype === 'u32') return select(i32.gtU(word, high), i32.constant(high), word)
  const raised = f.let(select(ltS(word, low), i32.constant(low), word))
  return select(gtS(raised, high), i32.constant(high), raised)
}
