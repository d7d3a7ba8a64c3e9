/** The checksum of zip entries: CRC-32 as in IEEE 802.3, polynomial 0xedb88320. */

const table: Uint32Array = makeTable()

/** Eight tables of 256: the checksum of a byte, and of a byte with one to seven zeros behind it. */
function makeTable(): Uint32Array {
  const entries = new Uint32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1
    }
    entries[byte] = remainder
  }
  for (let at = 256; at < entries.length; at++) {
    const before = entries[at - 256] ?? 0
    entries[at] = (before >>> 8) ^ (entries[before & 0xff] ?? 0)
  }
  return entries
}

/**
 * The checksum of bytes, 0 to 2³² − 1; `before` is that of what stands before them. Eight bytes at a
 * time: a gigabyte takes about a second.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const look = (slot: number, word: number, shift: number) =>
    table[slot * 256 + ((word >>> shift) & 0xff)] ?? 0
  const whole = bytes.length - (bytes.length % 8)
  let sum = ~before
  for (let at = 0; at < whole; at += 8) {
    const low = view.getUint32(at, true) ^ sum
    const high = view.getUint32(at + 4, true)
    sum =
      look(7, low, 0) ^
      look(6, low, 8) ^
      look(5, low, 16) ^
      look(4, low, 24) ^
      look(3, high, 0) ^
      look(2, high, 8) ^
      look(1, high, 16) ^
      look(0, high, 24)
  }
  for (let at = whole; at < bytes.length; at++) {
    sum = look(0, (bytes[at] ?? 0) ^ sum, 0) ^ (sum >>> 8)
  }
  return ~sum >>> 0
}
