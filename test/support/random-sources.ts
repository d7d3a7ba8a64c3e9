/** Sources of random graphs: inputs, states and constants, which have no operands to be drawn on. */
import fc from 'fast-check'
import * as registry from '../../src/gates/index.ts'
import { type ComputeDType, type DType, dtypes } from '../../src/ir/dtype.ts'
import type { AnyFunction, Gate } from '../../src/ir/gate.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import { fromNumbers, type Tensor } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'

const { constant, input, state } = registry

/** What is drawn for one source. */
export interface SourceDraw {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly seed: number
  readonly form: 'number' | 'tensor' | 'graph'
  readonly isTrainable: boolean
}

const shapes: readonly (readonly number[])[] = [
  [],
  [1],
  [3],
  [2, 3],
  [3, 2],
  [2, 1, 3],
  [4, 5],
  [3, 2, 4],
  [0],
  [2, 0, 3],
]
const special = [0, -0, 1, -1, 0.1, 1 / 3, 1e-40, 5e-324, 3e38, Number.NaN, Infinity, -Infinity]

export const sourceArbitrary: fc.Arbitrary<SourceDraw> = fc.record({
  dtype: fc.constantFrom(...(Object.keys(dtypes) as DType[])), // the keys are the dtypes
  shape: fc.constantFrom(...shapes),
  seed: fc.nat(1000),
  form: fc.constantFrom('number', 'tensor', 'graph'),
  isTrainable: fc.boolean(),
})

/** The source that this gate makes, or undefined for a gate that is none of these. */
export function makeSource(
  gate: Gate<AnyFunction>,
  { dtype, shape, seed, form, isTrainable }: SourceDraw,
  position: number,
): Value | undefined {
  const computed = computeDType(dtype)
  if (gate === registry.input) return input(`x${position}`, shape, { dtype })
  if (gate === registry.constant) return constant(randomTensor(computed, shape, seed))
  if (gate !== registry.state) return undefined
  const options = { dtype: computed, trainable: isTrainable, symbol: `S_${position}` }
  const key = `${position}.state`
  if (form === 'number') return state(key, shape, seed % 2, options)
  if (form === 'tensor') return state(key, shape, randomTensor(computed, shape, seed), options)
  const made = (random: Value<[2], 'u32'>) =>
    registry.cast(registry.uniform(random, shape, { low: -1, high: 2 }), computed)
  return state(key, shape, made, options)
}

/** A tensor of numbers that a printer may trip over: special ones for floats, the range's ends. */
export function randomTensor(dtype: DType, shape: readonly number[], seed: number): Tensor {
  const { kind, sizeBytes } = dtypes[dtype]
  const length = sizeOf(shape)
  const at = (index: number) => seed + index * (seed % 7)
  if (kind === 'float') {
    const numbers = Array.from({ length }, (_, index) => special[at(index) % special.length] ?? 0)
    return { dtype, shape, data: fromNumbers(numbers, dtype) }
  }
  const data = dtypes[dtype].allocate(length)
  for (let index = 0; index < length; index++) {
    const bits = at(index) % 3 === 0 ? -1 : at(index)
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = BigInt(bits)
    // Wraps into the range: -1 is the largest of an unsigned dtype.
    else data[index] = kind === 'bool' ? bits & 1 : bits << (sizeBytes > 2 ? 8 : 0)
  }
  return { dtype, shape, data }
}

function computeDType(dtype: DType): ComputeDType {
  const { use, kind } = dtypes[dtype]
  if (use === 'compute') return dtype as ComputeDType // the table says so
  return kind === 'float' ? 'f64' : kind === 'signed' ? 'i32' : 'u32'
}
