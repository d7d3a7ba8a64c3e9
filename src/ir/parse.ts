/**
 * Printed graphs read back. The language is what `print` writes (see print.ts), with `//` comments
 * and any blanks between words; every gate checks its own application, as it does in code.
 *
 *     graph       = 'graph' '{' (definition | output | update)* '}'
 *     definition  = binder (',' binder)* ':' type (',' type)* '=' gate
 *                   ['(' value (',' value)* ')'] ['{' attribute (',' attribute)* '}'] ['@' tag]
 *     output      = 'output' name '=' value
 *     update      = 'update' value '=' value
 *     binder      = name | '%' digits [string]
 *     value       = name | '%' digits
 *     attribute   = name ':' (number | string | 'true' | 'false' | 'null' | list | tensor
 *                   | 'state' type '{' attribute (',' attribute)* '}' | graph)
 *     tensor      = type (elements in brackets | 'fill' element | hash)
 */
import { nearest, type SluiceError } from '../errors.ts'
import { applyGate } from './apply-gate.ts'
import { type Attributes, type GateDefinition, isGate } from './gate.ts'
import { Graph, type Update } from './graph.ts'
import { describeToken, Lexer, type Token } from './lexer.ts'
import {
  type Parsing,
  readName,
  readRecord,
  readSeparated,
  stateFrom,
  unquote,
} from './parse-attribute.ts'
import { readConstants, readType } from './parse-tensor.ts'
import { formatType, type TensorType, type Value } from './value.ts'

/**
 * The graph that a text describes; `gates` is where its gates are found by their names.
 *
 * Throws: PARSE, with line and column, for a text that is no such graph: a word out of place, an
 * unknown gate or value, operands or attributes that a gate turns away, a type that is not what the
 * gate gives, a line that no output needs, constants whose data is missing.
 */
export function parse(text: string, gates: Readonly<Record<string, unknown>>): Graph {
  const definitions = Object.values(gates).filter((entry) => isGate(entry))
  const byName = new Map(definitions.map(({ definition }) => [definition.name, definition]))
  const hasConstants = text.includes('constants')
  const lexer = new Lexer(text)
  const parsing: Parsing = {
    lexer,
    constants: hasConstants ? readConstants(new Lexer(text)) : new Map(),
    readGraph: () => readGraph(parsing, byName),
    depth: 0,
    filledCount: 0,
  }
  const graph = parsing.readGraph()
  const token = lexer.next()
  // The constants were read first, to the end of the text.
  if (token.kind === 'end' || (hasConstants && token.text === 'constants')) return graph
  throw lexer.unexpected(token, 'the end of the text, or constants {')
}

type Gates = ReadonlyMap<string, GateDefinition>

/** Values by how they are written: `%7`, or the name after a quote. */
type Scope = Map<string, Value>

interface Line {
  readonly token: Token
  readonly application: Value
}

function readGraph(parsing: Parsing, gates: Gates): Graph {
  const { lexer } = parsing
  const start = lexer.expect('graph')
  lexer.expect('{')
  const scope: Scope = new Map()
  const outputs = new Map<string, Value>()
  const updates: Update[] = []
  const lines: Line[] = []
  while (!lexer.take('}')) {
    if (lexer.take('output')) readOutput(lexer, scope, outputs)
    else if (lexer.take('update')) {
      const state = readValue(lexer, scope)
      lexer.expect('=')
      updates.push({ state, value: readValue(lexer, scope) })
    } else lines.push(readDefinition(parsing, gates, scope))
  }
  const graph = lexer.attempt(start, () => new Graph(Object.fromEntries(outputs), updates))
  const unneeded = lines.find(({ application }) => graph.positionOf(application) < 0)
  if (!unneeded) return graph
  throw lexer.error(unneeded.token, {
    what: `parse: nothing needs ${describeToken(unneeded.token)}`,
    expected: 'values that an output or update needs: a graph holds no others',
    got: describeToken(unneeded.token),
    fix: 'make it an output, or leave the line out',
  })
}

function readOutput(lexer: Lexer, scope: Scope, outputs: Map<string, Value>): void {
  const token = lexer.peek()
  const name = readName(lexer, 'the name of an output')
  lexer.expect('=')
  if (outputs.has(name)) throw twice(lexer, token, 'output')
  outputs.set(name, readValue(lexer, scope))
}

function readDefinition(parsing: Parsing, gates: Gates, scope: Scope): Line {
  const { lexer } = parsing
  const binders = [readBinder(lexer)]
  while (lexer.take(',')) binders.push(readBinder(lexer))
  lexer.expect(':')
  const typeToken = lexer.peek()
  const first = readType(lexer)
  const types = [first]
  while (lexer.take(',')) types.push(readType(lexer))
  lexer.expect('=')
  const token = lexer.peek()
  const gate = findGate(lexer, token, gates)
  const inputs: Value[] = []
  if (lexer.take('(')) readSeparated(lexer, ')', () => inputs.push(readValue(lexer, scope)))
  const record = readRecord(parsing)
  const attributes = sourceAttributes({ gate, record, type: first, token, lexer }) ?? record
  const tag = lexer.take('@') ? readName(lexer, 'a tag') : undefined
  const application = lexer.attempt(token, () => applyGate(gate, inputs, attributes, tag))
  checkTypes(lexer, typeToken, types, application)
  checkCount(lexer, token, binders.length, application)
  for (const [index, binder] of binders.entries()) {
    bind(lexer, scope, binder, application.output(index))
  }
  return { token: binders[0]?.token ?? token, application }
}

interface Binder {
  readonly token: Token
  readonly key: string
  readonly name: string | undefined
}

function readBinder(lexer: Lexer): Binder {
  const token = lexer.peek()
  if (token.kind !== 'slot') {
    const name = readName(lexer, 'a value, "output", "update" or "}"')
    return { token, key: `"${name}`, name }
  }
  lexer.next()
  const label = lexer.peek()
  if (label.kind !== 'string') return { token, key: token.text, name: undefined }
  lexer.next()
  return { token, key: token.text, name: unquote(label, lexer) }
}

function bind(lexer: Lexer, scope: Scope, { token, key, name }: Binder, value: Value): void {
  if (scope.has(key)) throw twice(lexer, token, 'value')
  scope.set(key, name === undefined ? value : value.labelled({ name }))
}

function readValue(lexer: Lexer, scope: Scope): Value {
  const token = lexer.peek()
  if (token.kind === 'slot') lexer.next()
  const key = token.kind === 'slot' ? token.text : `"${readName(lexer, 'a value')}`
  const value = scope.get(key)
  if (value) return value
  throw lexer.error(token, {
    what: `parse: there is no value ${describeToken(token)} above`,
    expected: 'a value that a line above defines',
    got: describeToken(token),
    fix: 'define it first; values of an outer graph are not seen in an inner one',
  })
}

function findGate(lexer: Lexer, token: Token, gates: Gates): GateDefinition {
  const name = readName(lexer, 'the name of a gate')
  const gate = gates.get(name)
  if (gate) return gate
  // The distance of long words takes long, and they are no slip.
  const slip = name.length <= 40 ? nearest(name, gates.keys()) : undefined
  throw lexer.error(token, {
    what: `parse: there is no gate ${describeToken(token)}`,
    expected:
      gates.size === 0 ? 'gates to look names up in' : 'the name of a gate that parse was given',
    got: describeToken(token),
    fix: slip
      ? `write ${slip}, or give parse the gate`
      : 'give parse the gate, or correct its name',
  })
}

interface SourceLine {
  readonly gate: GateDefinition
  readonly record: Attributes | undefined
  readonly type: TensorType
  readonly token: Token
  readonly lexer: Lexer
}

/** The attributes of an input or state, whose shape and dtype the line says by its type. */
function sourceAttributes({
  gate,
  record = {},
  type,
  token,
  lexer,
}: SourceLine): Attributes | undefined {
  if (gate.meaning.kind !== 'source') return undefined
  if (gate.meaning.form === 'state') {
    if ('state' in record) return undefined
    return Object.freeze({ state: stateFrom(token, type, record, lexer) })
  }
  if (typeof record.name === 'string') {
    return Object.freeze({ shape: type.shape, dtype: type.dtype, ...record })
  }
  throw lexer.error(token, {
    what: 'parse: an input has no name',
    expected: '{name: "…"}',
    got: Object.keys(record).join(', ') || 'nothing',
  })
}

function checkTypes(
  lexer: Lexer,
  token: Token,
  types: readonly TensorType[],
  application: Value,
): void {
  const written = types.map(formatType).join(', ')
  const given = application.outputTypes.map(formatType).join(', ')
  if (written === given) return
  throw lexer.error(token, {
    what: `parse: ${application.gate.name} gives another type`,
    expected: given,
    got: written,
    fix: 'correct the type, or what goes into the gate',
  })
}

function checkCount(lexer: Lexer, token: Token, got: number, { gate, outputCount }: Value): void {
  if (got === outputCount) return
  throw lexer.error(token, {
    what: `parse: ${gate.name} gives another number of values`,
    expected: `${outputCount} before the colon`,
    got: `${got}`,
    fix: 'name every output, if only as %1',
  })
}

function twice(lexer: Lexer, token: Token, kind: 'value' | 'output'): SluiceError {
  return lexer.error(token, {
    what: `parse: ${kind} ${describeToken(token)} is defined twice`,
    expected: `one ${kind} of a name`,
    got: describeToken(token),
    fix: 'give one of them another name',
  })
}
