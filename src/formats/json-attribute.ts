/** Attributes of gates as JSON: what JSON lacks stands in an object of one key that says what it is. */
import { internalError, type SluiceError } from '../errors.ts'
import { classifyAttribute } from '../ir/attribute.ts'
import { type ComputeDType, dtypes, parseDType } from '../ir/dtype.ts'
import type { Attribute } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import { initType, type State } from '../ir/state.ts'
import type { Tensor } from '../ir/tensor.ts'
import { parseBytes, printBytes, printNumber } from '../ir/tensor-text.ts'
import { formatType, isSameType, type TensorType } from '../ir/value.ts'
import { damaged } from './damaged.ts'
import { type DocumentFields, isFields } from './document.ts'

/** Writes the graphs that attributes hold. */
export type WriteGraph = (graph: Graph) => unknown

/** How a graph is read, and what errors call it. */
export interface JsonReading {
  readonly name: string
  readonly readGraph: (value: unknown, where: string) => Graph
}

/** An attribute as JSON. */
export function attributeToJson(attribute: Attribute, write: WriteGraph): unknown {
  const classified = classifyAttribute(attribute)
  switch (classified?.kind) {
    case 'plain': {
      const { plain } = classified
      const isJson = typeof plain !== 'number' || (Number.isFinite(plain) && !Object.is(plain, -0))
      return isJson ? plain : { number: printNumber(plain) }
    }
    case 'list':
      return classified.items.map((item) => attributeToJson(item, write))
    case 'tensor':
      return { tensor: tensorToJson(classified.tensor) }
    case 'graph':
      return { graph: write(classified.graph) }
    case 'state':
      return { state: stateToJson(classified.state, write) }
    case undefined:
      throw internalError('writeGraphJson: an attribute is none', typeof attribute)
  }
}

/** A tensor as JSON: dtype, shape, and its bytes in base64, lowest byte first. */
export function tensorToJson(tensor: Tensor): unknown {
  const { dtype, shape } = tensor
  return { dtype, shape, base64: printBytes(tensor) }
}

function stateToJson(state: State, write: WriteGraph): unknown {
  const { key, symbol, dtype, shape, trainable, init } = state
  return { key, symbol, dtype, shape, trainable, init: attributeToJson(init, write) }
}

/** The attribute that stands in JSON. Throws FILE for what is none. */
export function attributeFromJson(value: unknown, reading: JsonReading, where: string): Attribute {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item) => attributeFromJson(item, reading, where)))
  }
  if (isFields(value)) {
    const [[kind, inner] = ['nothing', undefined], ...more] = Object.entries(value)
    if (more.length === 0) {
      if (kind === 'number' && isSpelled(inner)) return Number(inner)
      if (kind === 'tensor') return tensorFromJson(inner, reading.name, where)
      if (kind === 'graph') return reading.readGraph(inner, where)
      if (kind === 'state') return stateFromJson(inner, reading, where)
    }
  }
  throw odd(reading.name, where, 'a value, or an object with number, tensor, graph or state', value)
}

function isSpelled(value: unknown): value is string {
  return value === '-0' || value === 'NaN' || value === 'Infinity' || value === '-Infinity'
}

/** The tensor that stands in JSON; its size is compared with its bytes before it is made. */
export function tensorFromJson(value: unknown, name: string, where: string): Tensor {
  const { dtype, shape } = typeFromJson(value, name, where)
  const text = isFields(value) ? value.base64 : undefined
  const sizeBytes = sizeOf(shape) * dtypes[dtype].sizeBytes
  const isThere = typeof text === 'string' && text.length === 4 * Math.ceil(sizeBytes / 3)
  const data = isThere ? parseBytes(text, dtype, sizeOf(shape)) : undefined
  if (data) return { shape, dtype, data }
  const got = typeof text === 'string' ? `${text.length} characters` : text
  throw odd(name, where, `${sizeBytes} bytes of ${formatType({ dtype, shape })} in base64`, got)
}

/** More axes are refused: rules compare axes with axes. */
const greatestRank = 256

/** The type that an object says by `dtype` and `shape`. */
export function typeFromJson(value: unknown, name: string, where: string): TensorType {
  const { dtype, shape } = isFields(value) ? value : {}
  const isSize = (size: unknown) => Number.isSafeInteger(size) && Number(size) >= 0
  const isType =
    typeof dtype === 'string' &&
    Object.hasOwn(dtypes, dtype) &&
    Array.isArray(shape) &&
    shape.length <= greatestRank &&
    shape.every(isSize)
  if (!isType) throw odd(name, where, 'a dtype and a shape of whole numbers', value)
  return { dtype: parseDType(dtype), shape: Object.freeze([...shape]) as Shape } // sizes, as seen
}

function stateFromJson(value: unknown, reading: JsonReading, where: string): State {
  const { name } = reading
  const fields: DocumentFields = isFields(value) ? value : {}
  const { key, symbol, trainable } = fields
  const type = typeFromJson(value, name, where)
  if (typeof key !== 'string' || typeof symbol !== 'string' || typeof trainable !== 'boolean') {
    throw odd(name, where, 'a state with key, symbol and trainable', value)
  }
  const init = attributeFromJson(fields.init, reading, where)
  const isInit =
    typeof init === 'object' && init !== null && ('data' in init || 'applications' in init)
  const first = isInit ? initType({ init }) : undefined
  const isCompute = dtypes[type.dtype].use === 'compute'
  if (!isInit || !isCompute || !first || !isSameType(first, type)) {
    throw odd(name, where, `${formatType(type)} that the state holds first`, fields.init)
  }
  const dtype = type.dtype as ComputeDType // as its use says
  return Object.freeze({ key, symbol, shape: type.shape, dtype, trainable, init })
}

/** The error about something that is not what has to stand there. */
export function odd(name: string, where: string, expected: string, got: unknown): SluiceError {
  const text = got === undefined ? 'nothing' : JSON.stringify(got)
  return damaged(`${name}: its graph cannot be`, {
    where,
    expected,
    got: text.length > 60 ? `${text.slice(0, 60)}…` : text,
    fix: 'give what writeGraphJson wrote, unchanged',
  })
}
