/** Documents as text for an address: base64url of compact JSON, compressed where that is shorter. */
import { formatDocument, type ModelDocument } from './document.ts'
import { DocumentError, limits, parseDocument } from './parse.ts'

const [plain, compressed] = ['j', 'z'] as const

export async function encodeDocument(document: ModelDocument): Promise<string> {
  const bytes = new TextEncoder().encode(formatDocument(document, 0))
  const smaller = await through(new CompressionStream('deflate-raw'), bytes, bytes.length)
  return smaller ? `${compressed}${toBase64(smaller)}` : `${plain}${toBase64(bytes)}`
}

/** Throws DocumentError for what is no document. */
export async function decodeDocument(text: string): Promise<ModelDocument> {
  const kind = text.charAt(0)
  const bytes = fromBase64(text.slice(1))
  if (!bytes || (kind !== plain && kind !== compressed)) throw broken()
  if (kind === plain) return parseDocument(new TextDecoder().decode(bytes))
  const most = limits.characters
  const whole = await through(new DecompressionStream('deflate-raw'), bytes, most).catch(() => {
    throw broken()
  })
  if (!whole) throw new DocumentError(`more than ${most / 1000} thousand characters`)
  return parseDocument(new TextDecoder().decode(whole))
}

function broken(): DocumentError {
  return new DocumentError('the link is cut off or mistyped: it holds no model')
}

/** What comes out, unless that is as long as `most` or longer. */
async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array | undefined> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value)
    length += read.value.length
    if (length >= most) {
      await reader.cancel()
      return undefined
    }
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function toBase64(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text) || text.length > 2 * limits.characters) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return undefined // a length that base64 never has
  }
}
