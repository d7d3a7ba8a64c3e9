/** Networks for any sizes of what is fed: written for a few, and what these have in common. */
import { SluiceError } from '../../errors.ts'
import { input } from '../../gates/input.ts'
import type { DType } from '../../ir/dtype.ts'
import type { Update } from '../../ir/graph.ts'
import type { Value } from '../../ir/value.ts'
import type { FileOptions, FileWriter } from './file-writer.ts'
import { type AxisSource, generalised } from './generalised.ts'
import { type Probes, probesOf } from './sizes.ts'
import { type Written, written } from './written.ts'

/** An input of a builder: the name of a size stands for any. Default dtype f32. */
export interface OnnxInput {
  readonly shape: readonly (number | string)[]
  readonly dtype?: DType
}

/** What a builder gives: outputs, or outputs with updates. */
export type OnnxOutputs =
  | Readonly<Record<string, Value>>
  | { readonly outputs: Readonly<Record<string, Value>>; readonly updates: readonly Update[] }

/** Outputs for inputs of sizes that it is given. */
export type OnnxBuilder = (inputs: Readonly<Record<string, Value>>) => OnnxOutputs

export interface WriteOnnxBuilderOptions extends FileOptions {
  readonly inputs: Readonly<Record<string, OnnxInput>>
}

/**
 * What sizes a builder is tried with: of those that a network has few are alike to them, and none is a
 * power of two or beside one, by which is multiplied instead of divided. Odd and even ones, as halves are
 * whole for some only.
 */
const sizesTried = [37, 53, 46, 67, 41, 59, 50, 70, 61, 73, 58, 83]
/** For networks that have places for so many only. */
const smallSizes = [6, 10, 11, 14, 12, 13, 18, 19, 20, 11, 21, 22]
/** With each name there are twice as many graphs to build. */
const mostAxes = 3

export function writtenForAll(
  builder: OnnxBuilder,
  options: WriteOnnxBuilderOptions,
): Uint8Array<ArrayBuffer> {
  const names = axisNames(options.inputs)
  if (names.length > mostAxes) throw tooManyAxes(names)
  const probes = probesOf(names, sizesTried)
  let all: readonly Written[]
  try {
    all = writtenFor(builder, options, probes)
  } catch (error) {
    // Only what is refused while it is built: a graph that differs would differ unseen.
    if (names.length === 0) throw error
    const small = probesOf(names, smallSizes)
    return generally(writtenFor(builder, options, small), small, options)
  }
  return generally(all, probes, options)
}

function writtenFor(
  builder: OnnxBuilder,
  options: WriteOnnxBuilderOptions,
  probes: Probes,
): readonly Written[] {
  return probes.sizes.map((sizes) => {
    const { outputs, updates = [] } = builtFor(builder, options, named(probes.names, sizes))
    return written(outputs, updates, options)
  })
}

function generally(
  all: readonly Written[],
  probes: Probes,
  { inputs }: WriteOnnxBuilderOptions,
): Uint8Array<ArrayBuffer> {
  const [{ file, metadata }] = all as [Written] // one probe at least
  if (probes.names.length === 0) return file.finish(metadata)
  const axes = probes.names.map((name) => axisSource(file, inputs, name))
  const sized = all.map((one) => one.file.sized())
  return file.finish(metadata, generalised(sized, probes, axes))
}

function named(names: readonly string[], sizes: readonly number[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, at) => [name, sizes[at] ?? 1]))
}

/** The graph for sizes by name; 1 where none is given. */
export function builtFor(
  builder: OnnxBuilder,
  { inputs }: WriteOnnxBuilderOptions,
  sizes: ReadonlyMap<string, number> = new Map(),
): { readonly outputs: Readonly<Record<string, Value>>; readonly updates?: readonly Update[] } {
  const made = Object.entries(inputs).map(([name, { shape, dtype = 'f32' }]) => {
    const own = shape.map((size) => (typeof size === 'number' ? size : (sizes.get(size) ?? 2)))
    return [name, input(name, own, { dtype })] as const
  })
  const built = builder(Object.fromEntries(made))
  return isWithUpdates(built) ? built : { outputs: built }
}

function isWithUpdates(
  built: OnnxOutputs,
): built is Extract<OnnxOutputs, { readonly updates: readonly Update[] }> {
  return Array.isArray(built.updates)
}

function axisNames(inputs: Readonly<Record<string, OnnxInput>>): readonly string[] {
  const sizes = Object.values(inputs).flatMap(({ shape }) => shape)
  return [...new Set(sizes.filter((size) => typeof size === 'string'))]
}

/** The first input that has the axis, and where. */
function axisSource(
  file: FileWriter,
  inputs: Readonly<Record<string, OnnxInput>>,
  name: string,
): AxisSource {
  for (const [key, { shape }] of Object.entries(inputs)) {
    const wire = file.inputNamed(key)
    if (wire && shape.includes(name)) return [wire, shape.indexOf(name)]
  }
  throw new SluiceError({
    code: 'SHAPE',
    what: `onnx: no input that is used has the size "${name}"`,
    expected: 'an input of the graph with that size',
    got: `inputs that nothing reads`,
    fix: 'give that axis a number',
  })
}

function tooManyAxes(names: readonly string[]): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'onnx: too many sizes have names',
    expected: `${mostAxes} names or fewer`,
    got: names.join(', '),
    fix: 'give the others numbers',
  })
}
