/** Numbers of repeated fields while they are read. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { allocate, type Numbers, scalars } from './scalars.ts'
import type { Scalar } from './schema.ts'

/** Numbers of a repeated field, in a typed array that grows: a list of bigints takes ten times as much. */
export class NumberList {
  readonly #type: Scalar
  #numbers: Numbers
  #length = 0

  constructor(type: Scalar) {
    this.#type = type
    this.#numbers = allocate(type, 0)
  }

  push(value: unknown): void {
    if (this.#length === this.#numbers.length) this.#grow(Math.max(4, this.#length * 2))
    this.#numbers[this.#length++] = value as never // what the scalar's own `read` gave
  }

  readPacked(bytes: Uint8Array): void {
    const reader = new BinaryReader(bytes)
    const { read, wire } = scalars[this.#type]
    const width = wire === WireType.Bit32 ? 4 : wire === WireType.Bit64 ? 8 : 0
    if (width > 0 && bytes.length % width !== 0)
      throw new Error(`a packed ${this.#type} is cut off`)
    const count = width > 0 ? bytes.length / width : countVarints(bytes)
    this.#grow(this.#length + count)
    while (reader.pos < reader.len) this.push(read(reader))
  }

  finish(): Numbers {
    return this.#numbers.length === this.#length
      ? this.#numbers
      : this.#numbers.slice(0, this.#length)
  }

  #grow(length: number): void {
    if (length <= this.#numbers.length) return
    const larger = allocate(this.#type, length)
    larger.set(this.#numbers as never) // the same kind of array
    this.#numbers = larger
  }
}

/** How many varints the bytes hold: each ends with a byte below 128. */
function countVarints(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if (byte < 128) count++
  return count
}
