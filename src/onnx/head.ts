/** The head of a network: its last layer, which fine-tuning replaces. */
import type { GraphMessage, NodeMessage } from './schema.ts'

/** The last linear layer of a file. */
export interface OnnxHead {
  /** What its weights are called before `.weight`: `fc`; the name of its node where they say less. */
  readonly name: string
  /** The value that it reads: `build(sizes, { outputs: [features] })` is the network without it. */
  readonly features: string
}

/** Operators that change what a linear layer gives element by element, or its shape. */
const after = new Set([
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Tanh', 'Relu', 'Clip', 'Identity', 'Cast', 'Add', 'Mul'],
  ...['Sub', 'Div', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout', 'ArgMax'],
])

/** The linear layer that stands last before the first output; undefined where something else does. */
export function findHead(
  graph: GraphMessage,
  keys: ReadonlyMap<string, string>,
): OnnxHead | undefined {
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node])))
  const weights = new Set(graph.initializer.map(({ name = '' }) => name))
  let at = graph.output[0]?.name ?? ''
  // A file may go in circles.
  for (let turn = 0; turn < graph.node.length; turn++) {
    const node = makers.get(at)
    if (!node) return undefined
    const { opType = '', input } = node
    if (opType === 'Gemm' || opType === 'MatMul') return headOf(node, { makers, weights, keys })
    if (!after.has(opType)) return undefined
    // Of a sum with a bias, what is no weight.
    at = input.find((name) => !weights.has(name) && makers.get(name)?.opType !== 'Constant') ?? ''
  }
  return undefined
}

interface Known {
  readonly makers: ReadonlyMap<string, NodeMessage>
  readonly weights: ReadonlySet<string>
  readonly keys: ReadonlyMap<string, string>
}

function headOf(
  { name = '', input: [features = '', given = ''] }: NodeMessage,
  { makers, weights, keys }: Known,
): OnnxHead | undefined {
  const turned = makers.get(given)
  const weight = turned?.opType === 'Transpose' ? (turned.input[0] ?? '') : given
  if (!weights.has(weight)) return undefined
  const key = keys.get(weight) ?? weight
  const module = /^(.+)\.weight$/.exec(key)?.[1]
  return { name: module ?? (name || 'head'), features }
}
