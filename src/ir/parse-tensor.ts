/** Types and tensors of printed graphs. */
import type { SluiceError } from '../errors.ts'
import { type DType, dtypes, type TypedArray } from './dtype.ts'
import { describeToken, type Lexer, type Token } from './lexer.ts'
import { formatShape, type Shape, sameShape, sizeOf } from './shape.ts'
import type { Tensor } from './tensor.ts'
import { contentHash } from './tensor-content.ts'
import { bracketCounter, filled, fillLimit, parseBytes, parseElements } from './tensor-text.ts'
import { formatType, type TensorType } from './value.ts'

export interface TensorParsing {
  readonly lexer: Lexer
  /** Tensors of the section `constants`, by `#hash`. */
  readonly constants: ReadonlyMap<string, Tensor>
  /** How many elements were asked for by `fill`. */
  filledCount: number
}

/** `f32[4, 3]`. */
export function readType(lexer: Lexer): TensorType {
  const token = lexer.next()
  if (token.kind !== 'word' || !isDType(token.text)) {
    throw lexer.unexpected(token, `a type, such as f32[4, 3]; its dtype one of ${dtypeNames}`)
  }
  const dtype = token.text
  lexer.expect('[')
  const shape: number[] = []
  while (!lexer.take(']')) {
    if (shape.length > 0) lexer.expect(',')
    shape.push(readSize(lexer, shape.length))
  }
  return { shape: Object.freeze(shape), dtype }
}

// Rules compare axes with axes, so a shape of n axes may cost n² steps.
const axisLimit = 256

function readSize(lexer: Lexer, axis: number): number {
  const token = lexer.next()
  const size = Number(token.text)
  if (token.kind !== 'number' || !Number.isSafeInteger(size) || size < 0 || Object.is(size, -0)) {
    throw lexer.unexpected(token, 'a size: a whole number, 0 or more')
  }
  if (axis < axisLimit) return size
  throw lexer.error(token, {
    what: 'parse: a shape has too many axes',
    expected: `at most ${axisLimit} axes`,
    got: describeToken(token),
    fix: 'reshape it',
  })
}

/** `f32[2, 2] [[1, 2], [3, 4]]`, `f32[100] fill 0` or `f32[2, 2] #hash`. */
export function readTensor(parsing: TensorParsing): Tensor {
  const { lexer } = parsing
  const start = lexer.peek()
  const type = readType(lexer)
  const { shape, dtype } = type
  checkCount(lexer, start, shape)
  const token = lexer.peek()
  if (token.kind === 'hash') return readConstant(parsing, type)
  if (lexer.take('fill')) {
    const texts = [readElement(lexer, dtype)]
    parsing.filledCount += sizeOf(shape)
    if (parsing.filledCount > fillLimit) {
      throw lexer.error(token, {
        what: 'parse: fill asks for too many elements',
        expected: `at most ${fillLimit} elements by fill in one text`,
        got: `${parsing.filledCount}`,
        fix: 'broadcast a scalar with broadcastTo',
      })
    }
    return lexer.attempt(start, () => filled(shape, dtype, parseElements(texts, dtype)))
  }
  const texts = readElements(lexer, shape, dtype)
  return lexer.attempt(start, () => ({ shape, dtype, data: parseElements(texts, dtype) }))
}

function readElements(lexer: Lexer, shape: Shape, dtype: DType): readonly string[] {
  const count = sizeOf(shape)
  if (count === 0) {
    lexer.expect('[')
    lexer.expect(']')
    return []
  }
  const brackets = bracketCounter(shape)
  const texts: string[] = []
  for (let index = 0; index < count; index++) {
    if (index > 0) lexer.expect(',')
    for (let open = brackets(index); open > 0; open--) lexer.expect('[')
    texts.push(readElement(lexer, dtype))
    for (let close = brackets(index + 1); close > 0; close--) lexer.expect(']')
  }
  return texts
}

function readElement(lexer: Lexer, dtype: DType): string {
  const token = lexer.next()
  if (dtype !== 'bool' && token.kind === 'number') return token.text
  if (dtype === 'bool' && (token.text === 'true' || token.text === 'false')) return token.text
  throw lexer.unexpected(token, dtype === 'bool' ? 'true or false' : 'a number')
}

function readConstant({ lexer, constants }: TensorParsing, type: TensorType): Tensor {
  const token = lexer.next()
  const constant = constants.get(token.text)
  const isThere = constant?.dtype === type.dtype && sameShape(constant.shape, type.shape)
  if (constant && isThere) return constant
  throw lexer.error(token, {
    what: `parse: the data of constant ${token.text} is not in the text`,
    expected: 'a section constants after the graph, with this hash and type',
    got: constant ? 'the hash with another type' : 'no such hash',
    fix: 'print the graph in full',
  })
}

/**
 * The section `constants`, which stands after the graph, by `#hash`. Reads from the start of the
 * text, as the lines of the graph need it first.
 */
export function readConstants(lexer: Lexer): ReadonlyMap<string, Tensor> {
  const constants = new Map<string, Tensor>()
  skipBraces(lexer)
  if (!lexer.take('constants')) return constants
  lexer.expect('{')
  while (!lexer.take('}')) {
    const token = lexer.next()
    if (token.kind !== 'hash') throw lexer.unexpected(token, 'a hash, as #0123456789abcdef, or "}"')
    lexer.expect(':')
    const type = readType(lexer)
    lexer.expect('=')
    lexer.expect('base64')
    const data = readBytes(lexer, type)
    const tensor = { ...type, data }
    if (`#${contentHash(tensor)}` !== token.text) throw altered(lexer, token, tensor)
    constants.set(token.text, tensor)
  }
  const token = lexer.next()
  if (token.kind !== 'end') throw lexer.unexpected(token, 'the end of the text')
  return constants
}

function readBytes(lexer: Lexer, { shape, dtype }: TensorType): TypedArray {
  const token = lexer.next()
  if (token.kind !== 'string') throw lexer.unexpected(token, 'a string of base64')
  const data = parseBytes(token.text.slice(1, -1), dtype, sizeOf(shape))
  if (data) return data
  throw lexer.error(token, {
    what: 'parse: this is no base64 of such a constant',
    expected: `the bytes of ${formatType({ shape, dtype })}`,
    got: `${token.text.length - 2} characters`,
    fix: 'print the graph in full again',
  })
}

function altered(lexer: Lexer, token: Token, tensor: Tensor): SluiceError {
  return lexer.error(token, {
    what: `parse: the data of constant ${token.text} is not what its hash says`,
    expected: token.text,
    got: `#${contentHash(tensor)}`,
    fix: 'print the graph in full again, or change both the hash and its uses',
  })
}

function skipBraces(lexer: Lexer): void {
  let depth = 0
  do {
    const token = lexer.next()
    if (token.kind === 'end') return
    if (token.text === '{') depth++
    if (token.text === '}') depth--
  } while (depth > 0 || lexer.peek().text === '{')
}

function checkCount(lexer: Lexer, token: Token, shape: Shape): void {
  if (Number.isSafeInteger(sizeOf(shape))) return
  throw lexer.error(token, {
    what: 'parse: a tensor has more elements than can be counted',
    expected: `at most ${Number.MAX_SAFE_INTEGER} elements`,
    got: formatShape(shape),
    fix: 'correct its shape',
  })
}

const dtypeNames = Object.keys(dtypes).join(', ')

/** Whether a word is a dtype, with which a type begins. */
export function isDType(text: string): text is DType {
  return Object.hasOwn(dtypes, text)
}
