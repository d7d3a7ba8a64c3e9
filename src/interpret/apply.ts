/** What one application computes, by the kind of its gate's meaning. */
import { internalError, SluiceError } from '../errors.ts'
import { noAttributes } from '../ir/apply-gate.ts'
import { type ComputeDType, type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import { Expression } from '../ir/expression.ts'
import type { GateDefinition } from '../ir/gate.ts'
import { sizeOf } from '../ir/shape.ts'
import { fromNumbers, isTensor, type Tensor, toNumbers } from '../ir/tensor.ts'
import { fillRandomBits } from '../ir/threefry.ts'
import type { TensorType, Value } from '../ir/value.ts'
import { convolve, multiplyMatrices } from './contract.ts'
import { type ElementOperand, evaluateExpression, type WorkingArray } from './element.ts'
import { gatherElements, scatterAddElements, scatterElements } from './index-elements.ts'
import { moveArray } from './move.ts'
import { reduceArray } from './reduce.ts'
import { runArray } from './running.ts'

/** `declared` keeps every dtype; `f64` computes f32 in f64. */
export type Precision = 'declared' | 'f64'

/** The dtype that a value is held in while it is interpreted. */
export function workingDType(dtype: DType, precision: Precision): DType {
  return precision === 'f64' && dtype === 'f32' ? 'f64' : dtype
}

/**
 * A tensor in the dtype in which a run works on a value of dtype `declared`: a run in f64 may have
 * left f64 elements in a state that is declared f32.
 */
export function workingTensor(source: Tensor, declared: DType, precision: Precision): Tensor {
  const dtype = workingDType(declared, precision)
  if (dtype === source.dtype) return source
  return { shape: source.shape, dtype, data: fromNumbers(toNumbers(source), dtype) }
}

/** The output of a primitive application. Composites, scans, sorts and sources are the caller's. */
export function applyPrimitive(
  application: Value,
  inputs: readonly Tensor[],
  precision: Precision,
): Tensor {
  const { gate, type } = application
  if (gate.checkData) checkData(application, inputs)
  const dtype = workingDType(type.dtype, precision)
  const out = dtype === type.dtype ? type : { shape: type.shape, dtype }
  const data = elementsOf(application, inputs, out, precision)
  return { shape: type.shape, dtype, data }
}

function elementsOf(
  application: Value,
  tensors: readonly Tensor[],
  out: TensorType,
  precision: Precision,
): TypedArray {
  const { gate, attributes } = application
  const { meaning } = gate
  const compute = out.dtype as ComputeDType // gates declare which of them take storage dtypes
  switch (meaning.kind) {
    case 'element':
      return evaluateElements(application, tensors, out, precision === 'f64')
    case 'reduce': {
      const [x] = pick(tensors, 1)
      const axes = attributes.axes as readonly number[] // every reduction has them
      return reduceArray(working(x), x.shape, axes, meaning.combine, compute)
    }
    case 'running': {
      const [x, factor] = tensors
      if (!x) throw internalError('interpret: an operand expected')
      const along = { axis: Number(attributes.axis), combine: meaning.combine }
      return runArray(working(x), x.shape, along, compute, factor && working(factor))
    }
    case 'contract': {
      const [a, b] = pick(tensors, 2)
      const left = { data: working(a), shape: a.shape }
      const right = { data: working(b), shape: b.shape }
      if (meaning.form === 'matmul') return multiplyMatrices(left, right, compute)
      const parameters = convolutionParameters(application)
      return convolve(left, right, parameters, out.shape, compute)
    }
    case 'move':
      return moveArray(meaning.move(application.inputs, attributes), tensors, out.shape, out.dtype)
    case 'index': {
      const axis = Number(attributes.axis)
      if (meaning.form === 'gather') {
        const [x, index] = pick(tensors, 2)
        return gatherElements(x, index, axis)
      }
      const [x, index, source] = pick(tensors, 3)
      return meaning.form === 'scatter'
        ? scatterElements(x, index, source, axis)
        : scatterAddElements(x, index, source, axis)
    }
    case 'generate':
      return generate(meaning.form, application, tensors, out)
    case 'sort':
    case 'source':
    case 'scan':
    case 'composite':
      throw internalError(`interpret: ${gate.name} is not a primitive`)
  }
}

function evaluateElements(
  application: Value,
  tensors: readonly Tensor[],
  { shape, dtype }: TensorType,
  isWide: boolean,
): TypedArray {
  const expression = expressionOf(application)
  const isCompute = dtypes[dtype].use === 'compute'
  const elements = evaluateExpression(expression, tensors.map(elementOperand), {
    length: sizeOf(shape),
    dtype: isCompute ? (dtype as ComputeDType) : 'f64', // the line above
    isWide,
  })
  return isCompute ? elements : toStorage(elements, dtype)
}

// The expression of a gate without attributes is the same at every application.
const expressions = new WeakMap<GateDefinition, Expression>()

/** The scalar expression of an element gate over its operands. */
export function expressionOf({ gate, attributes, inputCount }: Value): Expression {
  const isShared = attributes === noAttributes
  const known = isShared ? expressions.get(gate) : undefined
  if (known) return known
  if (gate.meaning.kind !== 'element') throw internalError(`${gate.name} is no element gate`)
  const operands = Array.from({ length: inputCount }, (_, index) => Expression.operand(index))
  const made = gate.meaning.expression(operands, attributes)
  if (isShared) expressions.set(gate, made)
  return made
}

function generate(
  form: 'constant' | 'iota' | 'randomBits',
  { attributes }: Value,
  tensors: readonly Tensor[],
  { shape, dtype }: TensorType,
): TypedArray {
  switch (form) {
    case 'constant': {
      const { value } = attributes
      if (isTensor(value))
        return value.dtype === dtype ? value.data : fromNumbers(toNumbers(value), dtype)
      const data = dtypes[dtype].allocate(1)
      data[0] = Number(value) as never // a compute dtype
      return data
    }
    case 'iota': {
      const data = dtypes[dtype].allocate(sizeOf(shape))
      const axis = Number(attributes.axis)
      const inner = sizeOf(shape.slice(axis + 1))
      const length = shape[axis] ?? 1
      for (let i = 0; i < data.length; i++) data[i] = (Math.floor(i / inner) % length) as never
      return data
    }
    case 'randomBits': {
      const [key] = pick(tensors, 1)
      const data = new Uint32Array(sizeOf(shape))
      fillRandomBits(Uint32Array.from(toNumbers(key)), data)
      return data
    }
  }
}

function convolutionParameters({ attributes }: Value) {
  const padding = attributes.padding as readonly (readonly number[])[] // as conv declares them
  return {
    strides: attributes.strides as readonly number[],
    paddingLow: padding.map(([low]) => low ?? 0),
    inputDilation: attributes.inputDilation as readonly number[],
    kernelDilation: attributes.kernelDilation as readonly number[],
    groups: Number(attributes.groups),
  }
}

/** Checks what a gate asks of its operands' elements. Throws INDEX. */
export function checkData(application: Value, inputs: readonly Tensor[]): void {
  const { gate, attributes } = application
  const verdict = gate.checkData?.(inputs, attributes) ?? true
  if (verdict === true) return
  throw new SluiceError({ code: 'INDEX', where: `value ${application}`, ...verdict })
}

/** A storage dtype is read as numbers, which a cast then takes on. */
function elementOperand(source: Tensor): ElementOperand {
  if (dtypes[source.dtype].use === 'compute') {
    return { dtype: source.dtype as ComputeDType, data: source.data as WorkingArray } // by the table
  }
  return { dtype: 'f64', data: Float64Array.from(toNumbers(source)) }
}

/** Numbers in a storage dtype; what it does not hold is cut off as an integer cast does. */
export function toStorage(numbers: WorkingArray, dtype: DType): TypedArray {
  const { kind, sizeBytes } = dtypes[dtype]
  if (kind === 'float') return fromNumbers(numbers, dtype)
  const low = kind === 'signed' ? -(2 ** (8 * sizeBytes - 1)) : 0
  const high = 2 ** (8 * sizeBytes - (kind === 'signed' ? 1 : 0)) - 1
  const safeHigh = Math.min(high, Number.MAX_SAFE_INTEGER)
  const safeLow = Math.max(low, Number.MIN_SAFE_INTEGER)
  return fromNumbers(
    Array.from(numbers, (x) => Math.trunc(Math.min(Math.max(x, safeLow), safeHigh)) || 0),
    dtype,
  )
}

function working({ data }: Tensor): WorkingArray {
  return data as WorkingArray // compute dtypes have no BigInt elements
}

function pick<N extends 1 | 2 | 3>(tensors: readonly Tensor[], count: N): Picked[N] {
  if (tensors.length < count) throw internalError(`interpret: ${count} operands expected`)
  return tensors as unknown as Picked[N] // as many as were counted
}

interface Picked {
  readonly 1: readonly [Tensor]
  readonly 2: readonly [Tensor, Tensor]
  readonly 3: readonly [Tensor, Tensor, Tensor]
}
