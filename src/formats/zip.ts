/**
 * Zip archives, as the files of PyTorch and NumPy are, read as if somebody had made them to do harm:
 * the directory here, so that stored entries are read where they lie and none can lie in another,
 * and what is deflated by fflate.
 *
 * Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3 and 4.5.3.
 */
import type { SluiceError } from '../errors.ts'
import { crc32 } from './crc32.ts'
import { damaged, type Room, takeRoom } from './damaged.ts'
import { canBecome, inflatePieces } from './inflate.ts'

export interface ZipEntry {
  readonly path: string
  /** Of what it holds, inflated. */
  readonly sizeBytes: number
  readonly isDeflated: boolean
}

export interface ZipArchive {
  /** By path, in the order of the directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>
  /**
   * What an entry holds: the archive's own memory where it is stored, and where it is deflated, bytes
   * that `room` has to have room for. Throws FILE where it is damaged, or too large.
   */
  contentsOf(path: string, room: Room): Uint8Array
  /**
   * Hands on what an entry holds, `sizeBytes` in all, piece by piece. Throws FILE where it is damaged,
   * which may show only at its end.
   */
  pieces(path: string, take: (piece: Uint8Array) => void): void
}

interface Place extends ZipEntry {
  readonly checksum: number
  /** Where its bytes begin and end in the file. */
  readonly begin: number
  readonly end: number
  /** Where its own header begins. */
  readonly header: number
}

/** Longer directories are refused: what is known of each entry takes memory. */
const greatest = { count: 50_000, directoryBytes: 2 ** 24 } as const

const signatures = { end: 0x06054b50, end64: 0x06064b50, locator: 0x07064b50 } as const
const headers = { directory: 0x02014b50, own: 0x04034b50 } as const
const sizes = { end: 22, end64: 56, locator: 20, directory: 46, own: 30 } as const

/** An archive's directory, with every place in it checked. Throws FILE for what is none. */
export function readZip(bytes: Uint8Array, name: string): ZipArchive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const places = readDirectory(bytes, view, name)
  checkApart([...places.values()], name)
  const placeAt = (path: string): Place => {
    const place = places.get(path)
    if (place) return place
    throw damaged(`${name} lacks an entry`, { expected: `"${path}"`, got: 'no such entry' })
  }
  const pieces = (path: string, take: (piece: Uint8Array) => void) =>
    handOn(bytes, placeAt(path), { name, take })
  return {
    entries: places,
    pieces,
    contentsOf: (path, room) => {
      const { isDeflated, sizeBytes } = placeAt(path)
      if (isDeflated) takeRoom(room, sizeBytes, { name, where: `entry "${path}"` })
      let whole: Uint8Array = new Uint8Array(isDeflated ? sizeBytes : 0)
      let filled = 0
      pieces(path, (piece) => {
        if (isDeflated) whole.set(piece, filled)
        else whole = piece
        filled += piece.length
      })
      return whole
    },
  }
}

interface Directory {
  readonly count: number
  readonly begin: number
  readonly end: number
}

function readDirectory(bytes: Uint8Array, view: DataView, name: string): Map<string, Place> {
  const { count, begin, end } = findDirectory(view, name)
  const places = new Map<string, Place>()
  const text = new TextDecoder('utf-8', { fatal: true })
  let at = begin
  for (let index = 0; index < count; index++) {
    const where = `entry ${index + 1} of ${count}`
    if (at + sizes.directory > end || view.getUint32(at, true) !== headers.directory) {
      throw odd(name, where, 'an entry of the directory', 'other bytes')
    }
    const [pathLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    )
    const next = at + sizes.directory + pathLength + extraLength + commentLength
    if (next > end) throw odd(name, where, 'a path within the directory', 'a longer one')
    const path = pathOf(
      text,
      bytes.subarray(at + sizes.directory, at + sizes.directory + pathLength),
    )
    if (path === undefined || path === '') throw odd(name, where, 'a path in UTF-8', 'other bytes')
    if (places.has(path)) throw odd(name, where, 'each path once', JSON.stringify(path))
    const extra = { begin: next - commentLength - extraLength, end: next - commentLength }
    places.set(path, placeOf(view, { at, extra, limit: begin, path, name }))
    at = next
  }
  return places
}

function pathOf(text: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return text.decode(bytes)
  } catch {
    return undefined
  }
}

function findDirectory(view: DataView, name: string): Directory {
  const at = findEnd(view)
  if (at === undefined) {
    throw damaged(`${name} is cut off`, {
      expected: 'the directory of a zip archive at its end',
      got: 'none',
      fix: 'copy or download it again',
    })
  }
  const is64 =
    at >= sizes.locator && view.getUint32(at - sizes.locator, true) === signatures.locator
  const [disks, count, sizeBytes, begin, limit] = is64
    ? end64Of(view, at, name)
    : [
        view.getUint16(at + 4, true) + view.getUint16(at + 6, true),
        view.getUint16(at + 10, true),
        view.getUint32(at + 12, true),
        view.getUint32(at + 16, true),
        at,
      ]
  if (disks !== 0) throw odd(name, 'the directory', 'one file', 'an archive in several files')
  if (begin + sizeBytes !== limit) {
    throw odd(name, 'the directory', `an end at byte ${limit}`, `one at ${begin + sizeBytes}`)
  }
  const fitting = Math.min(greatest.count, Math.floor(sizeBytes / sizes.directory))
  if (count > fitting || sizeBytes > greatest.directoryBytes) {
    const got = `${count} in ${sizeBytes} bytes`
    throw odd(name, 'the directory', `at most ${fitting} entries in 2²⁴ bytes`, got)
  }
  return { count, begin, end: limit }
}

/** Where the record at the end begins; a comment of up to 65,535 bytes may follow it. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - sizes.end
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== signatures.end) continue
    if (at + sizes.end + view.getUint16(at + 20, true) === view.byteLength) return at
  }
  return undefined
}

function end64Of(
  view: DataView,
  end: number,
  name: string,
): readonly [disks: number, count: number, sizeBytes: number, begin: number, limit: number] {
  const locator = end - sizes.locator
  const at = numberAt64(view, locator + 8)
  const isThere = at + sizes.end64 <= locator && view.getUint32(at, true) === signatures.end64
  if (!isThere) throw odd(name, 'the directory', 'the record of zip64', 'other bytes')
  return [
    view.getUint32(at + 16, true) + view.getUint32(at + 20, true),
    numberAt64(view, at + 32),
    numberAt64(view, at + 40),
    numberAt64(view, at + 48),
    at,
  ]
}

/** A 64-bit number; beyond 2⁵³ its last digits are lost, and nothing here is so large. */
function numberAt64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true))
}

interface DirectoryEntry {
  readonly at: number
  readonly extra: { readonly begin: number; readonly end: number }
  /** Entries end before the directory begins. */
  readonly limit: number
  readonly path: string
  readonly name: string
}

function placeOf(view: DataView, entry: DirectoryEntry): Place {
  const { at, limit, path, name } = entry
  const where = `entry "${path}"`
  const flags = view.getUint16(at + 8, true)
  if ((flags & 0x2041) !== 0)
    throw odd(name, where, 'an entry that is not encrypted', 'one that is')
  const method = view.getUint16(at + 10, true)
  if (method !== 0 && method !== 8) {
    throw odd(name, where, 'a stored (0) or deflated (8) entry', `method ${method}`)
  }
  const [sizeBytes, storedBytes, header] = extents(view, entry)
  const isInside = header + sizes.own <= limit && view.getUint32(header, true) === headers.own
  if (!isInside) throw odd(name, where, 'a header of its own before the directory', 'none')
  // The own header repeats path and extra fields, and the latter may be of another length there.
  const begin =
    header + sizes.own + view.getUint16(header + 26, true) + view.getUint16(header + 28, true)
  const end = begin + storedBytes
  if (!(end <= limit)) throw odd(name, where, `an end by byte ${limit}`, `${end}`)
  if (method === 0 && storedBytes !== sizeBytes) {
    throw odd(name, where, `${sizeBytes} bytes, as nothing is deflated`, `${storedBytes}`)
  }
  if (method === 8 && !canBecome(storedBytes, sizeBytes)) {
    throw odd(name, where, 'a size that deflated bytes can have', `${sizeBytes} of ${storedBytes}`)
  }
  const checksum = view.getUint32(at + 16, true)
  return { path, sizeBytes, isDeflated: method === 8, checksum, begin, end, header }
}

/** Size, stored size and place of an entry; those that are too large stand in a field of zip64. */
function extents(
  view: DataView,
  { at, extra, path, name }: DirectoryEntry,
): readonly [sizeBytes: number, storedBytes: number, header: number] {
  const short = [24, 20, 42].map((offset) => view.getUint32(at + offset, true))
  if (!short.includes(0xffffffff)) return short as [number, number, number] // one for each offset
  for (let field = extra.begin; field + 4 <= extra.end; ) {
    const length = view.getUint16(field + 2, true)
    if (view.getUint16(field, true) === 1 && field + 4 + length <= extra.end) {
      let next = field + 4
      const numbers = short.map((number) => {
        if (number !== 0xffffffff || next + 8 > field + 4 + length) return number
        next += 8
        return numberAt64(view, next - 8)
      })
      return numbers as [number, number, number] // one for each of `short`
    }
    field += 4 + length
  }
  throw odd(name, `entry "${path}"`, 'its sizes in a field of zip64', 'no such field')
}

/** Throws FILE where entries overlap, as a small file needs that is to become a huge one. */
function checkApart(places: readonly Place[], name: string): void {
  const sorted = places.toSorted((a, b) => a.header - b.header)
  let free = 0
  for (const { path, header, end } of sorted) {
    if (header < free) {
      throw odd(name, `entry "${path}"`, `a place of its own, from byte ${free}`, `${header}`)
    }
    free = end
  }
}

function handOn(
  bytes: Uint8Array,
  { path, sizeBytes, isDeflated, checksum, begin, end }: Place,
  { name, take }: { readonly name: string; readonly take: (piece: Uint8Array) => void },
): void {
  const where = `entry "${path}"`
  const stored = bytes.subarray(begin, end)
  let sum = 0
  let count = 0
  const next = (piece: Uint8Array) => {
    count += piece.length
    if (count > sizeBytes) throw odd(name, where, `${sizeBytes} bytes`, 'more')
    sum = crc32(piece, sum)
    take(piece)
  }
  if (isDeflated) inflatePieces(stored, 'deflate', { name, where, take: next })
  else next(stored)
  if (count < sizeBytes) throw odd(name, where, `${sizeBytes} bytes`, `${count}`)
  if (sum === checksum) return
  throw damaged(`${name}: an entry is not what was saved`, {
    where,
    expected: `the checksum ${checksum.toString(16)}`,
    got: sum.toString(16),
    fix: 'copy or download it again',
  })
}

function odd(name: string, where: string, expected: string, got: string): SluiceError {
  return damaged(`${name}: its zip archive cannot be`, { where, expected, got })
}
