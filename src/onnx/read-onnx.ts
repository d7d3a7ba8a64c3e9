/** ONNX files as graphs of gates. */
import { damaged } from '../formats/damaged.ts'
import { input } from '../gates/input.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { decode } from './codec.ts'
import { checkValues } from './graph-values.ts'
import { findHead, type OnnxHead } from './head.ts'
import { type Importing, isStandard, runNodes } from './import-graph.ts'
import { computed } from './operand.ts'
import {
  type AxisSizes,
  axisNames,
  checkPorts,
  checkSizes,
  type InputAxes,
  type OnnxPort,
  portOf,
  shapeFor,
  valueFor,
  withAxes,
} from './ports.ts'
import { type GraphMessage, type ModelMessage, modelSchema } from './schema.ts'
import { Scope } from './scope.ts'
import { encodeSkeleton } from './skeleton.ts'
import type { External, StoredTensor, TensorReading } from './tensor-data.ts'
import { weightKeys } from './weight-keys.ts'
import { storedWeights, type Trainable, Weights, type WeightsOptions } from './weights.ts'

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
  /**
   * Sizes of inputs, or names for them, in place of those in the file: `{ x: ['batch', 3, 64, 64] }`
   * frees a batch that was exported with one size. What the file computes with sizes that it keeps
   * as numbers stays as it is, and `build` says where that does not fit.
   */
  readonly axes?: InputAxes
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
  /**
   * Everything that the file holds under the names that it has there, as `writeSafetensors` takes it.
   * Parameters have the same names, but for those that the exporter made up (`onnx::Conv_193`): they
   * are called after the module that reads them, `layer1.0.conv1.weight`.
   */
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
  /** What the keys of its weights begin with; empty unless `at` says so. */
  readonly path: string
  /** The same network with weights of its own, whose keys begin with a path: `body.fc.weight`. */
  readonly at: (path: string) => OnnxModel
  /** The last layer before the outputs, where that is a linear one with weights of the file. */
  readonly head: OnnxHead | undefined
  /**
   * The graph of these outputs alone, as an ONNX file without the weights that became states where it
   * was built: `external` of `readOnnx` is asked for them.
   */
  readonly skeleton: (options?: BuildOptions) => Uint8Array<ArrayBuffer>
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
  const { trainable = isTrainable, axes = {} } = options
  const keys = weightKeys(graph, message)
  const parts = { opset, reading, stored, file, axes, options: { trainable, keys, path: '' } }
  return new ImportedModel(message, graph, parts)
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
  readonly opset: number
  readonly reading: TensorReading
  readonly stored: ReadonlyMap<string, StoredTensor>
  readonly file: string
  readonly axes: InputAxes
  readonly options: WeightsOptions
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
  readonly #message: ModelMessage
  readonly #graph: GraphMessage
  readonly #parts: Parts
  readonly #states: Weights

  constructor(message: ModelMessage, graph: GraphMessage, parts: Parts) {
    const { stored, file, opset } = parts
    this.name = graph.name ?? ''
    this.opset = opset
    this.irVersion = Number(message.irVersion ?? 0)
    this.producer = [message.producerName, message.producerVersion].filter(Boolean).join(' ')
    this.description = message.docString ?? ''
    this.metadata = Object.fromEntries(
      message.metadataProps.map(({ key = '', value = '' }) => [key, value]),
    )
    const declared = graph.input
      .filter(({ name = '' }) => !stored.has(name))
      .map((info) => portOf(info, file))
    this.inputs = withAxes(declared, parts.axes)
    this.outputs = graph.output.map((info) => portOf(info, file))
    checkPorts(this.inputs, 'input', file)
    checkPorts(this.outputs, 'output', file)
    this.axes = axisNames(this.inputs)
    this.operators = countOperators(graph)
    this.weights = new Map([...stored].map(([name, { tensor }]) => [name, tensor]))
    this.#message = message
    this.#graph = graph
    this.#parts = parts
    this.#states = new Weights(stored, parts.options)
  }

  get path(): string {
    return this.#parts.options.path
  }

  get head(): OnnxHead | undefined {
    return findHead(this.#graph, this.#parts.options.keys)
  }

  at(path: string): OnnxModel {
    const options = { ...this.#parts.options, path }
    return new ImportedModel(this.#message, this.#graph, { ...this.#parts, options })
  }

  skeleton({ outputs = this.outputs.map(({ name }) => name) }: BuildOptions = {}) {
    const { states } = this.#states
    const { inputs, weights } = this
    const { keys } = this.#parts.options
    return encodeSkeleton(this.#message, this.#graph, { outputs, inputs, states, weights, keys })
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
    const { file } = this.#parts
    if (wanted) checkValues(wanted, this.#graph, file)
    const scope = new Scope()
    for (const [name, operand] of this.#states.operands) scope.define(name, operand, file)
    const sizes = new Map<string, number>()
    for (const port of this.inputs) {
      scope.define(port.name, computed(valueFor(port, values, sizes), port.elementType), file)
    }
    const names = wanted ?? this.outputs.map(({ name }) => name)
    runNodes(this.#graph.node, names, scope, this.#importing())
    return Object.fromEntries(names.map((name) => [name, outputNamed(name, scope, file)]))
  }

  #importing(): Importing {
    const { opset, reading } = this.#parts
    const weights = this.#states
    const { functions } = this.#message
    return {
      opset,
      functions: new Map(functions.map((f) => [`${f.domain ?? ''}:${f.name ?? ''}`, f])),
      reading,
      statistic: (name, operand) => weights.statistic(name, operand),
      untied: (name, operand) => weights.untied(name, operand),
      progress: { count: 0 },
    }
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
