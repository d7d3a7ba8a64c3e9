/** Operands of a pickle's operations, as they lie in its bytes. */
import { broken, charge, type PickleMachine } from './pickle-machine.ts'

/** Longer integers are of no use in a file of weights, and take long to read. */
const greatestInteger = 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A whole number, 0 or more, of so many bytes, little-endian. */
export function readCount(machine: PickleMachine, sizeBytes: 1 | 2 | 4 | 8): number {
  const { view, at } = machine
  advance(machine, sizeBytes)
  switch (sizeBytes) {
    case 1:
      return view.getUint8(at)
    case 2:
      return view.getUint16(at, true)
    case 4:
      return view.getUint32(at, true)
    case 8:
      return Number(view.getBigUint64(at, true))
  }
}

/** An integer in two's complement: a number where it can be held exactly. */
export function readInteger(machine: PickleMachine, sizeBytes: number): number | bigint {
  if (sizeBytes > greatestInteger) {
    throw broken(machine, `integers of up to ${greatestInteger} bytes`, `${sizeBytes} bytes`)
  }
  const bytes = readBytes(machine, sizeBytes)
  let digits = ''
  for (const byte of bytes) digits = byte.toString(16).padStart(2, '0') + digits
  const unsigned = digits === '' ? 0n : BigInt(`0x${digits}`)
  const integer = BigInt.asIntN(sizeBytes * 8, unsigned)
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : integer
}

/** A text of so many bytes of UTF-8. */
export function readText(machine: PickleMachine, sizeBytes: number): string {
  const { bytes, at } = machine
  advance(machine, sizeBytes)
  charge(machine, 2 * sizeBytes)
  try {
    return utf8.decode(bytes.subarray(at, at + sizeBytes))
  } catch {
    throw broken(machine, 'a text in UTF-8', 'other bytes')
  }
}

/** So many bytes, in the pickle's own memory. */
export function readBytes(machine: PickleMachine, sizeBytes: number): Uint8Array {
  const { bytes, at } = machine
  advance(machine, sizeBytes)
  charge(machine, 100)
  return bytes.subarray(at, at + sizeBytes)
}

/** Goes on by so many bytes, and gives where it was. */
export function advance(machine: PickleMachine, count: number): number {
  const { at, bytes } = machine
  if (at + count > bytes.length) {
    throw broken(machine, `${count} bytes`, `${bytes.length - at} to the end`)
  }
  machine.at += count
  return at
}
