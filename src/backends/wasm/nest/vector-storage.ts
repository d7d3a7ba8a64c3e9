/** Vectors of elements between memory, in any dtype, and the lanes that code computes in. */
import { type ComputeDType, type DType, dtypes } from '../../../ir/dtype.ts'
import { loadedDType } from '../../../kernel/routine.ts'
import type { Expression } from '../expression.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { f32x4, f64x2, i8x16, i16x8, i32, i32x4, i64, i64x2, v128 } from '../instructions.ts'
import type { Vector } from '../maths/lanes.ts'
import type { CodeContext, Term } from './lane-code.ts'
import { loose } from './loose.ts'
import {
  type Address,
  type Element,
  loadElement,
  moved,
  resolved,
  storeElement,
} from './storage.ts'

type Lanes = 2 | 4

/** Where the lanes' elements lie: `stride` elements apart, or each at an address of its own. */
export type LanePlaces =
  | { readonly first: Address; readonly stride: number }
  | { readonly each: readonly Address[] }

/** A vector of the elements as `loadedDType` says; bools as a mask. */
export function loadLanes(
  context: CodeContext,
  stored: DType,
  places: LanePlaces,
  lanes: Lanes,
): Term {
  if ('first' in places && places.stride === 1) {
    const vector = loadNeighbours(stored, resolved(places.first), lanes)
    if (vector) return vector
  }
  const addresses = addressesOf(places, stored, lanes)
  const { sizeBytes, use } = dtypes[stored]
  if (use === 'compute' && sizeBytes > 1) return loadWords(addresses, lanes)
  const dtype = loadedDType(stored)
  const { replaceLane, start } = laneTable(dtype, lanes)
  let vector = start
  for (const [lane, address] of addresses.entries()) {
    const element = loadElement(context, stored, address)
    vector = replaceLane(vector, lane, dtype === 'bool' ? maskOf(element, lanes) : element)
  }
  return vector
}

/** Every lane is that element. */
export function loadSplat(
  context: CodeContext,
  stored: DType,
  address: Address,
  lanes: Lanes,
): Term {
  const { pointer, offset } = resolved(address)
  const { sizeBytes, use } = dtypes[stored]
  if (use === 'compute' && sizeBytes === 4) return v128.load32Splat(pointer, offset)
  if (use === 'compute' && sizeBytes === 8) return v128.load64Splat(pointer, offset)
  return splat(loadedDType(stored), loadElement(context, stored, address), lanes)
}

/** A vector of one element in each lane; a bool becomes a mask. */
export function splat(dtype: ComputeDType, x: Term, lanes: Lanes): Term {
  if (dtype === 'f32') return loose(f32x4).splat(x)
  if (dtype === 'f64') return loose(f64x2).splat(x)
  const words = loose(i32x4).splat(x)
  return dtype === 'bool' && lanes >= 2 ? loose(i32x4).neg(words) : words
}

/** The element in a lane; a mask becomes 0 or 1. */
export function extract(dtype: ComputeDType, vector: Term, lane: number, lanes: Lanes): Term {
  if (dtype === 'f32') return loose(f32x4).extractLane(vector, lane)
  if (dtype === 'f64') return loose(f64x2).extractLane(vector, lane)
  const word = loose(i32x4).extractLane(vector, lanes === 2 ? 2 * lane : lane)
  return dtype === 'bool' ? loose(i32).and(word, 1) : word
}

/** Stores the lanes, as `storeElement` does for each. */
export function storeLanes(
  context: CodeContext,
  places: LanePlaces,
  element: Element,
  lanes: Lanes,
): void {
  const { f } = context
  const { stored, dtype, x } = element
  if ('first' in places && places.stride === 1) {
    const place = resolved(places.first)
    const { sizeBytes, use } = dtypes[stored]
    const isWord = use === 'compute' && sizeBytes > 1
    if (isWord || stored === 'bool') {
      f.do(
        isWord
          ? loose(v128).store(place.pointer, x, place.offset)
          : storingMask(f, place, x, lanes),
      )
      return
    }
  }
  for (const [lane, address] of addressesOf(places, stored, lanes).entries()) {
    const one = f.let(extract(dtype, x, lane, lanes))
    storeElement(context, address, { stored, dtype, x: one })
  }
}

/** Elements side by side, where there are instructions for it. */
function loadNeighbours(
  stored: DType,
  { pointer, offset }: Address,
  lanes: Lanes,
): Vector | undefined {
  switch (stored) {
    case 'f32':
    case 'f64':
    case 'i32':
    case 'u32':
      return v128.load(pointer, offset)
    case 'bool':
      return loadMask({ pointer, offset }, lanes)
    case 'u8': {
      const bytes = v128.load32Zero(pointer, offset)
      return i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes))
    }
    case 'i8': {
      const bytes = v128.load32Zero(pointer, offset)
      return i32x4.extendLowI16x8S(i16x8.extendLowI8x16S(bytes))
    }
    case 'u16':
      return v128.load16x4U(pointer, offset)
    case 'i16':
      return v128.load16x4S(pointer, offset)
    case 'bf16':
      return i32x4.shl(v128.load16x4U(pointer, offset), 16)
    default:
      return undefined
  }
}

function loadMask({ pointer, offset }: Address, lanes: Lanes): Vector {
  if (lanes === 4) {
    const bytes = v128.load32Zero(pointer, offset)
    const words = i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes))
    return i32x4.ne(words, i32x4.constant(0))
  }
  const bytes = v128.load16Splat(pointer, offset)
  const words = i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes))
  return i64x2.ne(i64x2.extendLowI32x4U(words), i32x4.constant(0))
}

function storingMask(
  f: FunctionBuilder,
  { pointer, offset }: Address,
  mask: Term,
  lanes: Lanes,
): Expression {
  const ones = f.let(v128.and(mask as Vector, i32x4.constant(1))) // masks are vectors
  if (lanes === 4) {
    const halves = f.let(i16x8.narrowI32x4S(ones, ones))
    return v128.store32Lane(pointer, i8x16.narrowI16x8S(halves, halves), 0, offset)
  }
  const pair = i8x16.shuffle(ones, ones, [0, 8, ...new Array<number>(14).fill(0)])
  return v128.store16Lane(pointer, pair, 0, offset)
}

function loadWords([first, ...rest]: readonly Address[], lanes: Lanes): Term {
  const { load32Zero, load64Zero, load32Lane, load64Lane } = loose(v128)
  const isWide = lanes === 2
  let vector = (isWide ? load64Zero : load32Zero)(first?.pointer ?? 0, first?.offset ?? 0)
  for (const [lane, { pointer, offset }] of rest.entries()) {
    vector = (isWide ? load64Lane : load32Lane)(pointer, vector, lane + 1, offset)
  }
  return vector
}

function addressesOf(places: LanePlaces, stored: DType, lanes: Lanes): readonly Address[] {
  if ('each' in places) return places.each.map(resolved)
  const { first, stride } = places
  const { sizeBytes } = dtypes[stored]
  return Array.from({ length: lanes }, (_, lane) =>
    resolved(moved(first, lane * stride * sizeBytes)),
  )
}

/** A lane's mask of a bool. */
function maskOf(bool: Term, lanes: Lanes): Term {
  const word = loose(i32).sub(0, bool)
  return lanes === 2 ? loose(i64).extendI32S(word) : word
}

function laneTable(dtype: ComputeDType, lanes: Lanes) {
  const start: Term = i32x4.constant(0)
  if (dtype === 'f32') return { start, replaceLane: loose(f32x4).replaceLane }
  if (dtype === 'f64') return { start, replaceLane: loose(f64x2).replaceLane }
  const { replaceLane } = lanes === 2 ? loose(i64x2) : loose(i32x4)
  return { start, replaceLane }
}
