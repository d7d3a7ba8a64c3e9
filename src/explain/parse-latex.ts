/** Reads the LaTeX that gates write into formulas; what it does not know it keeps as it stands. */
import type { Delimiter, Formula, Part, Script } from './formula.ts'
import {
  closers,
  faces,
  functions,
  openers,
  operators,
  overletters,
  signs,
  spaces,
  wordings,
} from './latex-table.ts'
import { letterSymbol, numberSymbol } from './symbols.ts'

/** The character that stands for slot `index` in LaTeX that is still to be filled. */
export function slotCharacter(index: number): string {
  return String.fromCodePoint(firstSlot + index)
}

// The private use area, which no name or formula has a use for.
const firstSlot = 0xe000
const lastSlot = 0xf8ff

// Braces hold together what they hold, and are not seen.
const brace: Delimiter = { latex: '{', text: '' }
const unbrace: Delimiter = { latex: '}', text: '' }

interface Reader {
  readonly tokens: string[]
  at: number
}

/** The formula that some LaTeX writes. */
export function parseLatex(latex: string): Formula {
  const tokens = latex.match(/\\[A-Za-z]+|\\[^A-Za-z]|\d+(?:\.\d+)?|\s+|[^\s]/gu) ?? []
  const reader: Reader = { tokens, at: 0 }
  const parts: Part[] = []
  while (reader.at < tokens.length) {
    parts.push(...readRow(reader))
    // A closing delimiter that nothing opened is a sign like any other.
    const stray = reader.tokens[reader.at++]
    if (stray !== undefined && stray !== '}') parts.push(letterSymbol(stray, textOfCloser(stray)))
  }
  return parts
}

/** Parts up to a closing delimiter or the end. */
function readRow(reader: Reader): Part[] {
  const parts: Part[] = []
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at] ?? ''
    if (token === '}' || token === '\\right' || closers.has(token)) break
    if (/^\s/.test(token) || spaces.has(token)) reader.at++
    else if (token === '^' || token === '_') readScript(reader, parts)
    else parts.push(...readPart(reader))
  }
  return parts
}

/** `^` or `_` and what it puts up or down, joined to the part before. */
function readScript(reader: Reader, parts: Part[]): void {
  const key = reader.tokens[reader.at++] === '^' ? 'upper' : 'lower'
  const script = readArgument(reader)
  const before = parts.pop() ?? letterSymbol('', '')
  const isOpen = before.kind === 'script' && before[key] === undefined
  const joined: Script = isOpen
    ? { ...before, [key]: script }
    : { kind: 'script', base: before, [key]: script }
  parts.push(joined)
}

/** What a command takes: a group in braces, or the next part alone. */
function readArgument(reader: Reader): Formula {
  skipSpaces(reader)
  if (reader.tokens[reader.at] === '{') return readBraces(reader)
  const token = reader.tokens[reader.at] ?? ''
  if (!/^\d/.test(token)) return readPart(reader)
  // Of `x^23` only the 2 goes up.
  if (token.length === 1) reader.at++
  else reader.tokens[reader.at] = token.slice(1)
  return [numberSymbol(Number(token[0]))]
}

function readBraces(reader: Reader): Formula {
  reader.at++
  const body = readRow(reader)
  while (reader.at < reader.tokens.length && reader.tokens[reader.at] !== '}') {
    const stray = reader.tokens[reader.at++] ?? ''
    body.push(letterSymbol(stray, textOfCloser(stray)), ...readRow(reader))
  }
  reader.at++
  return body
}

function readPart(reader: Reader): Formula {
  const token = reader.tokens[reader.at++] ?? ''
  const code = token.codePointAt(0) ?? 0
  if (code >= firstSlot && code <= lastSlot) return [{ kind: 'slot', index: code - firstSlot }]
  if (/^\d/.test(token)) return [numberSymbol(Number(token), 16)]
  const operator = operators.get(token)
  if (operator) return [operator]
  if (openers.has(token)) return readGroup(reader, { latex: token, text: openers.get(token) ?? '' })
  const name = functions.get(token)
  if (name !== undefined) return [{ kind: 'words', latex: token, text: name }]
  const sign = signs.get(token)
  if (sign !== undefined) return [letterSymbol(token, sign)]
  if (token === '{') {
    reader.at--
    const body = readBraces(reader)
    return body.length === 1 ? body : [{ kind: 'group', open: brace, close: unbrace, body }]
  }
  return token.startsWith('\\') ? readCommand(reader, token) : [letterSymbol(token, token)]
}

function readCommand(reader: Reader, command: string): Formula {
  if (command === '\\frac') {
    const over = readArgument(reader)
    return [{ kind: 'fraction', over, under: readArgument(reader) }]
  }
  if (command === '\\sqrt') return [{ kind: 'root', body: readArgument(reader) }]
  if (command === '\\left') return readSized(reader)
  if (command === '\\operatorname') {
    const name = readRaw(reader)
    return [{ kind: 'words', latex: `${command}{${name}}`, text: name.replaceAll('\\', '') }]
  }
  if (wordings.has(command)) {
    const words = readRaw(reader)
    return [
      { kind: 'words', latex: `${command}{${words}}`, text: words.replace(/[\\{}]/g, '').trim() },
    ]
  }
  if (faces.has(command)) return readArgument(reader)
  const over = overletters.get(command)
  if (over !== undefined) {
    const letter = readRaw(reader)
    return [letterSymbol(`${command}{${letter}}`, `${letter}${over}`.normalize('NFC'))]
  }
  return [letterSymbol(command, command.replaceAll('\\', ''))]
}

/** `\left( … \right)`: sizes are set again when the formula is written. */
function readSized(reader: Reader): Formula {
  skipSpaces(reader)
  const token = reader.tokens[reader.at++] ?? ''
  const open = { latex: token, text: token === '.' ? '' : (openers.get(token) ?? token) }
  return readGroup(reader, open)
}

function readGroup(reader: Reader, open: Delimiter): Formula {
  const body = readRow(reader)
  if (reader.tokens[reader.at] === '\\right') reader.at++
  const token = reader.tokens[reader.at]
  if (token === undefined || token === '}') return [letterSymbol(open.latex, open.text), ...body]
  reader.at++
  return [{ kind: 'group', open, close: { latex: token, text: textOfCloser(token) }, body }]
}

/** The text in the braces that follow, as it stands. */
function readRaw(reader: Reader): string {
  skipSpaces(reader)
  if (reader.tokens[reader.at] !== '{') return reader.tokens[reader.at++] ?? ''
  let depth = 0
  let raw = ''
  do {
    const token = reader.tokens[reader.at++] ?? ''
    depth += token === '{' ? 1 : token === '}' ? -1 : 0
    raw += token
  } while (depth > 0 && reader.at < reader.tokens.length)
  return raw.slice(1, raw.endsWith('}') ? -1 : undefined)
}

function skipSpaces(reader: Reader): void {
  while (/^\s/.test(reader.tokens[reader.at] ?? '')) reader.at++
}

function textOfCloser(token: string): string {
  if (token === '.') return ''
  return closers.get(token) ?? token.replace(/^\\+/, '')
}
