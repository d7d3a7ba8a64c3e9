/** From the bytes of a file to its text: UTF-8, with lines that end in \n. */
import { SluiceError } from '../errors.ts'
import type { ByteSource } from './csv-bytes.ts'

/** Text in parts, of a source that messages can name. */
export interface TextSource {
  readonly name: string
  readonly chunks: AsyncIterable<string>
}

/** A long text is read in parts, so that its rows are not all there as strings at once. */
const partLength = 2 ** 17

/** The text of a file. Throws DATA, while it is read, where it is empty or not text in UTF-8. */
export function textOf({ chunks, name }: ByteSource): TextSource {
  return { name, chunks: unixLines(decoded(chunks, name), name) }
}

/**
 * A text that is there already; `onPart` is told the share of it that was given out so far.
 * Throws DATA, while it is read, where it is empty.
 */
export function wholeText(name: string, text: string, onPart: (share: number) => void): TextSource {
  const parts = async function* (): AsyncGenerator<string> {
    for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at += partLength) {
      onPart(Math.min(1, (at + partLength) / text.length))
      yield text.slice(at, at + partLength)
    }
  }
  return { name, chunks: unixLines(parts(), name) }
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true }) // which leaves a byte order mark out
  let lines = 1
  let isFirst = true
  for await (const chunk of chunks) {
    if (isFirst) checkKind(chunk, name)
    isFirst = false
    const zero = chunk.indexOf(0)
    if (zero >= 0) throw notText(name, 'bytes that are no text')
    let text: string
    try {
      text = decoder.decode(chunk, { stream: true })
    } catch {
      throw notUtf8(name, lines + newlinesIn(validPart(chunk)))
    }
    lines += newlinesIn(text)
    yield text
  }
  try {
    decoder.decode()
  } catch {
    throw notUtf8(name, lines)
  }
}

/**
 * The text of bytes that begin with line `line` and end with a whole one. Throws DATA, naming the
 * line, where they are not text in UTF-8.
 */
export function textOfLines(bytes: Uint8Array, name: string, line: number): string {
  if (bytes.indexOf(0) >= 0) throw notText(name, 'bytes that are no text')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: line > 1 }).decode(bytes)
  } catch {
    throw notUtf8(name, line + newlinesIn(validPart(bytes)))
  }
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/** Line ends of every system as \n; one that two parts share is put together first. */
async function* unixLines(chunks: AsyncIterable<string>, name: string): AsyncGenerator<string> {
  let held = ''
  let isBlank = true
  for await (const chunk of chunks) {
    const text = held + chunk
    held = text.endsWith('\r') ? '\r' : ''
    const whole = held ? text.slice(0, -1) : text
    isBlank &&= whole.trim() === ''
    if (whole !== '') yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole
  }
  if (held) yield '\n'
  if (!isBlank) return
  throw new SluiceError({
    code: 'DATA',
    what: `${name}: the table is empty`,
    expected: 'a line for each example',
    got: 'no text',
    fix: 'check that the file was written to its end',
  })
}

/** What a file is can often be told by its first bytes. */
function checkKind(chunk: Uint8Array, name: string): void {
  const starts = (...bytes: readonly number[]) => bytes.every((byte, at) => chunk[at] === byte)
  const isUtf16 =
    starts(0xff, 0xfe) ||
    starts(0xfe, 0xff) ||
    (chunk[0] !== 0 && chunk[1] === 0 && chunk[2] !== 0 && chunk[3] === 0) ||
    (chunk[0] === 0 && chunk[1] !== 0 && chunk[2] === 0 && chunk[3] !== 0)
  if (isUtf16) {
    throw new SluiceError({
      code: 'DATA',
      what: `${name}: the text is in UTF-16`,
      expected: 'UTF-8',
      got: 'UTF-16, as some spreadsheets save it',
      fix: 're-save the table as UTF-8 ("CSV UTF-8" in Excel)',
    })
  }
  if (starts(0x50, 0x4b, 3, 4)) throw notText(name, 'a zip archive, as .xlsx and .ods files are')
}

function notText(name: string, got: string): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: this is no text`,
    expected: 'a table as text in UTF-8: CSV',
    got,
    fix: 'save the table as CSV, and give that file',
  })
}

function notUtf8(name: string, line: number): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: the text is not UTF-8`,
    where: `line ${line}`,
    expected: 'UTF-8',
    got: 'bytes of another encoding, such as Latin-1',
    fix: 're-save the table as UTF-8',
  })
}

/** The text before the first byte that is none. */
function validPart(chunk: Uint8Array): string {
  const text = new TextDecoder().decode(chunk)
  const bad = text.indexOf('\uFFFD')
  return bad < 0 ? text : text.slice(0, bad)
}

function newlinesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
