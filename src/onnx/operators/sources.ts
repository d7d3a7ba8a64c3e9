/** Values that nothing is fed into: constants, ranges, windows of signals, random numbers. */
import * as gates from '../../gates/index.ts'
import type { Shape } from '../../ir/shape.ts'
import { tensor } from '../../ir/tensor.ts'
import type { Value } from '../../ir/value.ts'
import { elementTypes } from '../element-type.ts'
import type { Node } from '../node.ts'
import { given, type TensorOperand } from '../operand.ts'
import { type Family, type Operator, type TypedValue, typed } from '../operator.ts'
import { elementType } from './shapes.ts'

const sameNumbers = 'the same numbers at every run'

export const sources: Family = {
  Bernoulli: {
    from: 15,
    isRandom: true,
    make: (node) => {
      const chance = node.value(0)
      const dtype = chance.dtype === 'f64' ? 'f64' : 'f32'
      const hit = gates.less(
        gates.uniform(node.surroundings.key(), chance.shape, { dtype }),
        chance,
      )
      const type = elementType(
        node,
        node.attributes.int('dtype', elementTypes[node.type(0)].number),
      )
      const { computed = 'f32' } = elementTypes[type]
      return typed(computed === 'bool' ? hit : gates.cast(hit, computed), type)
    },
    limits: sameNumbers,
  },
  BlackmanWindow: window((phase) => 0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase)),
  Constant: { make: constant, limits: 'no strings, no sparse tensors' },
  ConstantOfShape: { make: constantOfShape, limits: 'a shape that is known' },
  EyeLike: { make: eyeLike },
  HammingWindow: window((phase) => 25 / 46 - (21 / 46) * Math.cos(phase)),
  HannWindow: window((phase) => 0.5 - 0.5 * Math.cos(phase)),
  RandomNormal: random((node) => node.attributes.ints('shape'), normal),
  RandomNormalLike: random((node) => node.value(0).shape, normal),
  RandomUniform: random((node) => node.attributes.ints('shape'), uniform),
  RandomUniformLike: random((node) => node.value(0).shape, uniform),
  Range: { make: range, limits: 'start, limit and delta that are known' },
}

function constant(node: Node): TensorOperand {
  const { attributes } = node
  const list = (data: readonly number[], dtype: 'f32' | 'i32', shape: Shape) =>
    given(tensor([...data], { dtype, shape }), dtype === 'f32' ? 'float' : 'int64')
  if (attributes.has('value_float')) return list([attributes.float('value_float')], 'f32', [])
  if (attributes.has('value_floats')) {
    const floats = attributes.floats('value_floats')
    return list(floats, 'f32', [floats.length])
  }
  if (attributes.has('value_int')) return list([attributes.int('value_int')], 'i32', [])
  if (attributes.has('value_ints')) {
    const ints = attributes.ints('value_ints')
    return list(ints, 'i32', [ints.length])
  }
  return node.surroundings.tensor(attributes.tensor('value'))
}

function constantOfShape(node: Node): TypedValue {
  const shape = node.sizes(0)
  if (!node.attributes.has('value')) return typed(gates.zeros(shape), 'float')
  const { type, host } = node.surroundings.tensor(node.attributes.tensor('value'))
  const { computed = 'f32' } = elementTypes[type]
  return typed(gates.full(shape, Number(host()?.data[0] ?? 0), { dtype: computed }), type)
}

function eyeLike(node: Node): TypedValue {
  const { shape } = node.value(0)
  const type = elementType(node, node.attributes.int('dtype', elementTypes[node.type(0)].number))
  const { computed = 'f32' } = elementTypes[type]
  const shifted = gates.add(gates.iota(shape, 0), node.attributes.int('k', 0))
  const isOne = gates.equal(gates.iota(shape, 1), shifted)
  return typed(computed === 'bool' ? isOne : gates.cast(isOne, computed), type)
}

function range(node: Node): TypedValue {
  const [start, limit, delta] = [node.number(0), node.number(1), node.number(2)]
  const count = Math.max(0, Math.ceil((limit - start) / delta))
  if (!Number.isSafeInteger(count))
    throw node.mistake('the range has no end', 'a delta', `${delta}`)
  const type = node.type(0)
  const { computed = 'f32' } = elementTypes[type]
  const dtype = computed === 'bool' ? 'i32' : computed
  const steps = gates.iota([count], 0, { dtype })
  const scaled = delta === 1 ? steps : gates.multiply(steps, delta)
  return typed(start === 0 ? scaled : gates.add(scaled, start), type)
}

/** A window by its height at a phase from 0 to 2π. */
function window(height: (phase: number) => number): Operator {
  return {
    from: 17,
    make: (node) => {
      const size = node.count(node.number(0), 'the size')
      const isPeriodic = node.attributes.int('periodic', 1) !== 0
      const type = elementType(node, node.attributes.int('output_datatype', 1))
      const turn = (2 * Math.PI) / (isPeriodic ? size : size - 1)
      const heights = Array.from({ length: size }, (_, step) => height(step * turn))
      const { computed = 'f32' } = elementTypes[type]
      return given(tensor(heights, { dtype: computed, shape: [size] }), type)
    },
    limits: 'a size that is known; floating point',
  }
}

type Draw = (node: Node, shape: Shape, dtype: 'f32' | 'f64') => Value

function random(shapeOf: (node: Node) => Shape, draw: Draw): Operator {
  return {
    isRandom: true,
    make: (node) => {
      const own = node.has(0) ? elementTypes[node.type(0)].number : 1
      const type = elementType(node, node.attributes.int('dtype', own))
      return typed(draw(node, shapeOf(node), type === 'double' ? 'f64' : 'f32'), type)
    },
    limits: `${sameNumbers}; other numbers than elsewhere`,
  }
}

function normal({ attributes, surroundings }: Node, shape: Shape, dtype: 'f32' | 'f64'): Value {
  const standardDeviation = attributes.float('scale', 1)
  const mean = attributes.float('mean', 0)
  return gates.normal(surroundings.key(), shape, { mean, standardDeviation, dtype })
}

function uniform({ attributes, surroundings }: Node, shape: Shape, dtype: 'f32' | 'f64'): Value {
  const [low, high] = [attributes.float('low', 0), attributes.float('high', 1)]
  return gates.uniform(surroundings.key(), shape, { low, high, dtype })
}
