/** Elements of tensors as they lie in files. */
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { damaged } from './damaged.ts'

/** A copy of elements as a file has them, in this machine's order, which is little-endian. */
export function elementsOf(bytes: Uint8Array, dtype: DType, isBigEndian = false): TypedArray {
  const { sizeBytes, allocate } = dtypes[dtype]
  const elements = allocate(bytes.length / sizeBytes)
  const copy = new Uint8Array(elements.buffer)
  copy.set(bytes)
  if (isBigEndian) turnRound(copy, sizeBytes)
  return elements
}

/** Turns the bytes of every element round, in place. */
export function turnRound(bytes: Uint8Array, sizeBytes: number): void {
  if (sizeBytes === 1) return
  const half = sizeBytes >> 1
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    for (let index = 0; index < half; index++) {
      const [first, last] = [at + index, at + sizeBytes - 1 - index]
      const byte = bytes[first] ?? 0
      bytes[first] = bytes[last] ?? 0
      bytes[last] = byte
    }
  }
}

/** The bytes of elements, in this machine's order. */
export function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Throws FILE where an element of a bool tensor is neither 0 nor 1. */
export function checkTruth(name: string, where: string, data: TypedArray): void {
  const wrong = data.findIndex((element: number | bigint) => Number(element) > 1)
  if (wrong < 0) return
  throw damaged(`${name}: a bool is neither 0 nor 1`, {
    where: `${where}, element ${wrong}`,
    expected: '0 or 1',
    got: `${data[wrong]}`,
  })
}
