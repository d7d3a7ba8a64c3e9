/** An imported network, or the part of it before some value, as a layer among layers. */
import { SluiceError } from '../errors.ts'
import { input } from '../gates/input.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { createLayer, type Layer } from '../nn/layer.ts'
import type { OnnxPort } from './ports.ts'
import type { OnnxModel } from './read-onnx.ts'

export interface OnnxLayerOptions {
  /** A value of the file's graph, in place of its first output: `model.head.features`. */
  readonly output?: string | undefined
}

/**
 * The network of a file as a layer, for `sequential`, `fit` and all that take layers: from its one
 * input to its first output, or to any value within. Its weights are the file's, and parameters as
 * any other; norms evaluate and dropout passes everything in training, too, as in the file.
 *
 * Throws: OPTION for a network of several inputs; FILE as `build` of the model.
 *
 * @example
 * const model = readOnnx(await readFile('resnet.onnx'))
 * const body = onnxLayer(model, { output: model.head?.features })
 * const network = sequential(body, flatten(), linear(512, 3))
 */
export function onnxLayer(model: OnnxModel, options: OnnxLayerOptions = {}): Layer {
  const port = onlyInput(model)
  const { output = model.outputs[0]?.name ?? '' } = options
  const forward = (x: Value): Value => {
    const given = model.call({ [port.name]: x }, { outputs: [output] })[output]
    return given as Value // one for each output that is asked for
  }
  const probe = input('x', probeShape(port, model), { dtype: port.dtype })
  const graph = new Graph({ output: forward(probe) })
  const states = graph.states.map((value) => [stateOf(value), value] as const)
  const { path } = model
  const own = (isTrainable: boolean) =>
    states
      .filter(([{ trainable }]) => trainable === isTrainable)
      .map(([{ key }, value]) => [path === '' ? key : key.slice(path.length + 1), value] as const)
  const parameters = Object.fromEntries(own(true))
  const buffers = Object.fromEntries(own(false))
  const keys = [...Object.keys(parameters), ...Object.keys(buffers)]
  return createLayer(forward, {
    description: `onnx(${model.name}: ${port.name} → ${output})`,
    parameters,
    buffers,
    torch: Object.fromEntries(keys.map((key) => [key, { name: key }])),
    numberCount: 0,
    at: (place) => onnxLayer(model.at(place), options),
  })
}

/** The input of a network that has one. Throws OPTION for any other. */
export function onlyInput({ inputs, name }: OnnxModel): OnnxPort {
  const [first, ...others] = inputs
  if (first && others.length === 0) return first
  throw new SluiceError({
    code: 'OPTION',
    what: `onnx: "${name}" takes several inputs, and a layer takes one`,
    expected: 'a network of one input',
    got: inputs.map(({ name, axes }) => `${name}${formatAxes(axes)}`).join(', ') || 'none',
    fix: 'write a function that calls it: (x) => model.call({ … }).y',
  })
}

/** A shape that an input may have: two examples where their number is free, else sizes of 8. */
function probeShape({ name, axes }: OnnxPort, model: OnnxModel): Shape {
  if (axes) return axes.map((axis, at) => (typeof axis === 'number' ? axis : at === 0 ? 2 : 8))
  throw new SluiceError({
    code: 'OPTION',
    what: `onnx: "${model.name}" does not say how many axes its input has`,
    where: `input "${name}"`,
    expected: 'a size or a name for each axis',
    got: 'nothing',
    fix: `readOnnx(bytes, { axes: { ${JSON.stringify(name)}: ['batch', 4] } })`,
  })
}

export function formatAxes(axes: OnnxPort['axes']): string {
  return axes ? formatShape(axes as Shape) : '[…]' // names are written as sizes are
}
