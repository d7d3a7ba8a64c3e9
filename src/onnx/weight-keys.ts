/**
 * Keys for weights that an exporter has given no name of their own: PyTorch calls a weight that it
 * has folded or turned `onnx::Conv_193`. The node that reads it says which module it belongs to.
 */
import type { Entry, GraphMessage, ModelMessage, NodeMessage } from './schema.ts'

/** What PyTorch calls what has no name: a number, alone or behind an operator. */
const madeUp = /^(onnx::\w+_)?\d+$/

/** What inputs of these operators are called in PyTorch's modules, by their place. */
const roles: Readonly<Record<string, readonly string[]>> = {
  Conv: ['', 'weight', 'bias'],
  ConvTranspose: ['', 'weight', 'bias'],
  Gemm: ['', 'weight', 'bias'],
  MatMul: ['weight', 'weight'],
  Add: ['bias', 'bias'],
  Mul: ['scale', 'scale'],
  LSTM: ['', 'weight_ih', 'weight_hh', 'bias'],
  GRU: ['', 'weight_ih', 'weight_hh', 'bias'],
  RNN: ['', 'weight_ih', 'weight_hh', 'bias'],
  PRelu: ['', 'weight'],
}

/**
 * `onnx::Conv_193` → `layer1.0.conv1.weight`, for all names of a graph that were made up and that a
 * node of a module reads, unless the file itself says their keys. No two are alike, and none is that
 * of another weight.
 */
export function weightKeys(
  graph: GraphMessage,
  { metadataProps }: Pick<ModelMessage, 'metadataProps'>,
): ReadonlyMap<string, string> {
  const declared = metadataProps
    .filter(({ key = '' }) => key.startsWith(declaring))
    .map(({ key = '', value = '' }) => [key.slice(declaring.length), value] as const)
  return new Map(declared.length > 0 ? declared : foundKeys(graph))
}

/** Metadata that say the keys, for a file in which they could not all be found again. */
export function declareKeys(keys: ReadonlyMap<string, string>): readonly Entry[] {
  return [...keys].map(([name, key]) => ({ key: declaring + name, value: key }))
}

const declaring = 'sluice.key '

function foundKeys({ node, initializer }: GraphMessage): ReadonlyMap<string, string> {
  const taken = new Set(initializer.map(({ name = '' }) => name))
  const keys = new Map<string, string>()
  for (const one of node) {
    one.input.forEach((name, place) => {
      if (!madeUp.test(name) || keys.has(name)) return
      const key = candidates(one, place).find((candidate) => !taken.has(candidate))
      if (key === undefined) return
      taken.add(key)
      keys.set(name, key)
    })
  }
  return keys
}

/** `layer1.0.conv1.weight`, and `layer1.0.conv1.Conv.weight` where a module has several. */
function candidates({ name = '', opType = '' }: NodeMessage, place: number): readonly string[] {
  const role = Object.hasOwn(roles, opType) ? roles[opType]?.[place] : undefined
  const module = modulePath(name)
  if (!role || module === '') return []
  const operator = name.slice(name.lastIndexOf('/') + 1)
  return [`${module}.${role}`, `${module}.${operator}.${role}`]
}

/** `/layer1/layer1.0/conv1/Conv` → `layer1.0.conv1`. */
function modulePath(name: string): string {
  if (!name.startsWith('/')) return ''
  const path: string[] = []
  for (const part of name.split('/').slice(1, -1)) {
    const last = path.at(-1)
    // A child of a row repeats the name of the row.
    if (last !== undefined && part.startsWith(`${last}.`)) path[path.length - 1] = part
    else path.push(part)
  }
  return path.join('.')
}
