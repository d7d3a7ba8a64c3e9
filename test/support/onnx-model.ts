/** Small ONNX files for tests, put together by hand. */
import { encode } from '../../src/onnx/codec.ts'
import { type ElementType, elementTypes } from '../../src/onnx/element-type.ts'
import {
  type AttributeMessage,
  type FunctionMessage,
  type GraphMessage,
  type ModelMessage,
  modelSchema,
  type NodeMessage,
  type TensorMessage,
  type ValueInfo,
} from '../../src/onnx/schema.ts'

type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly graph: GraphMessage }
  | { readonly ref: string }

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  more: Partial<NodeMessage> = {},
): NodeMessage {
  const attribute = Object.entries(attributes).map(([name, given]) => attributeOf(name, given))
  return { opType, input, output, attribute, ...more }
}

function attributeOf(name: string, given: Attribute): AttributeMessage {
  const empty = {
    name,
    floats: new Float32Array(),
    ints: new BigInt64Array(),
    strings: [],
    tensors: [],
    graphs: [],
  }
  if ('int' in given) return { ...empty, i: BigInt(given.int), type: 2 }
  if ('float' in given) return { ...empty, f: given.float, type: 1 }
  if ('ints' in given) return { ...empty, ints: BigInt64Array.from(given.ints, BigInt), type: 7 }
  if ('text' in given) return { ...empty, s: new TextEncoder().encode(given.text), type: 3 }
  if ('ref' in given) return { ...empty, refAttrName: given.ref }
  return { ...empty, g: given.graph, type: 5 }
}

/** A tensor whose elements stand in the list that its type has. */
export function weight(
  name: string,
  type: 'float' | 'int64' | 'bool',
  dims: readonly number[],
  data: readonly number[],
): TensorMessage {
  return {
    ...emptyTensor,
    name,
    dataType: elementTypes[type].number,
    dims: BigInt64Array.from(dims, BigInt),
    ...(type === 'float' && { floatData: Float32Array.from(data) }),
    ...(type === 'int64' && { int64Data: BigInt64Array.from(data, BigInt) }),
    ...(type === 'bool' && { int32Data: Int32Array.from(data) }),
  }
}

export const emptyTensor: TensorMessage = {
  dims: new BigInt64Array(),
  floatData: new Float32Array(),
  int32Data: new Int32Array(),
  stringData: [],
  int64Data: new BigInt64Array(),
  doubleData: new Float64Array(),
  uint64Data: new BigUint64Array(),
  externalData: [],
}

export function port(
  name: string,
  type: ElementType = 'float',
  axes: readonly (number | string)[] = [],
): ValueInfo {
  const dim = axes.map((axis) =>
    typeof axis === 'number' ? { dimValue: BigInt(axis) } : { dimParam: axis },
  )
  return { name, type: { tensorType: { elemType: elementTypes[type].number, shape: { dim } } } }
}

export function graphOf(parts: Partial<GraphMessage>): GraphMessage {
  return { node: [], initializer: [], input: [], output: [], name: 'test', ...parts }
}

export interface FileParts extends Partial<GraphMessage> {
  readonly opset?: number
  readonly functions?: readonly FunctionMessage[]
}

/** The bytes of a model; its outputs need no types. */
export function fileOf({ opset = 17, functions = [], ...parts }: FileParts): Uint8Array {
  const model: ModelMessage = {
    irVersion: 8n,
    producerName: 'test',
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    metadataProps: [],
    functions,
    graph: graphOf(parts),
  }
  return encode(modelSchema, model)
}
