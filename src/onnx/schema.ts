/**
 * The messages of ONNX as tables: what their fields are called, numbered and made of. Reading and
 * writing both go by them (`codec.ts`), so that no code is generated and none is evaluated.
 *
 * Source: onnx.proto3 of ONNX 1.23. Fields that say nothing of the network (documentation of nodes,
 * types of values in between, device configurations) are not listed and are skipped.
 */

export type Scalar = 'string' | 'bytes' | 'int32' | 'int64' | 'uint64' | 'float' | 'double'

/** A field of a message, once, or as often as there is something to say. */
export interface Field {
  readonly number: number
  readonly type: Scalar | (() => Schema)
  readonly isRepeated: boolean
  /** Whether writers put the numbers of a repeated field behind one tag; readers take both forms. */
  readonly isPacked: boolean
}

export interface Schema {
  readonly name: string
  readonly fields: Readonly<Record<string, Field>>
}

/** The schema of messages of one type: a field for each of its properties. */
export interface SchemaOf<T> extends Schema {
  readonly fields: { readonly [K in keyof T & string]-?: Field }
  /** Never there: which type it describes. */
  readonly describes?: T
}

export interface OperatorSetId {
  readonly domain?: string
  readonly version?: bigint
}

export interface Entry {
  readonly key?: string
  readonly value?: string
}

export interface TensorMessage {
  readonly dims: BigInt64Array
  readonly dataType?: number
  readonly floatData: Float32Array
  readonly int32Data: Int32Array
  readonly stringData: readonly Uint8Array[]
  readonly int64Data: BigInt64Array
  readonly name?: string
  readonly rawData?: Uint8Array
  readonly doubleData: Float64Array
  readonly uint64Data: BigUint64Array
  readonly externalData: readonly Entry[]
  readonly dataLocation?: number
}

export interface Dimension {
  readonly dimValue?: bigint
  readonly dimParam?: string
}

export interface ShapeMessage {
  readonly dim: readonly Dimension[]
}

export interface TensorTypeMessage {
  readonly elemType?: number
  readonly shape?: ShapeMessage
}

export interface NestedTypeMessage {
  readonly elemType?: TypeMessage
}

export interface TypeMessage {
  readonly tensorType?: TensorTypeMessage
  readonly sequenceType?: NestedTypeMessage
  readonly optionalType?: NestedTypeMessage
}

export interface ValueInfo {
  readonly name?: string
  readonly type?: TypeMessage
}

export interface AttributeMessage {
  readonly name?: string
  readonly f?: number
  readonly i?: bigint
  readonly s?: Uint8Array
  readonly t?: TensorMessage
  readonly g?: GraphMessage
  readonly floats: Float32Array
  readonly ints: BigInt64Array
  readonly strings: readonly Uint8Array[]
  readonly tensors: readonly TensorMessage[]
  readonly graphs: readonly GraphMessage[]
  readonly type?: number
  readonly refAttrName?: string
}

export interface NodeMessage {
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly name?: string
  readonly opType?: string
  readonly attribute: readonly AttributeMessage[]
  readonly domain?: string
}

export interface GraphMessage {
  readonly node: readonly NodeMessage[]
  readonly name?: string
  readonly initializer: readonly TensorMessage[]
  readonly input: readonly ValueInfo[]
  readonly output: readonly ValueInfo[]
}

export interface FunctionMessage {
  readonly name?: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly string[]
  readonly node: readonly NodeMessage[]
  readonly opsetImport: readonly OperatorSetId[]
  readonly domain?: string
  readonly attributeProto: readonly AttributeMessage[]
}

export interface ModelMessage {
  readonly irVersion?: bigint
  readonly producerName?: string
  readonly producerVersion?: string
  readonly domain?: string
  readonly modelVersion?: bigint
  readonly docString?: string
  readonly graph?: GraphMessage
  readonly opsetImport: readonly OperatorSetId[]
  readonly metadataProps: readonly Entry[]
  readonly functions: readonly FunctionMessage[]
}

const operatorSetId: SchemaOf<OperatorSetId> = {
  name: 'OperatorSetIdProto',
  fields: { domain: one(1, 'string'), version: one(2, 'int64') },
}

const entry: SchemaOf<Entry> = {
  name: 'StringStringEntryProto',
  fields: { key: one(1, 'string'), value: one(2, 'string') },
}

/** A tensor: weights in a file of their own name, or test data as ONNX stores them. */
export const tensorSchema: SchemaOf<TensorMessage> = {
  name: 'TensorProto',
  fields: {
    dims: many(1, 'int64'),
    dataType: one(2, 'int32'),
    floatData: packed(4, 'float'),
    int32Data: packed(5, 'int32'),
    stringData: many(6, 'bytes'),
    int64Data: packed(7, 'int64'),
    name: one(8, 'string'),
    rawData: one(9, 'bytes'),
    doubleData: packed(10, 'double'),
    uint64Data: packed(11, 'uint64'),
    externalData: many(13, () => entry),
    dataLocation: one(14, 'int32'),
  },
}

const dimension: SchemaOf<Dimension> = {
  name: 'Dimension',
  fields: { dimValue: one(1, 'int64'), dimParam: one(2, 'string') },
}

const shape: SchemaOf<ShapeMessage> = {
  name: 'TensorShapeProto',
  fields: { dim: many(1, () => dimension) },
}

const tensorType: SchemaOf<TensorTypeMessage> = {
  name: 'TypeProto.Tensor',
  fields: { elemType: one(1, 'int32'), shape: one(2, () => shape) },
}

const nestedType: SchemaOf<NestedTypeMessage> = {
  name: 'TypeProto.Sequence',
  fields: { elemType: one(1, () => type) },
}

const type: SchemaOf<TypeMessage> = {
  name: 'TypeProto',
  fields: {
    tensorType: one(1, () => tensorType),
    sequenceType: one(4, () => nestedType),
    optionalType: one(9, () => nestedType),
  },
}

const valueInfo: SchemaOf<ValueInfo> = {
  name: 'ValueInfoProto',
  fields: { name: one(1, 'string'), type: one(2, () => type) },
}

const attribute: SchemaOf<AttributeMessage> = {
  name: 'AttributeProto',
  fields: {
    name: one(1, 'string'),
    f: one(2, 'float'),
    i: one(3, 'int64'),
    s: one(4, 'bytes'),
    t: one(5, () => tensorSchema),
    g: one(6, () => graph),
    floats: many(7, 'float'),
    ints: many(8, 'int64'),
    strings: many(9, 'bytes'),
    tensors: many(10, () => tensorSchema),
    graphs: many(11, () => graph),
    type: one(20, 'int32'),
    refAttrName: one(21, 'string'),
  },
}

const node: SchemaOf<NodeMessage> = {
  name: 'NodeProto',
  fields: {
    input: many(1, 'string'),
    output: many(2, 'string'),
    name: one(3, 'string'),
    opType: one(4, 'string'),
    attribute: many(5, () => attribute),
    domain: one(7, 'string'),
  },
}

const graph: SchemaOf<GraphMessage> = {
  name: 'GraphProto',
  fields: {
    node: many(1, () => node),
    name: one(2, 'string'),
    initializer: many(5, () => tensorSchema),
    input: many(11, () => valueInfo),
    output: many(12, () => valueInfo),
  },
}

const functionSchema: SchemaOf<FunctionMessage> = {
  name: 'FunctionProto',
  fields: {
    name: one(1, 'string'),
    input: many(4, 'string'),
    output: many(5, 'string'),
    attribute: many(6, 'string'),
    node: many(7, () => node),
    opsetImport: many(9, () => operatorSetId),
    domain: one(10, 'string'),
    attributeProto: many(11, () => attribute),
  },
}

/** What an ONNX file is. */
export const modelSchema: SchemaOf<ModelMessage> = {
  name: 'ModelProto',
  fields: {
    irVersion: one(1, 'int64'),
    producerName: one(2, 'string'),
    producerVersion: one(3, 'string'),
    domain: one(4, 'string'),
    modelVersion: one(5, 'int64'),
    docString: one(6, 'string'),
    graph: one(7, () => graph),
    opsetImport: many(8, () => operatorSetId),
    metadataProps: many(14, () => entry),
    functions: many(25, () => functionSchema),
  },
}

function one(number: number, type: Field['type']): Field {
  return { number, type, isRepeated: false, isPacked: false }
}

function many(number: number, type: Field['type']): Field {
  return { number, type, isRepeated: true, isPacked: false }
}

function packed(number: number, type: Scalar): Field {
  return { number, type, isRepeated: true, isPacked: true }
}
