/** The inputs and outputs of an ONNX graph: their types, and sizes that are known by name only. */
import { nearest, SluiceError } from '../errors.ts'
import { damaged } from '../formats/damaged.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import { formatType, type Value } from '../ir/value.ts'
import { describeType, type ElementType, elementTypeOf, elementTypes } from './element-type.ts'
import type { ValueInfo } from './schema.ts'

/** An input or output as the file declares it. */
export interface OnnxPort {
  readonly name: string
  /** What is fed or given here. */
  readonly dtype: ComputeDType
  /** What the file says: int64 is i32 here, float16 f32. */
  readonly elementType: ElementType
  /** Sizes, or the names of sizes that `build` is given; absent where the file says nothing. */
  readonly axes: readonly (number | string)[] | undefined
}

/** Sizes by the names of axes. */
export type AxisSizes = Readonly<Record<string, number>>

/** What the file says of an input or output. Throws FILE for one that is no tensor of numbers. */
export function portOf({ name = '', type }: ValueInfo, file: string): OnnxPort {
  const tensor = type?.tensorType
  const elementType = elementTypeOf(tensor?.elemType ?? 0)
  const dtype = elementType && elementTypes[elementType].computed
  if (!tensor || !elementType || !dtype) {
    throw damaged(`${file}: "${name}" is no tensor of numbers`, {
      where: `"${name}"`,
      expected: 'a tensor of float, double, float16, bfloat16, bool or integers',
      got: tensor ? describeType(tensor.elemType ?? 0) : kindOf(type),
      fix: 'export the part of the model that works on tensors',
    })
  }
  const axes = tensor.shape?.dim.map(({ dimValue, dimParam }, axis) =>
    dimValue === undefined ? dimParam || `${name}[${axis}]` : Number(dimValue),
  )
  return { name, dtype, elementType, axes }
}

/** The sizes of inputs by name, in place of those that the file declares. */
export type InputAxes = Readonly<Record<string, readonly (number | string)[]>>

/** Ports with other sizes. Throws OPTION for an input that is not there or has another number of axes. */
export function withAxes(ports: readonly OnnxPort[], axes: InputAxes): readonly OnnxPort[] {
  const names = ports.map(({ name }) => name)
  for (const [name, given] of Object.entries(axes)) {
    const port = ports.find((one) => one.name === name)
    if (port && (port.axes === undefined || port.axes.length === given.length)) continue
    const near = port ? undefined : nearest(name, names)
    throw new SluiceError({
      code: 'OPTION',
      what: port ? `onnx: input "${name}" has another number of axes` : `onnx: no input "${name}"`,
      expected: port ? `${port.axes?.length} sizes: [${port.axes?.join(', ')}]` : names.join(', '),
      got: port ? `${given.length}: [${given.join(', ')}]` : `"${name}"`,
      fix: near ? `did you mean "${near}"?` : 'give a size or a name for each axis of that input',
    })
  }
  return ports.map((port) =>
    Object.hasOwn(axes, port.name) ? { ...port, axes: axes[port.name] } : port,
  )
}

function kindOf(type: ValueInfo['type']): string {
  if (type?.sequenceType) return 'a sequence'
  return type?.optionalType ? 'an optional value' : 'no type'
}

/** Throws FILE where two have one name. */
export function checkPorts(ports: readonly OnnxPort[], kind: string, file: string): void {
  const names = ports.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index || name === '')
  if (twice === undefined) return
  throw damaged(`${file}: an ${kind} has no name of its own`, {
    where: `${kind} "${twice}"`,
    expected: 'each name once',
    got: names.join(', '),
  })
}

/** The names of sizes, in the order in which they come. */
export function axisNames(ports: readonly OnnxPort[]): readonly string[] {
  const names = ports.flatMap(({ axes = [] }) => axes.filter((axis) => typeof axis === 'string'))
  return [...new Set(names)]
}

/** The shape of an input for sizes by name. Throws OPTION where one is missing. */
export function shapeFor(port: OnnxPort, sizes: AxisSizes): Shape {
  if (!port.axes) {
    throw new SluiceError({
      code: 'OPTION',
      what: `onnx: the file does not say how many axes "${port.name}" has`,
      where: `input "${port.name}"`,
      expected: 'model.call({ … }) with a value in its place',
      got: 'model.build()',
      fix: `model.call({ ${port.name}: input('${port.name}', [4, 3]) })`,
    })
  }
  return port.axes.map((axis) => {
    if (typeof axis === 'number') return axis
    const size = Object.hasOwn(sizes, axis) ? sizes[axis] : undefined
    if (size !== undefined && Number.isSafeInteger(size) && size >= 0) return size
    throw new SluiceError({
      code: 'OPTION',
      what: `onnx: the size "${axis}" of input "${port.name}" is not given`,
      where: `input "${port.name}" [${port.axes?.join(', ')}]`,
      expected: `a whole number for "${axis}"`,
      got:
        size === undefined ? `sizes for ${Object.keys(sizes).join(', ') || 'nothing'}` : `${size}`,
      fix: `model.build({ ${JSON.stringify(axis)}: 1 })`,
    })
  })
}

/** Throws OPTION for a size that no input has. */
export function checkSizes(sizes: AxisSizes, names: readonly string[]): void {
  const unknown = Object.keys(sizes).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const near = nearest(unknown, names)
  throw new SluiceError({
    code: 'OPTION',
    what: `onnx: no input has a size "${unknown}"`,
    expected: names.length > 0 ? names.join(', ') : 'nothing: all sizes stand in the file',
    got: `"${unknown}"`,
    fix: near ? `did you mean "${near}"?` : 'leave it out',
  })
}

/** The value in place of an input. Throws FEED where it is missing or of another type. */
export function valueFor(
  port: OnnxPort,
  values: Readonly<Record<string, Value>>,
  sizes: Map<string, number>,
): Value {
  const { name, axes, dtype } = port
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  const expected = `${dtype}[${axes?.join(', ') ?? '…'}]`
  if (!value) {
    const got = Object.keys(values).join(', ') || 'nothing'
    throw wrongValue(name, `there is no value for input "${name}"`, expected, got)
  }
  const fits = (size: number, axis: number) => {
    const declared = axes?.[axis]
    if (typeof declared !== 'string') return declared === undefined || declared === size
    const known = sizes.get(declared) ?? size
    sizes.set(declared, known)
    return known === size
  }
  const isRank = axes === undefined || axes.length === value.shape.length
  if (value.dtype === dtype && isRank && value.shape.every(fits)) return value
  const known = [...sizes].map(([axis, size]) => `${axis} = ${size}`).join(', ')
  const wanted = known && isRank ? `${expected} with ${known}` : expected
  throw wrongValue(name, `the value for input "${name}" does not fit`, wanted, formatType(value))
}

function wrongValue(name: string, what: string, expected: string, got: string): SluiceError {
  const fix = `give call a value of that type under "${name}"`
  return new SluiceError({
    code: 'FEED',
    what: `onnx: ${what}`,
    where: `input "${name}"`,
    expected,
    got,
    fix,
  })
}
