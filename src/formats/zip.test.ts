import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { SluiceError } from '../errors.ts'
import { crc32 } from './crc32.ts'
import { readZip } from './zip.ts'

const text = strToU8('to be stored and to be deflated, and to be deflated')
const archive = zipSync({ 'a/stored': [text, { level: 0 }], deflated: [text, { level: 9 }] })

function contentsOf(bytes: Uint8Array, path: string): Uint8Array {
  return readZip(bytes, 'the archive').contentsOf(path, { bytes: 1000 })
}

test('entries are read, stored and deflated, and a comment at the end does no harm', () => {
  const commented = Uint8Array.from([...archive, 1, 2, 3])
  commented[archive.length - 2] = 3
  for (const bytes of [archive, commented]) {
    const { entries } = readZip(bytes, 'the archive')
    expect([...entries.values()].map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['a/stored', 51],
      ['deflated', 51],
    ])
    expect(contentsOf(bytes, 'a/stored')).toEqual(text)
    expect(contentsOf(bytes, 'deflated')).toEqual(text)
  }
})

test('what is stored is the memory of the archive itself', () => {
  expect(contentsOf(archive, 'a/stored').buffer).toBe(archive.buffer)
})

test('sizes and places of 64 bits are read', () => {
  expect(contentsOf(widened(archive), 'a/stored')).toEqual(text)
  expect(contentsOf(widened(archive), 'deflated')).toEqual(text)
})

test('the checksum is that of zip', () => {
  // The check value of CRC-32 in the catalogue of G. Cook.
  expect(crc32(strToU8('123456789'))).toBe(0xcbf43926)
  const parts = strToU8('123456789')
  expect(crc32(parts.subarray(4), crc32(parts.subarray(0, 4)))).toBe(0xcbf43926)
})

describe('an archive that was made to do harm is refused:', () => {
  /** Where the directory begins, and its second entry. */
  const begin = new DataView(archive.buffer).getUint32(archive.length - 6, true)
  const second = begin + 46 + 'a/stored'.length
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const bytes = archive.slice()
    change(new DataView(bytes.buffer))
    return bytes
  }

  test.each([
    [
      'entries that lie in each other',
      (view: DataView) => view.setUint32(second + 42, 0, true),
      /a place of its own/,
    ],
    [
      'an entry of 2⁶⁰ bytes',
      (view: DataView) => view.setUint32(second + 24, 0xfffffff0, true),
      /a size that deflated bytes can have/,
    ],
    [
      'a stored entry of another size',
      (view: DataView) => view.setUint32(begin + 24, 50, true),
      /50 bytes, as nothing is deflated/,
    ],
    [
      'an entry beyond the directory',
      (view: DataView) => view.setUint32(begin + 20, 1e6, true),
      /an end by byte/,
    ],
    [
      'an entry elsewhere',
      (view: DataView) => view.setUint32(begin + 42, 7, true),
      /a header of its own/,
    ],
    ['an encrypted entry', (view: DataView) => view.setUint16(begin + 8, 1, true), /not encrypted/],
    ['another method', (view: DataView) => view.setUint16(second + 10, 14, true), /method 14/],
    [
      'more entries than there are',
      (view: DataView) => view.setUint16(view.byteLength - 12, 9, true),
      /at most 2 entries/,
    ],
    [
      'a directory elsewhere',
      (view: DataView) => view.setUint32(view.byteLength - 6, 0, true),
      /an end at byte/,
    ],
    [
      'an archive of several files',
      (view: DataView) => view.setUint16(view.byteLength - 18, 1, true),
      /an archive in several files/,
    ],
    ['a path twice', (view: DataView) => rename(view, second), /each path once/],
    [
      'a path that is no text',
      (view: DataView) => view.setUint8(begin + 46, 0xff),
      /a path in UTF-8/,
    ],
  ] as const)('%s', (_, change, message) => {
    expectRefused(() => readZip(changed(change), 'the archive'), message)
  })

  test('contents of another size than declared, or with another checksum', () => {
    const more = changed((view) => view.setUint32(second + 24, 52, true))
    expectRefused(() => contentsOf(more, 'deflated'), /expected +52 bytes\n {2}got +51/)
    const fewer = changed((view) => view.setUint32(second + 24, 50, true))
    expectRefused(() => contentsOf(fewer, 'deflated'), /expected +50 bytes\n {2}got +more/)
    const other = changed((view) => view.setUint8(40, 0))
    expectRefused(() => contentsOf(other, 'a/stored'), /an entry is not what was saved/)
  })

  test('contents that there is no room for', () => {
    const read = () => readZip(archive, 'the archive').contentsOf('deflated', { bytes: 50 })
    expectRefused(read, /more than there is room for/)
  })
})

/** Makes of the path of the second entry one that is there already; both have eight letters. */
function rename(view: DataView, second: number): void {
  for (const [index, byte] of strToU8('a/stored').entries())
    view.setUint8(second + 46 + index, byte)
}

/** The archive with sizes and places of its entries, and of its directory, in fields of zip64. */
function widened(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const end = bytes.length - 22
  const begin = view.getUint32(end + 16, true)
  const directory: number[] = []
  for (let at = begin; at < end; ) {
    const next = at + 46 + view.getUint16(at + 28, true)
    const entry = bytes.slice(at, next)
    const own = new DataView(entry.buffer)
    const numbers = [24, 20, 42].map((offset) => BigInt(own.getUint32(offset, true)))
    for (const offset of [24, 20, 42]) own.setUint32(offset, 0xffffffff, true)
    own.setUint16(30, 28, true)
    const extra = new DataView(new ArrayBuffer(28))
    extra.setUint16(0, 1, true)
    extra.setUint16(2, 24, true)
    for (const [index, number] of numbers.entries()) extra.setBigUint64(4 + 8 * index, number, true)
    directory.push(...entry, ...new Uint8Array(extra.buffer))
    at = next
  }
  const record = new DataView(new ArrayBuffer(56 + 20))
  record.setUint32(0, 0x06064b50, true)
  record.setBigUint64(24, 2n, true)
  record.setBigUint64(32, 2n, true)
  record.setBigUint64(40, BigInt(directory.length), true)
  record.setBigUint64(48, BigInt(begin), true)
  record.setUint32(56, 0x07064b50, true)
  record.setBigUint64(64, BigInt(begin + directory.length), true)
  const tail = bytes.slice(end)
  tail.fill(0xff, 8, 20)
  return Uint8Array.from([
    ...bytes.subarray(0, begin),
    ...directory,
    ...new Uint8Array(record.buffer),
    ...tail,
  ])
}

function expectRefused(read: () => unknown, message: RegExp): void {
  expect(read).toThrow(SluiceError)
  expect(read).toThrow(message)
}
