/** The words of printed graphs, and errors that say where in the text they are. */
import { SluiceError } from '../errors.ts'

export interface Token {
  /**
   * `slot` is `%12`, `hash` is `#` with 16 hexadecimal digits; `mark` is one of `{}()[],:=@`;
   * a `string` has its quotes still on.
   */
  readonly kind: 'word' | 'string' | 'number' | 'slot' | 'hash' | 'mark' | 'end'
  readonly text: string
  /** Offset in the text. */
  readonly start: number
}

/** What a PARSE error says beside where it is. */
export interface ParseFacts {
  readonly what: string
  readonly expected?: string | undefined
  readonly got?: string | undefined
  readonly fix?: string | undefined
}

/** Reads tokens one after the other; one that was peeked at stays next. */
export class Lexer {
  readonly #text: string
  #offset = 0
  #peeked: Token | undefined

  constructor(text: string) {
    this.#text = text
  }

  peek(): Token {
    this.#peeked ??= this.#read()
    return this.#peeked
  }

  next(): Token {
    const token = this.peek()
    this.#peeked = undefined
    return token
  }

  /** Whether the next token is this mark or word; it is taken where it is. */
  take(text: string): boolean {
    if (!isText(this.peek(), text)) return false
    this.next()
    return true
  }

  /** Takes this mark or word. Throws PARSE where another token comes. */
  expect(text: string): Token {
    const token = this.next()
    if (isText(token, text)) return token
    throw this.unexpected(token, `"${text}"`)
  }

  /** The error for a token that cannot stand where it does. */
  unexpected(token: Token, expected: string): SluiceError {
    const got = describeToken(token)
    return this.error(token, { what: `parse: ${got} cannot stand here`, expected, got })
  }

  /** An error at a token, with line, column and the line itself. */
  error(
    { start }: { readonly start: number },
    { what, expected, got, fix }: ParseFacts,
  ): SluiceError {
    return new SluiceError({
      code: 'PARSE',
      what,
      where: locate(this.#text, start),
      expected,
      got,
      fix: fix ?? 'write it as print writes graphs',
    })
  }

  /** What `make` gives; whatever it throws comes out as a PARSE error at the token. */
  attempt<T>(token: Token, make: () => T): T {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof SluiceError)) {
        throw this.error(token, {
          what: `parse: ${describeToken(token)} cannot be read with these operands and attributes`,
          expected: 'operands and attributes as the gate itself makes them',
          got: error instanceof Error ? error.message : String(error),
        })
      }
      const { what, expected, got, fix } = error
      throw this.error(token, { what, expected, got, fix })
    }
  }

  #read(): Token {
    this.#skipBlanks()
    const start = this.#offset
    if (start >= this.#text.length) return { kind: 'end', text: '', start }
    const first = this.#text[start] ?? ''
    if ('{}()[],:=@'.includes(first)) return this.#token('mark', start + 1)
    if (first === '"') return this.#token('string', this.#endOfString(start))
    for (const [kind, pattern] of patterns) {
      let end = this.#match(pattern, start)
      if (end === start) continue
      for (let before = start; kind === 'word' && end > before; ) {
        before = end
        end = this.#match(moreOfWord, end)
      }
      const token = this.#token(kind, end)
      return token.text === 'NaN' || token.text === 'Infinity'
        ? { ...token, kind: 'number' }
        : token
    }
    const character = String.fromCodePoint(this.#text.codePointAt(start) ?? 0)
    throw this.error(
      { start },
      {
        what: `parse: ${JSON.stringify(character)} is no part of the language`,
        expected: 'a word, a number, a string or one of { } ( ) [ ] , : = @ % # //',
        got: JSON.stringify(character),
        fix: 'put names that are not words in quotes',
      },
    )
  }

  /** Where what a pattern matches at an offset ends: at the offset itself where it does not. */
  #match(pattern: RegExp, offset: number): number {
    pattern.lastIndex = offset
    return pattern.test(this.#text) ? pattern.lastIndex : offset
  }

  #token(kind: Token['kind'], end: number): Token {
    const start = this.#offset
    this.#offset = end
    return { kind, text: this.#text.slice(start, end), start }
  }

  #skipBlanks(): void {
    for (;;) {
      const character = this.#text[this.#offset]
      if (character === ' ' || character === '\n' || character === '\t' || character === '\r') {
        this.#offset++
      } else if (character === '/' && this.#text[this.#offset + 1] === '/') {
        const end = this.#text.indexOf('\n', this.#offset)
        this.#offset = end < 0 ? this.#text.length : end
      } else return
    }
  }

  #endOfString(start: number): number {
    for (let index = start + 1; index < this.#text.length; index++) {
      const character = this.#text[index]
      if (character === '"') return index + 1
      if (character === '\n') break
      if (character === '\\') index++
    }
    throw this.error(
      { start },
      {
        what: 'parse: a string does not end',
        expected: 'a closing " on the same line',
        got: cut(this.#text.slice(start, start + 41).split('\n')[0] ?? ''),
        fix: String.raw`close the string; a line break in it is \n`,
      },
    )
  }
}

// In pieces: over a word of some million letters beyond U+FFFF the engine's stack overflows.
const moreOfWord = /[\p{L}\p{M}\p{N}_.]{1,256}/uy

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[\p{L}_]/uy],
  ['number', /-?(?:Infinity|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y],
  ['slot', /%\d+/y],
  ['hash', /#[0-9a-f]{16}/y],
]

/** A token as errors name it. */
export function describeToken({ kind, text }: Token): string {
  if (kind === 'end') return 'the end of the text'
  return kind === 'string' ? cut(text) : JSON.stringify(cut(text))
}

function isText({ kind, text }: Token, wanted: string): boolean {
  return text === wanted && (kind === 'mark' || kind === 'word')
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** Line and column, both from 1, and the line with a mark under the place. */
function locate(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  // Of a long line only what is around the place.
  const from = Math.max(lineStart, offset - 60)
  const [shown = ''] = text.slice(from, from + 90).split('\n')
  const pointer = `${' '.repeat(offset - from)}^`
  return `line ${line}, column ${offset - lineStart + 1}\n${shown}\n${pointer}`
}
