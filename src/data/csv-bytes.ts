/** The bytes of a table's file, read as they are asked for, unpacked where they are gzipped. */
import { SluiceError } from '../errors.ts'

export interface ReadProgress {
  /** Of the file as it lies there, packed or not. */
  readonly bytesRead: number
  /** Absent where a server does not say. */
  readonly totalBytes?: number
}

export interface ByteSource {
  /** What messages call it. */
  readonly name: string
  readonly totalBytes?: number
  readonly chunks: AsyncIterable<Uint8Array>
}

/** How many bytes are read at once: enough that reading costs little beside parsing. */
const chunkBytes = 2 ** 17

/** A path or file URL in Node, any other URL by fetch. Throws FILE where it cannot be read. */
export async function openBytes(
  from: string | URL,
  onProgress?: (progress: ReadProgress) => void,
): Promise<ByteSource> {
  const isRemote = from instanceof URL && from.protocol !== 'file:'
  const source = isRemote ? await fetchBytes(from) : await openFile(from)
  return { ...source, chunks: unpacked(counted(source, onProgress), source.name) }
}

/** The bytes of a `File` or another `Blob`, as they lie there. */
export function bytesOfBlob({
  blob,
  name,
}: {
  readonly blob: Blob
  readonly name: string
}): ByteSource {
  return { name, totalBytes: blob.size, chunks: chunksOf(blob.stream()) }
}

async function openFile(path: string | URL): Promise<ByteSource> {
  const { open } = await import('node:fs/promises')
  const shown = String(path)
  const name = shown.slice(Math.max(shown.lastIndexOf('/'), shown.lastIndexOf('\\')) + 1) || shown
  const file = await open(path).catch((error: unknown) => {
    throw cannotOpen(shown, error)
  })
  const status = await file.stat()
  if (status.isFile()) {
    const chunks = file.createReadStream({ highWaterMark: chunkBytes })
    return { name, totalBytes: status.size, chunks }
  }
  if (status.isDirectory()) {
    await file.close()
    throw cannotOpen(shown, Object.assign(new Error('a folder'), { code: 'EISDIR' }))
  }
  return { name, chunks: file.createReadStream({ highWaterMark: chunkBytes }) } // a pipe
}

async function fetchBytes(url: URL): Promise<ByteSource> {
  const response = await fetch(url).catch((error: unknown) => {
    throw cannotOpen(url.href, error)
  })
  if (!response.ok || !response.body) {
    throw cannotOpen(url.href, new Error(`HTTP ${response.status} ${response.statusText}`.trim()))
  }
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  const chunks = chunksOf(response.body)
  return length > 0 ? { name, totalBytes: length, chunks } : { name, chunks }
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined) // it has failed already, and that is told
  }
}

async function* counted(
  { chunks, totalBytes }: ByteSource,
  onProgress?: (progress: ReadProgress) => void,
): AsyncGenerator<Uint8Array> {
  let bytesRead = 0
  for await (const chunk of chunks) {
    bytesRead += chunk.length
    onProgress?.(totalBytes === undefined ? { bytesRead } : { bytesRead, totalBytes })
    yield chunk
  }
}

/** The first two bytes decide, and not the name. */
async function* unpacked(
  chunks: AsyncGenerator<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const first = await chunks.next()
  if (first.done) return
  const [magic, second] = first.value
  if (magic === 0x1f && second === 0x8b) yield* inflated(first.value, chunks, name)
  else yield* joined(first.value, chunks)
}

/** Whoever stops reading early closes the file, too. */
async function* joined(
  first: Uint8Array,
  chunks: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first
    yield* chunks
  } finally {
    await chunks.return(undefined)
  }
}

async function* inflated(
  first: Uint8Array,
  chunks: AsyncGenerator<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const packed = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    pull: async (controller) => {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: async () => {
      await chunks.return(undefined)
    },
  })
  try {
    // lib.dom asks for arrays over an ArrayBuffer, and Node's chunks are such.
    yield* chunksOf(packed.pipeThrough(new DecompressionStream('gzip') as never))
  } catch (error) {
    throw new SluiceError({
      code: 'DATA',
      what: `${name}: the file is damaged`,
      expected: 'a whole gzip file',
      got: error instanceof Error ? error.message : String(error),
      fix: 'fetch the file again',
    })
  }
}

const reasons: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOENT: ['there is no such file', 'check its name and the folder that you are in'],
  EISDIR: ['it is a folder', 'give the name of a file in it'],
  EACCES: ['that is not allowed', 'ask for the right to read it'],
}

/** The error of a file or an address that cannot be read. */
export function cannotOpen(from: string, error: unknown): SluiceError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : String(error)
  const [why, fix] = reasons[code] ?? ['there is no answer', 'check its name']
  return new SluiceError({
    code: 'FILE',
    what: `${from} cannot be read: ${why}`,
    expected: 'a table as text, such as data.csv',
    got: message.split(', ')[0],
    fix,
  })
}
