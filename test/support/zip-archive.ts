/** Zip archives written by hand, so that they may lie, and quickly, so that they may be large. */
import { deflateRawSync } from 'node:zlib'
import { crc32 } from '../../src/formats/crc32.ts'

export interface WrittenEntry {
  readonly path: string
  readonly bytes: Uint8Array
  readonly isDeflated?: boolean
  /** What its directory says that it holds. Default: what it does. */
  readonly sizeBytes?: number
}

interface Header {
  readonly entry: WrittenEntry
  readonly stored: Uint8Array
  readonly place: number
}

/** The bytes of an archive. */
export function zipArchive(entries: readonly WrittenEntry[]): Uint8Array {
  let end = 0
  const headers = entries.map((entry): Header => {
    const stored = entry.isDeflated ? new Uint8Array(deflateRawSync(entry.bytes)) : entry.bytes
    const place = end
    end += 30 + entry.path.length + stored.length
    return { entry, stored, place }
  })
  const directorySize = entries.reduce((sum, { path }) => sum + 46 + path.length, 0)
  const bytes = new Uint8Array(end + directorySize + 22)
  const view = new DataView(bytes.buffer)
  let at = end
  for (const header of headers) {
    writeOwn(bytes, view, header)
    writeEntry(bytes, view, header, at)
    at += 46 + header.entry.path.length
  }
  view.setUint32(at, 0x06054b50, true)
  view.setUint16(at + 8, entries.length, true)
  view.setUint16(at + 10, entries.length, true)
  view.setUint32(at + 12, directorySize, true)
  view.setUint32(at + 16, end, true)
  return bytes
}

function writeOwn(bytes: Uint8Array, view: DataView, { entry, stored, place }: Header): void {
  view.setUint32(place, 0x04034b50, true)
  view.setUint16(place + 26, entry.path.length, true)
  bytes.set(new TextEncoder().encode(entry.path), place + 30)
  bytes.set(stored, place + 30 + entry.path.length)
}

function writeEntry(bytes: Uint8Array, view: DataView, header: Header, at: number): void {
  const { entry, stored, place } = header
  const { path, bytes: contents, isDeflated = false, sizeBytes = contents.length } = entry
  view.setUint32(at, 0x02014b50, true)
  view.setUint16(at + 10, isDeflated ? 8 : 0, true)
  view.setUint32(at + 16, crc32(contents), true)
  view.setUint32(at + 20, stored.length, true)
  view.setUint32(at + 24, sizeBytes, true)
  view.setUint16(at + 28, path.length, true)
  view.setUint32(at + 42, place, true)
  bytes.set(new TextEncoder().encode(path), at + 46)
}
