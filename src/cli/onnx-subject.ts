/** A network that another program exported, as the commands look at it. */
import { SluiceError } from '../errors.ts'
import { input } from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import { fromNumbers, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { criteria } from '../nn/index.ts'
import type { AxisSizes, BuiltOnnx, OnnxModel, OnnxPort } from '../onnx/index.ts'
import { randomNumbers } from './drawn-numbers.ts'
import type { Posed } from './subject.ts'
import { UsageError } from './usage.ts'

export interface SizeOptions {
  /** Sizes by the names of axes, as they were typed. */
  readonly size?: AxisSizes
  /** How many examples, where the file leaves that open. */
  readonly rows?: number
}

/** Sizes of axes that are not given: those of images are larger than those of texts. */
const usualSizes = { image: 32, other: 8 }

/**
 * Sizes for all axes that a file names: those that were typed; else the examples along the first axis
 * of an input, 32 for the sides of images, and 8.
 */
function sizesFor(model: OnnxModel, { size = {}, rows = 1 }: SizeOptions): AxisSizes {
  const found: Record<string, number> = {}
  for (const { axes = [] } of model.inputs) {
    axes.forEach((axis, at) => {
      if (typeof axis !== 'string' || axis in found) return
      const isSide = axes.length >= 4 && at >= 2
      found[axis] = at === 0 ? rows : isSide ? usualSizes.image : usualSizes.other
    })
  }
  return { ...found, ...size }
}

/** The graph of a file for these sizes. Throws as `build` of the model, with our options as the fix. */
export function buildOnnx(model: OnnxModel, options: SizeOptions): BuiltOnnx {
  try {
    return buildReadably(model, sizesFor(model, options))
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code === 'INTERNAL') throw error
    const { code, what, where, expected, got } = error
    const axes = model.axes.map((axis) => `${axis}=${sizesFor(model, options)[axis]}`).join(',')
    if (axes === '' || code === 'OPTION') throw error
    const fix = `${error.fix}; sizes are ${axes}: give others by --size`
    throw new SluiceError({ code, what, where: where ?? model.name, expected, got, fix })
  }
}

/** Names that an exporter has counted up say nothing: the input of such a file is x, its output ŷ. */
function buildReadably(model: OnnxModel, sizes: AxisSizes): BuiltOnnx {
  const built = model.build(sizes)
  const [[port] = [], [output] = []] = [model.inputs, Object.entries(built.outputs)]
  if (model.inputs.length !== 1 || !port || !output) return built
  const name = inputNameOf(model)
  const x = input(name, built.inputs[port.name]?.shape ?? [], { dtype: port.dtype })
  const { [output[0]]: first, ...others } = model.call({ [port.name]: x })
  if (!first) return built
  const yHat = isMadeUp(output[0]) ? 'ŷ' : output[0]
  const outputs = { [yHat]: first.labelled({ name: yHat }), ...others }
  return { inputs: { [name]: x }, outputs, parameters: built.parameters }
}

/** What the commands call the one input of a file. */
export function inputNameOf({ inputs: [port] }: OnnxModel): string {
  return port && !isMadeUp(port.name) ? port.name : 'x'
}

/** Whether an exporter has counted a name up. */
export function isMadeUp(name: string): boolean {
  return /^(onnx::\w+_|input\.)?\d+$/.test(name)
}

/** The cost of a file's first output on examples that the seed draws. */
export function poseOnnx(
  model: OnnxModel,
  options: SizeOptions & { readonly criterion: string; readonly seed: number },
  given?: Readonly<Record<string, Tensor>>,
): Posed {
  const rows = given && Object.values(given)[0]?.shape[0]
  const built = buildOnnx(model, { ...options, ...(rows !== undefined && { rows }) })
  const yHat = costed(built, model.name)
  const x = given ?? drawnInputs(model.inputs, built, options.seed)
  const y = targetsFor(yHat, options)
  const target = 'y' in built.inputs ? 'target' : 'y'
  const wanted = input(target, y.shape, { dtype: y.dtype === 'i32' ? 'i32' : yHat.dtype })
  const build = criteria[options.criterion] ?? criteria.mse
  const J = build?.(yHat, wanted) as Value // mse is always there
  return {
    J: J.name === undefined ? J.labelled({ name: 'J' }) : J,
    ...{ yHat, target, feeds: { ...x, [target]: y } },
    ...{ criterion: options.criterion, classes: yHat.shape.at(-1) ?? 1 },
  }
}

/** The first output that has a gradient. */
function costed({ outputs }: BuiltOnnx, name: string): Value {
  const found = Object.values(outputs).find(({ dtype }) => isFloating(dtype))
  if (found) return found
  throw new SluiceError({
    code: 'FILE',
    what: `${name}: none of its outputs has a gradient`,
    expected: 'an output in floating point',
    got: Object.values(outputs)
      .map(({ dtype, shape }) => `${dtype}${formatShape(shape)}`)
      .join(', '),
    fix: 'look at it with draw or summary, which need no gradient',
  })
}

/** Numbers from 0 to 1; whole numbers are 0 and 1, which are places in any list of words. */
function drawnInputs(
  ports: readonly OnnxPort[],
  { inputs }: BuiltOnnx,
  seed: number,
): Readonly<Record<string, Tensor>> {
  const values = Object.entries(inputs)
  return Object.fromEntries(
    ports.map(({ dtype }, at) => {
      const [name = '', { shape } = { shape: [] }] = values[at] ?? []
      const drawn = randomNumbers(name, sizeOf(shape), seed)
      const numbers = isFloating(dtype) ? drawn : drawn.map(Math.round)
      return [name, { shape, dtype, data: fromNumbers(numbers, dtype) }]
    }),
  )
}

function targetsFor(
  { shape, dtype }: Value,
  { criterion, seed }: { readonly criterion: string; readonly seed: number },
): Tensor {
  const rest = shape.slice(0, -1)
  const classes = shape.at(-1) ?? 1
  if (criterion !== 'crossEntropy') {
    return { shape, dtype, data: fromNumbers(randomNumbers('y', sizeOf(shape), seed), dtype) }
  }
  if (shape.length < 2) throw noClasses(shape)
  const labels = randomNumbers('y', sizeOf(rest), seed)
  const data = Int32Array.from(labels, (share) => Math.min(classes - 1, share * classes))
  return { shape: rest, dtype: 'i32', data }
}

function noClasses(shape: readonly number[]): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: '--criterion crossEntropy: the output has no axis of classes',
    expected: 'an output [examples, classes]',
    got: formatShape(shape),
    fix: 'leave out --criterion',
  })
}
