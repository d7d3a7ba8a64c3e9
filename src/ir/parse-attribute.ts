/** Attributes of printed graphs: numbers, strings, lists, tensors, states and graphs. */
import { type ComputeDType, type DType, dtypes } from './dtype.ts'
import type { Attribute, Attributes } from './gate.ts'
import type { Graph } from './graph.ts'
import { describeToken, type Lexer, type Token } from './lexer.ts'
import { isDType, readTensor, readType, type TensorParsing } from './parse-tensor.ts'
import { initType, type State } from './state.ts'
import { formatType, isSameType, type TensorType } from './value.ts'

/** What the parts of one text share while it is read. */
export interface Parsing extends TensorParsing {
  /** Reads a graph from its opening word on. */
  readonly readGraph: () => Graph
  /** How deep in lists, states and graphs the place is. */
  depth: number
}

/** `{name: value, …}`, or nothing, which gives undefined. */
export function readRecord(parsing: Parsing): Attributes | undefined {
  const { lexer } = parsing
  if (!lexer.take('{')) return undefined
  const entries = new Map<string, Attribute>()
  readSeparated(lexer, '}', () => {
    const token = lexer.peek()
    const name = readName(lexer, 'the name of an attribute')
    if (entries.has(name)) {
      throw lexer.error(token, {
        what: `parse: attribute ${describeToken(token)} is given twice`,
        expected: 'each attribute once',
        got: describeToken(token),
        fix: 'leave one of them out',
      })
    }
    lexer.expect(':')
    entries.set(name, readAttribute(parsing))
  })
  return Object.freeze(Object.fromEntries(entries))
}

/** A word or a string, without its quotes. */
export function readName(lexer: Lexer, expected: string): string {
  const token = lexer.next()
  if (token.kind === 'word' || token.text === 'NaN' || token.text === 'Infinity') return token.text
  if (token.kind === 'string') return unquote(token, lexer)
  throw lexer.unexpected(token, expected)
}

/** What a string says. Throws PARSE for an escape that JSON does not have. */
export function unquote(token: Token, lexer: Lexer): string {
  try {
    return String(JSON.parse(token.text))
  } catch {
    throw lexer.error(token, {
      what: 'parse: a string is not written as in JSON',
      expected: String.raw`escapes as in JSON: \" \\ \n \u00e9`,
      got: describeToken(token),
    })
  }
}

const nestingLimit = 256

/** Runs `read` one level deeper. Throws PARSE past the limit, before the stack overflows. */
function nested<T>(parsing: Parsing, read: () => T): T {
  if (parsing.depth >= nestingLimit) {
    throw parsing.lexer.error(parsing.lexer.peek(), {
      what: 'parse: nested too deep',
      expected: `at most ${nestingLimit} lists and graphs within each other`,
      fix: 'flatten it',
    })
  }
  parsing.depth++
  const result = read()
  parsing.depth--
  return result
}

function readAttribute(parsing: Parsing): Attribute {
  const { lexer } = parsing
  const token = lexer.peek()
  if (token.kind === 'mark' && token.text === '[') return nested(parsing, () => readList(parsing))
  if (token.kind === 'word') {
    if (token.text === 'graph') return nested(parsing, () => parsing.readGraph())
    if (token.text === 'state') return nested(parsing, () => readState(parsing))
    if (isDType(token.text)) return readTensor(parsing)
  }
  lexer.next()
  if (token.kind === 'number') return Number(token.text)
  if (token.kind === 'string') return unquote(token, lexer)
  if (token.text === 'true' || token.text === 'false') return token.text === 'true'
  if (token.text === 'null') return null
  throw lexer.unexpected(
    token,
    'a number, a string, true, false, null, a list […], a tensor f32[2] [1, 2], state or graph',
  )
}

function readList(parsing: Parsing): readonly Attribute[] {
  const items: Attribute[] = []
  parsing.lexer.expect('[')
  readSeparated(parsing.lexer, ']', () => items.push(readAttribute(parsing)))
  return Object.freeze(items)
}

/** What stands between an opening mark, already taken, and `end`, with commas between. */
export function readSeparated(lexer: Lexer, end: ']' | '}' | ')', readItem: () => void): void {
  if (lexer.take(end)) return
  for (;;) {
    readItem()
    if (lexer.take(end)) return
    const token = lexer.next()
    if (token.text !== ',') throw lexer.unexpected(token, `"," or "${end}"`)
  }
}

function readState(parsing: Parsing): State {
  const token = parsing.lexer.expect('state')
  const type = readType(parsing.lexer)
  return stateFrom(token, type, readRecord(parsing) ?? {}, parsing.lexer)
}

/** A state's declaration from its type and its other fields. Throws PARSE where one is wrong. */
export function stateFrom(token: Token, type: TensorType, fields: Attributes, lexer: Lexer): State {
  const { shape, dtype } = type
  const { key, symbol, trainable, init, ...rest } = fields
  const isDeclaration =
    typeof key === 'string' &&
    typeof symbol === 'string' &&
    typeof trainable === 'boolean' &&
    isInit(init) &&
    isComputeDType(dtype) &&
    Object.keys(rest).length === 0
  if (!isDeclaration) {
    throw lexer.error(token, {
      what: 'parse: this is no declaration of a state',
      expected:
        'a compute dtype, and {key: "…", symbol: "…", trainable: true, init: …} with a tensor or graph',
      got: `${dtype}, and ${Object.keys(fields).join(', ') || 'nothing'}`,
    })
  }
  const first = initType({ init })
  if (first && isSameType(first, type)) {
    return Object.freeze({ key, symbol, shape, dtype, trainable, init })
  }
  throw lexer.error(token, {
    what: `parse: what state ${JSON.stringify(key)} holds first does not fit it`,
    expected: formatType(type),
    got: first ? formatType(first) : 'a graph that does not give one value',
    fix: 'give init the type of the state',
  })
}

function isInit(init: Attribute | undefined): init is State['init'] {
  return typeof init === 'object' && init !== null && ('data' in init || 'applications' in init)
}

function isComputeDType(dtype: DType): dtype is ComputeDType {
  return dtypes[dtype].use === 'compute'
}
