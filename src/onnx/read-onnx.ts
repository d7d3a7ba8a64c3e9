/** ONNX files as graphs of gates. */
import { damaged } from '../formats/damaged.ts'
import { input } from '../gates/input.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { decode } from './codec.ts'
import { type Importing, isStandard, runNodes } from './import-graph.ts'
import { computed } from './operand.ts'
import {
  type AxisSizes,
  axisNames,
  checkPorts,
  checkSizes,
  type OnnxPort,
  portOf,
  shapeFor,
  valueFor,
} from './ports.ts'
import { type GraphMessage, type ModelMessage, modelSchema } from './schema.ts'
import { Scope } from './scope.ts'
import type { External, StoredTensor, TensorReading } from './tensor-data.ts'
import { storedWeights, type Trainable, Weights } from './weights.ts'

/** The opsets whose operators are known. */
const firstOpset = 13
const lastOpset = 22

export interface ReadOnnxOptions {
  /** What errors call the file. Default `the ONNX file`. */
  readonly name?: string
  /** A file, or weights, of more bytes are refused. Default 2³¹, 2 GiB. */
  readonly maxBytes?: number
  /** Gives weights that are kept in files beside the model. Paths out of its folder are refused. */
  readonly external?: External
  /**
   * Which weights become parameters; the others are constants. Default: floating point with an axis
   * or more. Integers are always constants; running statistics of a batch norm are states.
   */
  readonly trainable?: Trainable
}

/** A graph for sizes that are known. */
export interface BuiltOnnx {
  readonly inputs: Readonly<Record<string, Value>>
  readonly outputs: Readonly<Record<string, Value>>
  /** What can be trained, by the names of the file. */
  readonly parameters: Readonly<Record<string, Value>>
}

export interface BuildOptions {
  /** Any values of the file's graph by name, in place of its outputs: features without the head. */
  readonly outputs?: readonly string[]
}

/** A network from an ONNX file, of which graphs are built. */
export interface OnnxModel {
  readonly name: string
  readonly opset: number
  readonly irVersion: number
  /** Who wrote it, such as `pytorch 2.4.0`. */
  readonly producer: string
  readonly description: string
  readonly metadata: Readonly<Record<string, string>>
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  /** The names of the sizes that `build` has to be given. */
  readonly axes: readonly string[]
  /** How often each operator stands in the graph. */
  readonly operators: Readonly<Record<string, number>>
  /** Everything that the file holds, as `writeSafetensors` takes it. */
  readonly weights: ReadonlyMap<string, Tensor>
  /**
   * The graph for these sizes, with inputs of its own; weights are the same values every time, so that
   * graphs for several sizes train the same ones.
   *
   * Throws: OPTION where a size is missing, FILE where the file asks for what is not there.
   */
  readonly build: (sizes?: AxisSizes, options?: BuildOptions) => BuiltOnnx
  /**
   * The outputs for values in place of the inputs: the network as a part of another graph, or in a
   * builder of `compile`, whose feeds then decide the sizes.
   */
  readonly call: (
    values: Readonly<Record<string, Value>>,
    options?: BuildOptions,
  ) => Readonly<Record<string, Value>>
}

/**
 * The network of an ONNX file, opset 13 to 22, as it is for inference: dropout passes everything, batch
 * norms use their running statistics. Weights have the names that they have in the file.
 *
 * Throws: FILE for a file that is damaged, of another format or version, or that keeps weights where
 * they cannot be had; an operator that is not supported is named by `build`.
 *
 * @example
 * const model = readOnnx(await readFile('model.onnx'))
 * const { inputs, outputs, parameters } = model.build({ batch: 4 })
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): OnnxModel {
  const { name: file = 'the ONNX file', maxBytes = 2 ** 31 } = options
  if (bytes.length > maxBytes) {
    throw damaged(`${file} is too large`, {
      expected: `at most ${maxBytes} bytes`,
      got: `${bytes.length}`,
      fix: 'raise maxBytes if you trust where it comes from',
    })
  }
  const message = decode(modelSchema, bytes, file)
  const { graph } = message
  if (!graph) {
    throw damaged(`${file} has no graph`, { expected: 'an ONNX model', got: 'a message without' })
  }
  const opset = opsetOf(message, file)
  const reading: TensorReading = { file, external: options.external, room: { bytes: maxBytes } }
  const stored = storedWeights(graph, reading)
  const weights = new Weights(stored, options.trainable ?? isTrainable)
  const importing: Importing = {
    opset,
    functions: new Map(message.functions.map((f) => [`${f.domain ?? ''}:${f.name ?? ''}`, f])),
    reading,
    statistic: (name, operand) => weights.statistic(name, operand),
    untied: (name, operand) => weights.untied(name, operand),
    progress: { count: 0 },
  }
  return new ImportedModel(message, graph, { importing, weights, stored, file })
}

function isTrainable(_name: string, { shape }: Tensor): boolean {
  return shape.length > 0
}

function opsetOf({ opsetImport }: ModelMessage, file: string): number {
  const standard = opsetImport.find(({ domain = '' }) => isStandard(domain))
  const opset = Number(standard?.version ?? 0)
  if (opset >= firstOpset && opset <= lastOpset) return opset
  throw damaged(`${file} is of an opset that is not known`, {
    expected: `opset ${firstOpset} to ${lastOpset} of ai.onnx`,
    got: standard ? `opset ${opset}` : 'none',
    fix: `export it with opset_version=17, or convert it: onnx.version_converter.convert_version(model, 17)`,
  })
}

interface Parts {
  readonly importing: Importing
  readonly weights: Weights
  readonly stored: ReadonlyMap<string, StoredTensor>
  readonly file: string
}

class ImportedModel implements OnnxModel {
  readonly name: string
  readonly opset: number
  readonly irVersion: number
  readonly producer: string
  readonly description: string
  readonly metadata: Readonly<Record<string, string>>
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly axes: readonly string[]
  readonly operators: Readonly<Record<string, number>>
  readonly weights: ReadonlyMap<string, Tensor>
  readonly #graph: GraphMessage
  readonly #parts: Parts

  constructor(message: ModelMessage, graph: GraphMessage, parts: Parts) {
    const { stored, file } = parts
    this.name = graph.name ?? ''
    this.opset = parts.importing.opset
    this.irVersion = Number(message.irVersion ?? 0)
    this.producer = [message.producerName, message.producerVersion].filter(Boolean).join(' ')
    this.description = message.docString ?? ''
    this.metadata = Object.fromEntries(
      message.metadataProps.map(({ key = '', value = '' }) => [key, value]),
    )
    this.inputs = graph.input
      .filter(({ name = '' }) => !stored.has(name))
      .map((info) => portOf(info, file))
    this.outputs = graph.output.map((info) => portOf(info, file))
    checkPorts(this.inputs, 'input', file)
    checkPorts(this.outputs, 'output', file)
    this.axes = axisNames(this.inputs)
    this.operators = countOperators(graph)
    this.weights = new Map([...stored].map(([name, { tensor }]) => [name, tensor]))
    this.#graph = graph
    this.#parts = parts
  }

  build(sizes: AxisSizes = {}, options: BuildOptions = {}): BuiltOnnx {
    checkSizes(sizes, this.axes)
    const inputs = Object.fromEntries(
      this.inputs.map((port) => {
        const { name, dtype } = port
        return [name, input(name, shapeFor(port, sizes), { dtype })]
      }),
    )
    const outputs = this.call(inputs, options)
    return { inputs, outputs, parameters: parametersOf(outputs) }
  }

  call(
    values: Readonly<Record<string, Value>>,
    { outputs: wanted }: BuildOptions = {},
  ): Readonly<Record<string, Value>> {
    const { importing, weights, file } = this.#parts
    const scope = new Scope()
    for (const [name, operand] of weights.operands) scope.define(name, operand, file)
    const sizes = new Map<string, number>()
    for (const port of this.inputs) {
      scope.define(port.name, computed(valueFor(port, values, sizes), port.elementType), file)
    }
    const names = wanted ?? this.outputs.map(({ name }) => name)
    runNodes(this.#graph.node, names, scope, { ...importing, progress: { count: 0 } })
    return Object.fromEntries(names.map((name) => [name, outputNamed(name, scope, file)]))
  }
}

/** What `name` stands for in the end, under that name. */
function outputNamed(name: string, scope: Scope, file: string): Value {
  const operand = scope.get(name, `outputs of ${file}`)
  if (operand.kind !== 'tensor') {
    throw damaged(`${file}: output "${name}" is no tensor`, {
      expected: 'a tensor',
      got: operand.kind,
      fix: 'choose other outputs: model.build(sizes, { outputs: [ … ] })',
    })
  }
  const value = operand.value()
  return value.name === undefined ? value.labelled({ name }) : value
}

function parametersOf(outputs: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const { states } = new Graph(outputs)
  const declared = states.map((value) => [stateOf(value), value] as const)
  const trained = declared.filter(([{ trainable }]) => trainable)
  return Object.fromEntries(
    trained.map(([{ key, symbol }, value]) => [key, value.labelled({ name: symbol })]),
  )
}

function countOperators({ node }: GraphMessage): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { opType = '' } of node) counts.set(opType, (counts.get(opType) ?? 0) + 1)
  return Object.fromEntries(counts)
}
