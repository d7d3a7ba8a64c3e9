/** Files that are read at any place, in Node and in browsers. */
import { SluiceError } from '../../errors.ts'
import { cannotOpen } from '../csv-bytes.ts'

/** What a file can be found by again, on another thread too. */
export type FileRef = { readonly path: string } | { readonly blob: Blob; readonly name: string }

/** Where a stream is read from: a path or file URL in Node, a `File` or another `Blob` anywhere. */
export type StreamSource = string | URL | Blob

/** A file that is open. */
export interface ByteFile {
  /** What messages call it. */
  readonly name: string
  readonly size: number
  /** Bytes in a buffer of their own. Throws DATA where the file ends before. */
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** The reference to a source. Throws OPTION for an address that no part can be asked of. */
export async function refOf(source: StreamSource): Promise<FileRef> {
  if (typeof source === 'string') return { path: source }
  if (!(source instanceof URL)) {
    return { blob: source, name: 'name' in source ? String(source.name) : 'table' }
  }
  if (source.protocol === 'file:') {
    const { fileURLToPath } = await import('node:url')
    return { path: fileURLToPath(source) }
  }
  throw new SluiceError({
    code: 'OPTION',
    what: `${source.href} cannot be streamed`,
    expected: 'a file, which can be read at any place',
    got: `an address of ${source.protocol}`,
    fix: 'download it first, or read it into memory by readCsv()',
  })
}

/** Opens a file. Throws FILE where it cannot be read. */
export async function openByteFile(ref: FileRef): Promise<ByteFile> {
  return 'path' in ref ? openPath(ref.path) : openBlob(ref.blob, ref.name)
}

async function openPath(path: string): Promise<ByteFile> {
  const { open } = await import('node:fs/promises')
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || path
  const handle = await open(path).catch((error: unknown) => {
    throw cannotOpen(path, error)
  })
  const status = await handle.stat()
  if (!status.isFile()) {
    await handle.close()
    if (!status.isDirectory()) throw noFile(name)
    throw cannotOpen(path, Object.assign(new Error('a folder'), { code: 'EISDIR' }))
  }
  return {
    name,
    size: status.size,
    async read(start, length) {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; ) {
        const { bytesRead } = await handle.read(bytes, at, length - at, start + at)
        if (bytesRead === 0) throw endsEarly(name, start + length, start + at)
        at += bytesRead
      }
      return bytes
    },
    close: () => handle.close(),
  }
}

function openBlob(blob: Blob, name: string): ByteFile {
  return {
    name,
    size: blob.size,
    async read(start, length) {
      const buffer = await blob
        .slice(start, start + length)
        .arrayBuffer()
        .catch((error: unknown) => {
          throw cannotOpen(name, error)
        })
      if (buffer.byteLength < length) throw endsEarly(name, start + length, blob.size)
      return new Uint8Array(buffer)
    },
    close: () => Promise.resolve(),
  }
}

function noFile(name: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name} cannot be streamed: it is no file`,
    expected: 'a file, which can be read at any place and more than once',
    got: 'a pipe or a device',
    fix: 'write it to a file first',
  })
}

function endsEarly(name: string, wanted: number, size: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: the file is shorter than it was`,
    expected: `${wanted} bytes or more`,
    got: `${size}`,
    fix: 'leave the file alone while it is read, and begin again',
  })
}
