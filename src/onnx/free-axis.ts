/**
 * One file of two that differ in the size of an axis alone, with a name in place of the size: graphs
 * have fixed sizes, so what depends on one is told by writing the graph for two.
 */
import { decode, encode } from './codec.ts'
import {
  type Dimension,
  type GraphMessage,
  type ModelMessage,
  modelSchema,
  type NodeMessage,
  type TensorMessage,
  type ValueInfo,
} from './schema.ts'

export interface SizedFile {
  readonly bytes: Uint8Array
  /** The size of the axis in this file, which is that of no other. */
  readonly size: number
}

/**
 * The file for any size of the axis, which is called `name` in it; undefined where more depends on the
 * size than the shapes of inputs and outputs and one axis of what is reshaped.
 */
export function freeAxis(
  first: SizedFile,
  second: SizedFile,
  name: string,
): Uint8Array<ArrayBuffer> | undefined {
  const [model, other] = [first, second].map(({ bytes }) => decode(modelSchema, bytes, 'the file'))
  const [graph, like] = [model?.graph, other?.graph]
  if (!model || !graph || !like) return undefined
  const sizes: Sizes = { first: first.size, second: second.size, name }
  const isSame = sameNodes(graph.node, like.node)
  const initializer = isSame ? weightsFor(graph, like, sizes) : undefined
  const input = portsFor(graph.input, like.input, sizes)
  const output = portsFor(graph.output, like.output, sizes)
  if (!initializer || !input || !output) return undefined
  const freed: ModelMessage = { ...model, graph: { ...graph, initializer, input, output } }
  return new Uint8Array(encode(modelSchema, freed))
}

interface Sizes {
  readonly first: number
  readonly second: number
  readonly name: string
}

function sameNodes(nodes: readonly NodeMessage[], others: readonly NodeMessage[]): boolean {
  return nodes.length === others.length && textOf(nodes) === textOf(others)
}

/** Messages as text, numbers of 64 bits and bytes included. */
function textOf(message: unknown): string {
  return JSON.stringify(message, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`
    return ArrayBuffer.isView(value)
      ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
      : value
  })
}

/** The weights, and shapes to reshape to, with −1 for what depends on the size. */
function weightsFor(
  { node, initializer }: GraphMessage,
  like: GraphMessage,
  sizes: Sizes,
): readonly TensorMessage[] | undefined {
  const others = new Map(like.initializer.map((one) => [one.name, one]))
  if (others.size !== initializer.length) return undefined
  const shapes = new Set(
    node.flatMap(({ opType, input }) => (opType === 'Reshape' ? input[1] : [])),
  )
  const elsewhere = new Set(
    node.flatMap(({ opType, input }) => input.filter((_, at) => opType !== 'Reshape' || at !== 1)),
  )
  const found: TensorMessage[] = []
  for (const one of initializer) {
    const other = others.get(one.name)
    if (!other) return undefined
    const isSame = sameElements(one, other)
    const isShape = shapes.has(one.name) && !elsewhere.has(one.name ?? '')
    const freed = isSame ? one : isShape ? freeShape(one, other, sizes) : undefined
    if (!freed) return undefined
    found.push(freed)
  }
  return found
}

function sameElements(one: TensorMessage, other: TensorMessage): boolean {
  const [bytes, others] = [one.rawData, other.rawData]
  if (!bytes || !others) return textOf(one) === textOf(other)
  if (bytes.length !== others.length) return false
  return bytes.every((byte, at) => byte === others[at])
}

/** A list of int64 in which one element is a multiple of the size. */
function freeShape(
  one: TensorMessage,
  other: TensorMessage,
  { first, second }: Sizes,
): TensorMessage | undefined {
  const [own, others] = [one, other].map(numbersOf)
  if (!own || own.length !== others?.length) return undefined
  const different = [...own.keys()].filter((at) => own[at] !== others[at])
  const [at = -1] = different
  const isMultiple = Number(own[at]) * second === Number(others[at]) * first
  if (different.length !== 1 || !isMultiple || own.includes(-1n)) return undefined
  const data = own.with(at, -1n)
  return { ...one, int64Data: new BigInt64Array(), rawData: new Uint8Array(data.buffer) }
}

function numbersOf({ rawData, int64Data, dataType }: TensorMessage): BigInt64Array | undefined {
  if (dataType !== 7) return undefined
  return rawData ? new BigInt64Array(rawData.slice().buffer) : int64Data
}

function portsFor(
  ports: readonly ValueInfo[],
  others: readonly ValueInfo[],
  sizes: Sizes,
): readonly ValueInfo[] | undefined {
  if (ports.length !== others.length) return undefined
  const found: ValueInfo[] = []
  for (const [at, port] of ports.entries()) {
    const tensor = port.type?.tensorType
    const own = tensor?.shape?.dim
    const other = others[at]?.type?.tensorType?.shape?.dim
    if (!tensor || !own || own.length !== other?.length) return undefined
    const dim = own.map((size, axis) => freeDimension(size, other[axis], sizes))
    if (!dim.every((size) => size !== undefined)) return undefined
    found.push({ ...port, type: { ...port.type, tensorType: { ...tensor, shape: { dim } } } })
  }
  return found
}

function freeDimension(
  own: Dimension,
  other: Dimension | undefined,
  { first, second, name }: Sizes,
): Dimension | undefined {
  if (own.dimValue === other?.dimValue) return own
  const times = Number(own.dimValue) / first
  if (!Number.isInteger(times) || Number(other?.dimValue) !== times * second) return undefined
  return { dimParam: times === 1 ? name : `${times}*${name}` }
}
