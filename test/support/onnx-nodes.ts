/** The cases of test/vectors/onnx/nodes.bin.gz: ONNX's own node tests, run on what is read of them. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { SluiceError } from '../../src/errors.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import { decode, encode } from '../../src/onnx/codec.ts'
import { type BuiltOnnx, readOnnx } from '../../src/onnx/index.ts'
import { workingTensor } from '../../src/onnx/operand.ts'
import {
  type GraphMessage,
  type ModelMessage,
  modelSchema,
  type TensorMessage,
  tensorSchema,
} from '../../src/onnx/schema.ts'
import { readTensor } from '../../src/onnx/tensor-data.ts'

export interface NodeCase {
  readonly name: string
  readonly model: ModelMessage
  /** As the file has them: inputs of the model in their order, then outputs. */
  readonly tensors: readonly TensorMessage[]
}

export function readNodeCases(): readonly NodeCase[] {
  const file = new URL('../vectors/onnx/nodes.bin.gz', import.meta.url)
  const bytes = new Uint8Array(gunzipSync(readFileSync(file)))
  const end = bytes.indexOf(10)
  const header: readonly (readonly [string, readonly number[]])[] = JSON.parse(
    new TextDecoder().decode(bytes.subarray(0, end)),
  )
  let at = end + 1
  return header.map(([name, lengths]) => {
    const [model = new Uint8Array(), ...tensors] = lengths.map((length) => {
      at += length
      return bytes.subarray(at - length, at)
    })
    return {
      name,
      model: decode(modelSchema, model, name),
      tensors: tensors.map((tensor) => decode(tensorSchema, tensor, name)),
    }
  })
}

export interface Prepared {
  readonly built: BuiltOnnx
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly expected: readonly Tensor[]
}

/**
 * The graph of a case. An input that has to be known, such as a shape, is made a weight of the model,
 * with the case's own data.
 */
export function prepare(nodeCase: NodeCase, fixed: ReadonlySet<string> = new Set()): Prepared {
  const graph = nodeCase.model.graph
  if (!graph) throw new Error(`${nodeCase.name} has no graph`)
  try {
    return prepareWith(nodeCase, graph, fixed)
  } catch (error) {
    const named = nameOfUnknown(error)
    if (named === undefined) throw error
    const names = graph.input.map(({ name = '' }) => name)
    // What is not an input itself follows from inputs.
    const more = names.includes(named) && !fixed.has(named) ? [named] : names
    const next = new Set([...fixed, ...more])
    if (next.size === fixed.size) throw error
    return prepare(nodeCase, next)
  }
}

function nameOfUnknown(error: unknown): string | undefined {
  if (!(error instanceof SluiceError)) return undefined
  return /input \d+ \("(.*)"\) is not known/.exec(error.what)?.[1]
}

function prepareWith(
  { name: file, model, tensors }: NodeCase,
  graph: GraphMessage,
  fixed: ReadonlySet<string>,
): Prepared {
  const names = graph.input.map(({ name = '' }) => name)
  const initializer = names.flatMap((name, index) => {
    const tensor = tensors[index]
    return tensor && fixed.has(name) ? [{ ...tensor, name }] : []
  })
  const input = graph.input.filter(({ name = '' }) => !fixed.has(name))
  const changed = { ...model, graph: { ...graph, input, initializer } }
  const read = readOnnx(encode(modelSchema, changed), { name: file })
  const sizes = Object.fromEntries(
    read.inputs.flatMap((port) => {
      const dims = tensors[names.indexOf(port.name)]?.dims ?? []
      return (port.axes ?? []).flatMap((axis, at) =>
        typeof axis === 'string' ? [[axis, Number(dims[at])] as const] : [],
      )
    }),
  )
  const built = read.build(sizes)
  const entries = names.map((name, index) => [name, tensorOf(tensors[index])] as const)
  const feeds = Object.fromEntries(entries.filter(([name]) => !fixed.has(name)))
  return { built, feeds, expected: tensors.slice(names.length).map(tensorOf) }
}

function tensorOf(message: TensorMessage | undefined): Tensor {
  if (!message) throw new Error('a case has as many tensors as inputs and outputs')
  const { type, tensor } = readTensor(message, { file: 'a case', room: { bytes: 2 ** 20 } })
  return workingTensor(tensor, type, 'a case')
}
