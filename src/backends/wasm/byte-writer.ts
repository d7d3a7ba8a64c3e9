/** Bytes that grow at the end, with the variable-length integers of WebAssembly's binary format. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  /** `room` is for how many bytes it has to grow no further. */
  constructor(room = 256) {
    this.#bytes = new Uint8Array(room)
  }

  get length(): number {
    return this.#length
  }

  /** The bytes so far: a view that the next write may outdate. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  append(values: Uint8Array | readonly number[]): void {
    this.#reserve(values.length)
    // Most are the few bytes of an immediate, for which a loop is faster than set.
    if (values.length <= 16) {
      for (let i = 0; i < values.length; i++) this.#bytes[this.#length + i] = values[i] ?? 0
    } else this.#bytes.set(values, this.#length)
    this.#length += values.length
  }

  /** LEB128 of a whole number from 0 to 2^32 − 1. */
  unsigned(value: number): void {
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.byte(rest)
  }

  /** A length in bytes, then the bytes. */
  sized(values: Uint8Array | readonly number[]): void {
    this.unsigned(values.length)
    this.append(values)
  }

  text(text: string): void {
    this.sized(new TextEncoder().encode(text))
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** LEB128 of a whole number from 0 to 2^32 − 1. */
export function unsignedBytes(value: number): readonly number[] {
  if (value >= 0 && value < 0x80) return [value]
  const bytes: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}

/** Signed LEB128 of a 32-bit or 64-bit integer. */
export function signedBytes(value: number | bigint): readonly number[] {
  return typeof value === 'number' && value === (value | 0)
    ? signedBytes32(value)
    : signedBytes64(value)
}

/** The same without the cost of bigints: most constants are small numbers. */
function signedBytes32(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    // The last byte's bit 6 is the sign.
    if (rest === (low & 0x40 ? -1 : 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

function signedBytes64(value: number | bigint): readonly number[] {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (;;) {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    if (rest === (low & 0x40 ? -1n : 0n)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

/** The little-endian bytes of one f32. */
export function f32Bytes(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer)
}

/** The little-endian bytes of one f64. */
export function f64Bytes(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer)
}
