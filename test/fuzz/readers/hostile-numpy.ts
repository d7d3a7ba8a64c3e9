/** Files of NumPy and IDX that were made to do harm: shapes beyond all memory, bombs. */
import { gzipSync } from 'node:zlib'
import { archiveOf, bytesOf } from '../../support/torch-files.ts'
import { zipArchive } from '../../support/zip-archive.ts'
import { bomb, type HostileCase, megabyte, text } from './hostile-case.ts'

export function numpyCases(): readonly HostileCase[] {
  const literal = (shape: string) => `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`
  const zeros = () => npy(literal(`(${8 * megabyte},)`), new Uint8Array(0))
  const whole = () => {
    const header = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (100663296,), }")
    const file = new Uint8Array(header.length + 96 * megabyte)
    file.set(header)
    return file
  }
  const idxHeader = (size: number) => [
    0,
    0,
    8,
    1,
    ...[24, 16, 8, 0].map((shift) => (size >>> shift) & 255),
  ]
  const idx = (declared: number, size: number) => {
    const file = new Uint8Array(8 + size)
    file.set(idxHeader(declared))
    return new Uint8Array(gzipSync(file))
  }
  return [
    { title: 'a shape of 2⁶⁰', target: 'npy', make: () => npy(literal('(1152921504606846976,)')) },
    {
      title: 'a shape of 2⁵² · 2⁵²',
      target: 'npy',
      make: () => npy(literal(`(${2 ** 52}, ${2 ** 52})`)),
    },
    { title: '3,000 axes', target: 'npy', make: () => npy(literal(`(${'1, '.repeat(3000)})`)) },
    {
      title: 'a million digits',
      target: 'npy',
      make: () => npy(literal(`(${'9'.repeat(60_000)},)`)),
    },
    {
      title: 'an array that is not there',
      target: 'npz',
      make: () => archiveOf({ 'a.npy': zeros() }),
    },
    {
      title: '64 MB that say they are 100 bytes',
      isLong: true,
      target: 'npz',
      make: () => bomb('a.npy', 100),
    },
    {
      title: '64 MB of no array',
      isLong: true,
      target: 'npz',
      make: () => bomb('a.npy', 64 * megabyte),
    },
    {
      title: 'an entry of 4 GB',
      isLong: true,
      target: 'npz',
      make: () => bomb('a.npy', 2 ** 32 - 2),
    },
    {
      title: '60,000 entries',
      isLong: true,
      target: 'npz',
      make: () => emptyEntries(60_000),
    },
    {
      title: '50,000 entries',
      target: 'npz',
      make: () => emptyEntries(50_000),
    },
    {
      title: '96 MB deflated to a thousandth',
      target: 'npz',
      isWhole: true,
      make: () => zipArchive([{ path: 'a.npy', bytes: whole(), isDeflated: true }]),
    },
    { title: 'an IDX of 4 GB', target: 'idx', make: () => idx(2 ** 32 - 1, 100) },
    {
      title: '64 MB that declare 10',
      isLong: true,
      target: 'idx',
      make: () => idx(10, 64 * megabyte),
    },
    {
      title: '96 MB of IDX in a thousandth',
      isLong: true,
      target: 'idx',
      isWhole: true,
      make: () => idx(96 * megabyte, 96 * megabyte),
    },
  ]
}

function npy(header: string, rest = new Uint8Array(0)): Uint8Array {
  const bytes = text(header)
  const start = bytesOf(['\x93NUMPY', 2, 0, bytes.length & 255, bytes.length >> 8, 0, 0])
  return Uint8Array.from([...start, ...bytes, ...rest])
}

/** An archive of so many entries without contents. */
function emptyEntries(count: number): Uint8Array {
  const entry = (index: number) => ({ path: `${index}.npy`, bytes: new Uint8Array(0) })
  return zipArchive(Array.from({ length: count }, (_, index) => entry(index)))
}
