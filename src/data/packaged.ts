/** Files that the package ships: read from disk in Node, fetched elsewhere, unpacked in both. */
import { SluiceError } from '../errors.ts'

/** The text of a file that may be gzipped. Throws DATA where it cannot be read. */
export async function readPackagedText(file: URL): Promise<string> {
  try {
    return new TextDecoder().decode(await unpacked(await readBytes(file)))
  } catch (error) {
    throw new SluiceError({
      code: 'DATA',
      what: `data: ${nameOf(file)} cannot be read`,
      where: file.href,
      expected: 'the file that the package ships in data/',
      got: error instanceof Error ? error.message : String(error),
      fix: 'install the package again, or let your bundler copy the file next to the code',
    })
  }
}

async function readBytes(file: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (file.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises')
    return new Uint8Array(await readFile(file))
  }
  const response = await fetch(file)
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim())
  return new Uint8Array(await response.arrayBuffer())
}

/** A server may have unpacked a .gz on the way, so the first bytes decide and not the name. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function nameOf(file: URL): string {
  return file.pathname.slice(file.pathname.lastIndexOf('/') + 1)
}
