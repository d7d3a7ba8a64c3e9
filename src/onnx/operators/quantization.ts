/** Numbers as bytes with a scale and a zero point, and back. */
import * as gates from '../../gates/index.ts'
import type { Shape } from '../../ir/shape.ts'
import type { Value } from '../../ir/value.ts'
import { type ElementType, elementTypes } from '../element-type.ts'
import type { Node } from '../node.ts'
import { type Family, type TypedValue, typed } from '../operator.ts'
import { matrixProduct, signed } from './contractions.ts'
import { convolved, withBias } from './convolutions.ts'
import { elementType } from './shapes.ts'

const gradient = 'no gradient passes the rounding; no int4, no float8'

export const quantization: Family = {
  DequantizeLinear: {
    make: (node) => {
      const x = node.value(0)
      const scale = alongAxis(node, node.value(1), x.shape)
      const zero = node.has(2) ? alongAxis(node, node.value(2), x.shape) : undefined
      return typed(dequantized(x, scale, zero), node.type(1))
    },
    limits: gradient,
  },
  DynamicQuantizeLinear: { make: dynamicQuantizeLinear, limits: gradient },
  QLinearConv: { make: qLinearConv, limits: gradient },
  QLinearMatMul: { make: qLinearMatMul, limits: gradient },
  QuantizeLinear: {
    make: (node) => {
      const x = node.value(0)
      const numbers = x.dtype === 'i32' ? gates.cast(x, 'f32') : x
      const scale = alongAxis(node, node.value(1), x.shape)
      const zero = node.has(2) ? alongAxis(node, node.value(2), x.shape) : undefined
      const number = node.attributes.int('output_dtype', 0)
      const own = number === 0 ? 'uint8' : elementType(node, number)
      return quantized(gates.divide(numbers, scale), zero, node.has(2) ? node.type(2) : own)
    },
    limits: gradient,
  },
}

/** A number, or one for each place of an axis, or for each block of places, as it meets x. */
function alongAxis(node: Node, value: Value, shape: Shape): Value {
  if (value.shape.length === 0) return value
  const axis = node.axis(node.attributes.int('axis', 1), Math.max(1, shape.length))
  const block = node.attributes.int('block_size', 0)
  if (block > 0) {
    const repeated = gates.repeatInterleave(value, block, axis)
    return gates.slice(
      repeated,
      shape.map((size) => [0, size]),
    )
  }
  if (value.shape.length > 1 || value.shape[0] === 1) {
    return value.shape[0] === 1 ? gates.reshape(value, []) : value
  }
  return gates.reshape(
    value,
    shape.map((_, at) => (at === axis ? -1 : 1)),
  )
}

function dequantized(x: Value, scale: Value, zero: Value | undefined): Value {
  const whole = signed(x)
  const centred = zero ? gates.subtract(whole, signed(zero)) : whole
  return gates.multiply(gates.cast(centred, scale.dtype === 'f64' ? 'f64' : 'f32'), scale)
}

/** Rounded to even, moved by the zero point and kept within the range of the type. */
function quantized(x: Value, zero: Value | undefined, type: ElementType): TypedValue {
  const { narrow = 32, computed = 'u32' } = elementTypes[type]
  const [low, high] =
    computed === 'u32' ? [0, 2 ** narrow - 1] : [-(2 ** (narrow - 1)), 2 ** (narrow - 1) - 1]
  const rounded = gates.round(x)
  const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
  const moved = zero ? gates.add(rounded, gates.cast(zero, dtype)) : rounded
  return typed(gates.cast(gates.clamp(moved, low, high), computed), type)
}

function dynamicQuantizeLinear(node: Node): readonly (Value | TypedValue)[] {
  const x = node.value(0)
  const low = gates.minimum(gates.min(x), 0)
  const high = gates.maximum(gates.max(x), 0)
  const scale = gates.divide(gates.subtract(high, low), 255)
  const zero = quantized(gates.negate(gates.divide(low, scale)), undefined, 'uint8')
  return [quantized(gates.divide(x, scale), zero.value, 'uint8'), scale, zero]
}

/** Sums of products of bytes are exact in f64; so is what one scale makes of them. */
function exact(x: Value, zero: Value): Value {
  return gates.cast(gates.subtract(signed(x), signed(zero)), 'f64')
}

function qLinearMatMul(node: Node): TypedValue {
  const [scaleA, scaleB, scaleY] = [1, 4, 6].map((index) => gates.cast(node.value(index), 'f64'))
  if (!scaleA || !scaleB || !scaleY) throw node.mistake('a scale is missing', 'three', '')
  const rows = (value: Value) => (value.shape.length === 1 ? gates.unsqueeze(value, -1) : value)
  const a = exact(node.value(0), rows(node.value(2)))
  const b = exact(node.value(3), node.value(5))
  const scale = gates.divide(gates.multiply(rows(scaleA), scaleB), scaleY)
  return quantized(gates.multiply(matrixProduct(a, b), scale), node.value(7), node.type(7))
}

function qLinearConv(node: Node): TypedValue {
  const [scaleX, scaleW, scaleY] = [1, 4, 6].map((index) => gates.cast(node.value(index), 'f64'))
  if (!scaleX || !scaleW || !scaleY) throw node.mistake('a scale is missing', 'three', '')
  const rank = node.value(0).shape.length
  const outputs = (value: Value, behind: number) =>
    value.shape.length === 0
      ? value
      : gates.reshape(value, [-1, ...Array.from({ length: behind }, () => 1)])
  const x = exact(node.value(0), node.value(2))
  const kernel = exact(node.value(3), outputs(node.value(5), rank - 1))
  const bias = node.has(8) ? gates.cast(node.value(8), 'f64') : undefined
  const sums = withBias(convolved(node, x, kernel), bias)
  const scale = gates.divide(gates.multiply(scaleX, outputs(scaleW, rank - 2)), scaleY)
  return quantized(gates.multiply(sums, scale), node.value(7), node.type(7))
}
