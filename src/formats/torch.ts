/**
 * Files of PyTorch, `.pt` and `.pth`: a zip archive with a pickle, of which nothing is run, and the
 * elements of each storage as an entry of its own.
 *
 * Source: PyTorch, `torch/serialization.py`.
 */
import { damaged, tooLarge } from './damaged.ts'
import { describeBeginning } from './file-kinds.ts'
import { readPickle } from './pickle.ts'
import type { SafetensorsFile } from './safetensors.ts'
import { contentsByKey } from './torch-contents.ts'
import { torchRules } from './torch-rules.ts'
import { layOut, type Storages } from './torch-tensors.ts'
import { readZip, type ZipArchive } from './zip.ts'

export interface ReadTorchOptions {
  /** What errors call the file. Default `the file`. */
  readonly name?: string
  /** A file that is larger, or has more bytes of elements, is refused. Default 2³¹, 2 GiB. */
  readonly maxBytes?: number
}

/** A pickle is read whole, and holds names and shapes alone. */
const greatestPickle = 2 ** 25

/**
 * What `torch.save` wrote, without running any of it: the tensors by key and everything else as text.
 * Keys within dicts and lists are joined by dots: a checkpoint `{'model': model.state_dict(), 'epoch':
 * 3}` gives the tensors `model.0.weight` … and the metadata `epoch`, `3`; `loadStateDict` finds its
 * module's keys in it. Views come as tensors of their own, row by row; tensors that are the same in
 * the file are the same here.
 *
 * Throws: FILE for a file that is cut off, damaged or larger than `maxBytes`; that names anything but
 * tensors and plain data, as a model that was saved whole does; that has the form of PyTorch before
 * 1.6 or of TorchScript; or that holds complex, quantised or sparse tensors.
 * Source: PyTorch `torch.load`, with `weights_only=True`.
 *
 * @example
 * const { tensors } = readTorch(await readFile('model.pt'))
 * tensors.get('0.weight')
 */
export function readTorch(
  bytes: Uint8Array,
  { name = 'the file', maxBytes = 2 ** 31 }: ReadTorchOptions = {},
): SafetensorsFile {
  if (bytes.length > maxBytes) throw tooLarge(name, maxBytes, `${bytes.length}`)
  checkForm(bytes, name)
  const archive = readZip(bytes, name)
  const folder = folderOf(archive, name)
  const pickle = archive.contentsOf(`${folder}data.pkl`, { bytes: greatestPickle })
  const { tensors, metadata } = contentsByKey(readPickle(pickle, torchRules(name)), name)
  const storages: Storages = {
    archive,
    folder,
    isBigEndian: isBigEndian(archive, folder, name),
    name,
    room: { bytes: maxBytes },
  }
  return { tensors: layOut(tensors, storages), metadata }
}

/** The form before PyTorch 1.6: a pickle of a number comes first. */
const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

/** Throws FILE, saying what to do, for a file that is no zip archive. */
function checkForm(bytes: Uint8Array, name: string): void {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) return
  const isOld = magic.every((byte, index) => bytes[index] === byte) || bytes[0] === 0x80
  if (isOld) {
    throw damaged(`${name} has the form of PyTorch before 1.6, or is a pickle of another program`, {
      expected: 'the zip archive that torch.save writes today',
      got: 'a bare pickle',
      fix: "save it again in Python: torch.save(torch.load('old.pt'), 'new.pt')",
    })
  }
  throw damaged(`${name} is no file of PyTorch`, {
    expected: 'the zip archive that torch.save writes',
    got: bytes.length === 0 ? 'an empty file' : describeBeginning(bytes),
    fix: 'give what torch.save(model.state_dict(), path) wrote',
  })
}

/** The folder that all entries stand in, `archive/`: it is called as the file was when it was saved. */
function folderOf({ entries }: ZipArchive, name: string): string {
  const paths = [...entries.keys()]
  const [pickle, ...more] = paths.filter((path) => /^(?:[^/]*\/)?data\.pkl$/.test(path))
  if (pickle === undefined || more.length > 0) {
    throw damaged(`${name} is a zip archive, but none of weights`, {
      expected: 'one data.pkl, as torch.save writes it',
      got: more.length > 0 ? `${more.length + 1} of them` : listed(paths),
      fix: paths.some((path) => path.endsWith('.npy'))
        ? 'read it with readNpz'
        : 'give what torch.save(model.state_dict(), path) wrote',
    })
  }
  const folder = pickle.slice(0, -'data.pkl'.length)
  if (!entries.has(`${folder}constants.pkl`)) return folder
  throw damaged(`${name} is a program of TorchScript, not weights`, {
    expected: 'a state_dict, as torch.save writes it',
    got: 'what torch.jit.save wrote',
    fix: "in Python: torch.save(torch.jit.load('program.pt').state_dict(), 'weights.pt')",
  })
}

/** In which order the machine that saved it had the bytes of an element. */
function isBigEndian(archive: ZipArchive, folder: string, name: string): boolean {
  const path = `${folder}byteorder`
  if (!archive.entries.has(path)) return false
  const word = String.fromCharCode(...archive.contentsOf(path, { bytes: 16 }).subarray(0, 16))
  if (word === 'big' || word === 'little') return word === 'big'
  throw damaged(`${name}: its byte order is none`, { expected: 'little or big', got: word })
}

function listed(paths: readonly string[]): string {
  const some = paths.slice(0, 3).join(', ')
  return paths.length === 0 ? 'no entries' : `${some}${paths.length > 3 ? ' …' : ''}`
}
