/** The graph of a file without its weights, so that those can be kept elsewhere. */
import type { Tensor } from '../ir/tensor.ts'
import { encode } from './codec.ts'
import { elementTypes, usualType } from './element-type.ts'
import { neededFor } from './needed.ts'
import type { OnnxPort } from './ports.ts'
import {
  type GraphMessage,
  type ModelMessage,
  modelSchema,
  type TensorMessage,
  type ValueInfo,
} from './schema.ts'
import { declareKeys } from './weight-keys.ts'

export interface SkeletonParts {
  readonly outputs: readonly string[]
  readonly inputs: readonly OnnxPort[]
  /** What became a state, by the names of the file. */
  readonly states: ReadonlyMap<string, { readonly tensor: Tensor }>
  /** All weights, as they are stored. */
  readonly weights: ReadonlyMap<string, Tensor>
  /** Keys for names that say nothing. */
  readonly keys: ReadonlyMap<string, string>
}

/** The bytes of a file with what `outputs` need; states are left out, other weights are within. */
export function encodeSkeleton(
  { docString: _, metadataProps: __, ...message }: ModelMessage,
  graph: GraphMessage,
  { outputs, inputs, states, weights, keys }: SkeletonParts,
): Uint8Array<ArrayBuffer> {
  const { nodes, names } = neededFor(outputs, graph.node)
  const untied = graph.node.filter(
    (node) => nodes.has(node) && node.opType === 'Identity' && states.has(node.output[0] ?? ''),
  )
  const own = untied.flatMap(({ output: [name = ''] }) => {
    const { tensor } = states.get(name) ?? {}
    return tensor ? [absent(name, tensor)] : []
  })
  const kept = graph.initializer
    .filter(({ name = '' }) => names.has(name))
    .map((initializer) => keptOf(initializer, { states, weights }))
  return new Uint8Array(
    encode(modelSchema, {
      ...message,
      metadataProps: declareKeys(keys),
      graph: {
        name: graph.name ?? '',
        node: graph.node.filter((node) => nodes.has(node) && !untied.includes(node)),
        initializer: [...kept, ...own],
        input: inputs.map(inputOf),
        output: outputs.map((name) => outputOf(name, graph)),
      },
    }),
  )
}

function keptOf(
  initializer: TensorMessage,
  { states, weights }: Pick<SkeletonParts, 'states' | 'weights'>,
): TensorMessage {
  const { name = '' } = initializer
  if (states.has(name)) return elsewhere(initializer)
  const tensor = weights.get(name)
  if (initializer.dataLocation !== 1 || !tensor) return initializer
  // It lies in a file beside the one that was read.
  const { buffer, byteOffset, byteLength } = tensor.data
  const rawData = new Uint8Array(buffer, byteOffset, byteLength)
  return { ...initializer, ...noElements, dataLocation: 0, rawData }
}

function absent(name: string, { shape, dtype }: Tensor): TensorMessage {
  const { number } = elementTypes[usualType(dtype)]
  return elsewhere({
    ...noElements,
    name,
    dims: BigInt64Array.from(shape, BigInt),
    dataType: number,
  })
}

/** What lies under this path need only be as long. */
const location = 'weights'

function elsewhere({ rawData: _, ...initializer }: TensorMessage): TensorMessage {
  const externalData = [{ key: 'location', value: location }]
  return { ...initializer, ...noElements, dims: initializer.dims, externalData, dataLocation: 1 }
}

const noElements = {
  dims: new BigInt64Array(),
  floatData: new Float32Array(),
  int32Data: new Int32Array(),
  stringData: [],
  int64Data: new BigInt64Array(),
  doubleData: new Float64Array(),
  uint64Data: new BigUint64Array(),
  externalData: [],
}

function inputOf({ name, elementType, axes }: OnnxPort): ValueInfo {
  const dim = axes?.map((axis) =>
    typeof axis === 'number' ? { dimValue: BigInt(axis) } : { dimParam: axis },
  )
  const elemType = elementTypes[elementType].number
  return { name, type: { tensorType: { elemType, ...(dim && { shape: { dim } }) } } }
}

/** As it is declared; what stands within the graph is floating point of a shape that is not said. */
function outputOf(name: string, { output }: GraphMessage): ValueInfo {
  const declared = output.find((one) => one.name === name)
  return declared ?? { name, type: { tensorType: { elemType: elementTypes.float.number } } }
}
