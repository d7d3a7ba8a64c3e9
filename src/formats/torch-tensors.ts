/** Tensors of a file of PyTorch: what their offsets and strides pick from storages, row by row. */
import type { SluiceError } from '../errors.ts'
import { type DType, dtypes } from '../ir/dtype.ts'
import type { Tensor } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import { damaged, type Room, takeRoom } from './damaged.ts'
import { bytesOf, checkTruth, turnRound } from './elements.ts'
import type { TorchStorage, TorchTensor } from './pickle-machine.ts'
import { copyRows, isContiguous } from './strided.ts'
import type { ZipArchive } from './zip.ts'

/** Where the elements of a file lie. */
export interface Storages {
  readonly archive: ZipArchive
  /** What stands before the paths of its entries. */
  readonly folder: string
  readonly isBigEndian: boolean
  /** What errors call the file. */
  readonly name: string
  /** How many bytes of elements may still be made. */
  readonly room: Room
}

/** A larger storage that is deflated has to be one tensor: inflated it takes memory of its own. */
const greatestShared = 2 ** 24

/**
 * The tensors under their keys; what is one tensor under two keys is one here.
 * Throws: FILE where a tensor is larger than its storage or than there is room for.
 */
export function layOut(
  tensors: ReadonlyMap<string, TorchTensor>,
  storages: Storages,
): ReadonlyMap<string, Tensor> {
  const made = new Map<TorchTensor, Tensor>()
  for (const views of viewsByStorage(tensors)) fillViews(views, storages, made)
  const byKey = new Map<string, Tensor>()
  for (const [key, view] of tensors) {
    const tensor = made.get(view)
    if (tensor) byKey.set(key, tensor)
  }
  return byKey
}

/** Where in an archive the elements of a tensor lie. */
interface Named {
  readonly key: string
  readonly view: TorchTensor
}

/** Tensors that share a storage, one storage after the other. */
function viewsByStorage(tensors: ReadonlyMap<string, TorchTensor>): Iterable<readonly Named[]> {
  const groups = new Map<string, Named[]>()
  const seen = new Set<TorchTensor>()
  for (const [key, view] of tensors) {
    if (seen.has(view)) continue
    seen.add(view)
    const group = groups.get(view.storage.key)
    if (group) group.push({ key, view })
    else groups.set(view.storage.key, [{ key, view }])
  }
  return groups.values()
}

function fillViews(
  views: readonly Named[],
  storages: Storages,
  made: Map<TorchTensor, Tensor>,
): void {
  const { archive, name, isBigEndian } = storages
  for (const named of views) checkView(named, storages)
  const [first] = views
  if (!first) return
  const { storage } = first.view
  const path = pathOf(storage, storages)
  const isOne = views.length === 1 && isContiguous(first.view)
  const isWhole = isOne && sizeBytesOf(first.view) === storage.sizeBytes
  if (!isWhole) checkShared(path, storage, storages)
  const contents = isWhole ? undefined : archive.contentsOf(path, { bytes: storage.sizeBytes })
  for (const { key, view } of views) {
    const dtype = dtypeOf(view)
    const data = dtypes[dtype].allocate(countOf(view))
    const target = bytesOf(data)
    if (contents) copyRows(contents, view, dtypes[dtype].sizeBytes, target)
    else fillFrom(archive, path, target)
    if (isBigEndian) turnRound(target, dtypes[dtype].sizeBytes)
    if (dtype === 'bool') checkTruth(name, `tensor "${key}"`, data)
    made.set(view, { shape: view.shape, dtype, data })
  }
}

function fillFrom(archive: ZipArchive, path: string, target: Uint8Array): void {
  let filled = 0
  archive.pieces(path, (piece) => {
    target.set(piece, filled)
    filled += piece.length
  })
}

/** Throws FILE unless a tensor lies within its storage, its storage is there, and there is room. */
function checkView({ key, view }: Named, storages: Storages): void {
  const { archive, name, room } = storages
  const { storage, shape, strides, offset } = view
  const where = `tensor "${key}"`
  const path = pathOf(storage, storages)
  const entry = archive.entries.get(path)
  if (entry?.sizeBytes !== storage.sizeBytes) {
    throw damaged(`${name}: a storage is not as long as its pickle says`, {
      where: `${where}, entry "${path}"`,
      expected: `${storage.sizeBytes} bytes`,
      got: entry ? `${entry.sizeBytes}` : 'no such entry',
    })
  }
  const { sizeBytes } = dtypes[dtypeOf(view)]
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), offset)
  const isEmpty = shape.includes(0)
  if (!isEmpty && !((last + 1) * sizeBytes <= storage.sizeBytes)) {
    throw damaged(`${name}: a tensor is not within its storage`, {
      where,
      expected: `elements up to ${storage.sizeBytes / sizeBytes}`,
      got: `${formatType({ dtype: dtypeOf(view), shape })} up to ${last + 1}`,
    })
  }
  takeRoom(room, sizeBytesOf(view), { name, where })
}

function checkShared(path: string, { sizeBytes }: TorchStorage, storages: Storages): void {
  const { archive, name } = storages
  if (!archive.entries.get(path)?.isDeflated || sizeBytes <= greatestShared) return
  throw sharedAndDeflated(name, path, sizeBytes)
}

function sharedAndDeflated(name: string, path: string, sizeBytes: number): SluiceError {
  return damaged(`${name}: a deflated storage is not one whole tensor`, {
    where: `entry "${path}"`,
    expected: `up to ${greatestShared} bytes, or entries that are stored, as torch.save has them`,
    got: `${sizeBytes} bytes`,
    fix: 'pack the archive anew without deflating, or clone the tensors before saving',
  })
}

function pathOf({ key }: TorchStorage, { folder }: Storages): string {
  return `${folder}data/${key}`
}

function sizeBytesOf(view: TorchTensor): number {
  return countOf(view) * dtypes[dtypeOf(view)].sizeBytes
}

function countOf({ shape }: TorchTensor): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** A tensor's own type: the rules have told it to those of untyped storages. */
function dtypeOf({ type }: TorchTensor): DType {
  return type === 'untyped' ? 'u8' : type
}
