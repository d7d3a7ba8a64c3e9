/**
 * A network from an ONNX file with a head of its own, as it is trained on examples in rows, and as a
 * saved model holds it: its graph as JSON, its weights beside it.
 */
import { SluiceError } from '../errors.ts'
import { damaged } from '../formats/damaged.ts'
import * as gates from '../gates/index.ts'
import { uniform } from '../gates/initializers.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { createLayer, type Layer, ownedBy } from '../nn/layer.ts'
import { activations, type HeadSpec, type ImportedSpec } from '../nn/network.ts'
import { onlyInput, onnxLayer } from './onnx-layer.ts'
import { type OnnxModel, readOnnx } from './read-onnx.ts'

export interface ImportOptions {
  /** The value that goes on to the head, or is what is predicted. Default: the first output. */
  readonly output?: string | undefined
  /** The layers after it; the widths are those behind the features, which follow from the file. */
  readonly head?: HeadSpec | undefined
  /** What an example is, where the file leaves sizes open: its axes but the first. */
  readonly exampleShape?: Shape | undefined
}

export interface ImportedNetwork {
  /** From f32[examples, inputs] to [examples, outputs]. Its weights have the names of the file. */
  readonly layer: Layer
  readonly spec: ImportedSpec
  /** How many numbers an example is, and how many come out for it. */
  readonly widths: readonly [inputs: number, outputs: number]
}

/**
 * The network of a file, to be trained further on examples in rows: each becomes what the file's
 * input is, such as an image of [1, 8, 8], and what comes out becomes a row again.
 *
 * Throws: OPTION for a network of several inputs, and for sizes that are not known; FILE where its
 * graph does not keep examples apart, and as `build` of the model.
 *
 * @example
 * const model = readOnnx(bytes)
 * const { layer, spec } = importNetwork(model, {
 *   output: model.head?.features,
 *   head: { name: 'fc', widths: [3], activation: 'relu' },
 * })
 */
export function importNetwork(model: OnnxModel, options: ImportOptions = {}): ImportedNetwork {
  const { output, head } = options
  const parts: BodyParts = { model, output, exampleShape: exampleShapeOf(model, options) }
  const { body, features } = bodyOf(parts)
  const skeleton = model.skeleton(output === undefined ? {} : { outputs: [output] })
  if (skeleton.length > mostBytes) throw tooLarge(skeleton.length)
  const spec: ImportedSpec = {
    ...{ graph: base64Of(skeleton), exampleShape: parts.exampleShape },
    ...(head && {
      head: { ...head, name: freeName(head.name, body), widths: [features, ...head.widths] },
    }),
  }
  const outputs = head?.widths.at(-1) ?? features
  return { layer: withHead(parts, spec.head), spec, widths: [sizeOf(parts.exampleShape), outputs] }
}

/**
 * The network of a saved model as it was trained, but for its weights: they stand in the file beside
 * it, and begin as anything here.
 *
 * Throws: FILE where the graph is damaged; `name` is what errors call it.
 */
export function importedLayer(spec: ImportedSpec, name = 'the model'): Layer {
  const { exampleShape, head } = spec
  const model = readOnnx(bytesOf(spec.graph, name), {
    name,
    external: (_, { length }) => unlike(length),
  })
  const parts: BodyParts = { model, output: undefined, exampleShape }
  const { features } = bodyOf(parts)
  if (head && head.widths[0] !== features) {
    throw damaged(`${name}: its head does not fit its graph`, {
      expected: `${features} features`,
      got: `${head.widths[0]}`,
    })
  }
  return withHead(parts, head)
}

/** Far more than the graph of any network without its weights. */
const mostBytes = 2 ** 24

/** Bytes of elements that are not all alike: those would be taken for weights that nobody shares. */
function unlike(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at % 251)
}

interface BodyParts {
  readonly model: OnnxModel
  readonly output: string | undefined
  readonly exampleShape: readonly number[]
}

/** The network before the head, from rows to rows, and how wide those are. */
function bodyOf({ model, output, exampleShape }: BodyParts): {
  readonly body: Layer
  readonly features: number
} {
  const inner = onnxLayer(model, output === undefined ? {} : { output })
  const { dtype } = onlyInput(model)
  const { stages: _, ...facts } = inner
  const body = createLayer((x) => {
    const [examples = 0] = x.shape
    const shaped = gates.reshape(x, [examples, ...exampleShape])
    const given = inner(shaped.dtype === dtype ? shaped : gates.cast(shaped, dtype))
    const width = sizeOf(given.shape) / examples
    return given.shape.length === 2 ? given : gates.reshape(given, [examples, width])
  }, facts)
  // Two sizes, as one alone may be the size that a file keeps as a number.
  const widths = [2, 3].map((examples) => {
    const given = inner(gates.input('x', [examples, ...exampleShape], { dtype }))
    if (given.shape[0] !== examples) {
      throw oneSize(model, `outputs ${formatShape(given.shape)} for ${examples}`)
    }
    return sizeOf(given.shape) / examples
  })
  return { body, features: widths[0] ?? 0 }
}

function withHead(parts: BodyParts, head: HeadSpec | undefined): Layer {
  const { body } = bodyOf(parts)
  const at = (path: string): Layer =>
    withHead(
      { ...parts, model: parts.model.at(path) },
      head && { ...head, name: `${path}.${head.name}` },
    )
  if (!head) return createLayer(body, { ...body, at })
  const { widths, name } = head
  const [features = 1, ...rest] = widths
  // As in torch.nn.Sequential, where activations stand between.
  const keyOf = (index: number) => (rest.length === 1 ? name : `${name}.${2 * index}`)
  const layers = rest.map((width, index) =>
    turnedLinear(keyOf(index), index === 0 ? features : (rest[index - 1] ?? 1), width),
  )
  const activate = activations[head.activation] ?? gates.relu
  const owned = ownedBy(Object.fromEntries(layers.map((layer, index) => [keyOf(index), layer])))
  return createLayer(
    (x) => layers.reduce((y, layer, at) => layer(at === 0 ? y : activate(y)), body(x)),
    {
      description: `${body.description}, linear(${widths.join(' → ')})`,
      parameters: { ...body.parameters, ...owned.parameters },
      buffers: body.buffers,
      torch: { ...body.torch, ...owned.torch },
      numberCount: 0,
      at,
    },
  )
}

/** x · Wᵀ + b with W as PyTorch keeps it, so that all weights of the file are as it reads them. */
function turnedLinear(key: string, inputs: number, outputs: number): Layer {
  const bound = 1 / Math.sqrt(inputs)
  const own = (name: string, shape: readonly number[]): Value =>
    gates.parameter(`${key}.${name}`, shape, {
      key: `${key}.${name}`,
      init: uniform(-bound, bound),
    })
  const [weight, bias] = [own('weight', [outputs, inputs]), own('bias', [outputs])]
  const layer: Layer = createLayer(
    (x) => gates.add(gates.matmul(x, gates.transpose(weight)), bias),
    {
      description: `linear(${inputs} → ${outputs})`,
      parameters: { weight, bias },
      torch: { weight: { name: 'weight' }, bias: { name: 'bias' } },
      numberCount: 0,
      at: (path) => turnedLinear(path, inputs, outputs),
    },
  )
  return layer
}

/** The name, or one beside it where weights before the head have it. */
function freeName(name: string, { parameters, buffers }: Layer): string {
  const keys = Object.keys({ ...parameters, ...buffers })
  const isTaken = (one: string) => keys.some((key) => key.startsWith(`${one}.`))
  let free = name
  while (isTaken(free)) free = `new_${free}`
  return free
}

function exampleShapeOf(model: OnnxModel, { exampleShape }: ImportOptions): Shape {
  const { name, axes = [] } = onlyInput(model)
  if (typeof axes[0] === 'number') throw oneSize(model, `${axes[0]} alone`)
  if (exampleShape) return exampleShape
  const sizes = axes.slice(1).filter((axis) => typeof axis === 'number')
  if (axes.length > 0 && sizes.length === axes.length - 1) return sizes
  const known = axes.map((axis) => (typeof axis === 'number' ? axis : JSON.stringify(axis)))
  throw new SluiceError({
    code: 'OPTION',
    what: `onnx: "${model.name}" does not say how large an example is`,
    where: `input "${name}" [${known.join(', ')}]`,
    expected: 'sizes of all axes but the first',
    got: axes.length === 0 ? 'no axes' : known.slice(1).join(', '),
    fix: 'say them: importNetwork(model, { exampleShape: [ … ] })',
  })
}

function oneSize(model: OnnxModel, got: string): SluiceError {
  const { name, axes = [] } = onlyInput(model)
  return damaged(`onnx: "${model.name}" does not keep examples apart`, {
    where: `input "${name}" [${axes.join(', ')}]`,
    expected: 'one row of outputs for each example, for any number of them',
    got,
    fix: `export it with a free batch: torch.onnx.export(…, dynamic_axes={"${name}": {0: "batch"}})`,
  })
}

function tooLarge(length: number): SluiceError {
  return damaged('onnx: the graph is too large to be saved with a model', {
    expected: `at most ${mostBytes} bytes beside its weights`,
    got: `${length}`,
    fix: 'export it so that its constants are weights, or train a smaller part of it',
  })
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  // In parts, as arguments are kept on the stack.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(text)
}

function bytesOf(text: string, name: string): Uint8Array {
  if (text.length <= (mostBytes * 4) / 3 + 4 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    try {
      return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    } catch {
      // Said below.
    }
  }
  throw damaged(`${name}: its graph is damaged`, {
    expected: `an ONNX graph in base64, of at most ${mostBytes} bytes`,
    got: `${JSON.stringify(text.slice(0, 20))} …`,
  })
}
