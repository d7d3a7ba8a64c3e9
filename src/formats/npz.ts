/** Archives of arrays of NumPy, `.npz`: a zip archive with an npy file for each name. */
import { zipSync } from 'fflate'
import { SluiceError } from '../errors.ts'
import type { Tensor } from '../ir/tensor.ts'
import { damaged, tooLarge } from './damaged.ts'
import { describeBeginning } from './file-kinds.ts'
import { filledTensor, npyFilling, writeNpy } from './npy.ts'
import { readZip } from './zip.ts'

export interface ReadNpzOptions {
  /** What errors call the file. Default `the npz file`. */
  readonly name?: string
  /** A file that is larger, or has more bytes of elements, is refused. Default 2³¹, 2 GiB. */
  readonly maxBytes?: number
}

/**
 * The tensors of an npz file by name, stored or deflated.
 *
 * Throws: FILE as `readNpy`, for an entry that is none of NumPy's arrays, and for an archive that is
 * damaged, encrypted or larger than `maxBytes` when it is inflated.
 * Source: NumPy `numpy.load` of what `numpy.savez` or `numpy.savez_compressed` wrote.
 *
 * @example
 * const arrays = readNpz(await readFile('mnist.npz'))
 * arrays.get('x_train') // u8[60000, 28, 28]
 */
export function readNpz(
  bytes: Uint8Array,
  { name = 'the npz file', maxBytes = 2 ** 31 }: ReadNpzOptions = {},
): ReadonlyMap<string, Tensor> {
  if (bytes.length > maxBytes) throw tooLarge(name, maxBytes, `${bytes.length}`)
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw damaged(`${name} is no archive of NumPy`, {
      expected: 'a zip archive, as numpy.savez writes it',
      got: bytes.length === 0 ? 'an empty file' : describeBeginning(bytes),
      fix: 'give what numpy.savez wrote; readNpy reads a single array',
    })
  }
  const archive = readZip(bytes, name)
  const room = { bytes: maxBytes }
  const tensors = new Map<string, Tensor>()
  for (const { path, sizeBytes } of archive.entries.values()) {
    const entry = `${name}, "${path}"`
    const filling = npyFilling({ sizeBytes, name: entry, room })
    archive.pieces(path, filling.take)
    tensors.set(path.replace(/\.npy$/, ''), filledTensor(filling, entry))
  }
  return tensors
}

/**
 * The bytes of an npz file, as `numpy.savez` writes it: stored, or deflated where `isDeflated` says so.
 *
 * Throws: DTYPE and SHAPE as `writeNpy`; OPTION for a name that is empty.
 *
 * @example
 * await writeFile('weights.npz', writeNpz({ W, b }))
 */
export function writeNpz(
  tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
  { isDeflated = false }: { readonly isDeflated?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const given = tensors instanceof Map ? tensors : new Map(Object.entries(tensors))
  const files: [string, Uint8Array][] = []
  for (const [name, tensor] of given) {
    if (name === '') throw withoutName()
    files.push([`${name}.npy`, writeNpy(tensor)])
  }
  // Zip's first day, in local time as zip has it: so the same tensors give the same bytes.
  const mtime = new Date(1980, 0, 1)
  return zipSync(Object.fromEntries(files), { level: isDeflated ? 6 : 0, mtime })
}

function withoutName(): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'writeNpz: a tensor has no name',
    expected: 'a name, which becomes that of its entry',
    got: "''",
    fix: 'give it a name',
  })
}
