/** What was written as messages of ONNX. */
import { dtypes } from '../../ir/dtype.ts'
import type { Tensor } from '../../ir/tensor.ts'
import type {
  AttributeMessage,
  GraphMessage,
  NodeMessage,
  TensorMessage,
  ValueInfo,
} from '../schema.ts'
import { elementTypeFor } from './element-type-for.ts'
import { unknown } from './generalised.ts'
import type { GraphDraft, NodeDraft, Setting, Settings, Wire } from './graph-writer.ts'
import type { Names } from './names.ts'

/** What the whole file knows of its tensors. */
export interface Known {
  readonly names: Names
  /** Sizes by number or name; undefined where they are not said. */
  readonly axesOf: (wire: Wire) => readonly (number | string)[] | undefined
}

/** A graph within a node, or the nodes, inputs and outputs of the whole. */
export function graphMessage(draft: GraphDraft, known: Known, name: string): GraphMessage {
  const input = draft.inputs.map((wire) => valueInfo(wire, known, 'input'))
  const node = draft.nodes.map((one) => nodeMessage(one, known))
  const output = draft.outputs.map((wire) => valueInfo(wire, known, 'output'))
  return { name, input, node, output, initializer: [] }
}

function nodeMessage(
  { operator, inputs, outputs, settings }: NodeDraft,
  known: Known,
): NodeMessage {
  const { names } = known
  const output = outputs.map((wire) => names.of(wire, operator))
  return {
    opType: operator,
    input: inputs.map((wire) => (wire ? names.of(wire, 'value') : '')),
    output,
    // What errors of a runtime call it.
    ...(output[0] !== undefined && { name: output[0] }),
    attribute: attributeMessages(settings, known, output[0] ?? operator),
  }
}

function attributeMessages(settings: Settings, known: Known, name: string): AttributeMessage[] {
  return Object.entries(settings).map(([key, setting]) => ({
    ...nothing,
    name: key,
    ...contentOf(setting, known, `${name}_${key}`),
  }))
}

const nothing = {
  floats: new Float32Array(),
  ints: new BigInt64Array(),
  strings: [],
  tensors: [],
  graphs: [],
} satisfies AttributeMessage

/** `type` is the number in AttributeProto.AttributeType. */
function contentOf(setting: Setting, known: Known, name: string): Partial<AttributeMessage> {
  if ('int' in setting) return { i: BigInt(setting.int), type: 2 }
  if ('float' in setting) return { f: setting.float, type: 1 }
  if ('ints' in setting) return { ints: BigInt64Array.from(setting.ints, BigInt), type: 7 }
  if ('text' in setting) return { s: new TextEncoder().encode(setting.text), type: 3 }
  return { g: graphMessage(setting.graph, known, name), type: 5 }
}

export function tensorMessage(name: string, { shape, dtype, data }: Tensor): TensorMessage {
  return {
    name,
    dims: BigInt64Array.from(shape, BigInt),
    dataType: elementTypeFor(dtype).number,
    rawData: littleEndian(data, dtypes[dtype].sizeBytes),
    floatData: new Float32Array(),
    int32Data: new Int32Array(),
    stringData: [],
    int64Data: new BigInt64Array(),
    doubleData: new Float64Array(),
    uint64Data: new BigUint64Array(),
    externalData: [],
  }
}

/** The bytes of the elements, as they lie there where this machine is little-endian itself. */
function littleEndian(
  { buffer, byteOffset, byteLength }: Tensor['data'],
  size: number,
): Uint8Array {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
  if (isLittle || size === 1) return bytes
  const turned = bytes.slice()
  for (let at = 0; at < turned.length; at += size) turned.subarray(at, at + size).reverse()
  return turned
}

function valueInfo(wire: Wire, { names, axesOf }: Known, kind: string): ValueInfo {
  const dim = axesOf(wire)?.map((size) => {
    if (typeof size === 'number') return { dimValue: BigInt(size) }
    return size === unknown ? {} : { dimParam: size }
  })
  const elemType = elementTypeFor(wire.dtype).number
  const type = { tensorType: { elemType, ...(dim && { shape: { dim } }) } }
  return { name: names.of(wire, kind), type }
}
