/**
 * ONNX models as bytes: as much of the format as a model of a few nodes needs.
 * Source: onnx.proto3 of ONNX, IR version 10, operator set 20, and the protocol buffers encoding.
 */

export interface ModelNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, number | string>>
}

export interface Model {
  readonly nodes: readonly ModelNode[]
  readonly floats: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly data: Float32Array
  }[]
  readonly integers: readonly { readonly name: string; readonly numbers: readonly number[] }[]
  /** Fed with each run; f32. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /** All of them f32. */
  readonly outputs: readonly string[]
}

const float = 1
const integer64 = 7

export function modelBytes({ nodes, floats, integers, inputs, outputs }: Model): Uint8Array {
  const graph = Buffer.concat([
    ...nodes.map((node) => message(1, nodeBytes(node))),
    text(2, 'kernel'),
    ...floats.map(({ name, shape, data }) =>
      message(5, tensorBytes(name, shape, float, Buffer.from(data.buffer))),
    ),
    ...integers.map(({ name, numbers }) => {
      const data = BigInt64Array.from(numbers, BigInt)
      return message(5, tensorBytes(name, [numbers.length], integer64, Buffer.from(data.buffer)))
    }),
    ...inputs.map((input) => message(11, inputBytes(input))),
    ...outputs.map((name) => message(12, outputBytes(name))),
  ])
  return Buffer.concat([number(1, 10), message(7, graph), message(8, number(2, 20))])
}

function nodeBytes({ operator, inputs, outputs, attributes }: ModelNode): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeBytes(name, value))),
  ])
}

function attributeBytes(name: string, value: number | string): Buffer {
  return typeof value === 'string'
    ? Buffer.concat([text(1, name), text(4, value), number(20, 3)])
    : Buffer.concat([text(1, name), number(3, value), number(20, 2)])
}

function tensorBytes(name: string, shape: readonly number[], type: number, data: Buffer): Buffer {
  const sizes = shape.map((size) => number(1, size))
  return Buffer.concat([...sizes, number(2, type), text(8, name), message(9, data)])
}

function inputBytes({ name, shape }: Model['inputs'][number]): Buffer {
  const sizes = Buffer.concat(shape.map((size) => message(1, number(1, size))))
  const type = Buffer.concat([number(1, float), message(2, sizes)])
  return Buffer.concat([text(1, name), message(2, message(1, type))])
}

/** Its shape is left to inference. */
function outputBytes(name: string): Buffer {
  return Buffer.concat([text(1, name), message(2, message(1, number(1, float)))])
}

function text(field: number, content: string): Buffer {
  return message(field, Buffer.from(content))
}

function message(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

/** Seven bits a byte, the low ones first; what is negative as 64 bits. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return Buffer.from(bytes)
}
