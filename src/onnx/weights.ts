/** The weights of an ONNX file: parameters, states and constants, under the names of the file. */
import { damaged } from '../formats/damaged.ts'
import { state } from '../gates/state.ts'
import { type ComputeDType, isFloating } from '../ir/dtype.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { given, type TensorOperand, weight, workingTensor } from './operand.ts'
import type { GraphMessage } from './schema.ts'
import { readTensor, type StoredTensor, type TensorReading } from './tensor-data.ts'

/** Which weights are parameters. */
export type Trainable = (name: string, tensor: Tensor) => boolean

/** All weights of a graph. Throws FILE where a name stands twice or a tensor is damaged. */
export function storedWeights(
  { initializer }: GraphMessage,
  reading: TensorReading,
): ReadonlyMap<string, StoredTensor> {
  const stored = new Map<string, StoredTensor>()
  for (const message of initializer) {
    const { name = '' } = message
    if (stored.has(name)) {
      throw damaged(`${reading.file}: a weight stands twice`, {
        where: `weight "${name}"`,
        expected: 'each name once',
        got: `"${name}" again`,
      })
    }
    stored.set(name, readTensor(message, reading))
  }
  return stored
}

/** The weights of a file as operands and states, each made once. */
export class Weights {
  readonly operands: ReadonlyMap<string, TensorOperand>
  readonly #parameters = new Map<string, Value>()
  readonly #statistics = new Map<string, { readonly tensor: Tensor; readonly value: Value }>()

  constructor(stored: ReadonlyMap<string, StoredTensor>, trainable: Trainable) {
    this.operands = new Map(
      [...stored].map(([name, { type, tensor }]) => {
        const working = workingTensor(tensor, type, `weight "${name}"`)
        if (!isFloating(working.dtype) || !trainable(name, working)) {
          return [name, given(working, type)]
        }
        return [name, weight(working, type, () => this.#parameter(name, working))]
      }),
    )
  }

  #parameter(name: string, tensor: Tensor): Value {
    const known = this.#parameters.get(name)
    if (known) return known
    const key = this.#statistics.has(name) ? `${name}.weight` : name
    const made = stateOf(key, tensor, true)
    this.#parameters.set(name, made)
    return made
  }

  /** A parameter of its own that begins as `operand` does. */
  untied(name: string, operand: TensorOperand): TensorOperand {
    const tensor = operand.host()
    if (!tensor || this.operands.has(name)) return operand
    return weight(tensor, operand.type, () => this.#parameter(name, tensor))
  }

  /**
   * The state of a running statistic, of its own where the file shares a weight under the name or a
   * function calls it as another does.
   */
  statistic(name: string, operand: TensorOperand): Value {
    const tensor = operand.host()
    if (!tensor) return operand.value()
    const known = this.#statistics.get(name)
    if (known) {
      return known.tensor === tensor ? known.value : this.statistic(`${name}.other`, operand)
    }
    const key = this.#parameters.has(name) ? `${name}.statistic` : name
    const value = stateOf(key, tensor, false)
    this.#statistics.set(name, { tensor, value })
    return value
  }
}

function stateOf(key: string, tensor: Tensor, trainable: boolean): Value {
  const dtype = tensor.dtype as ComputeDType // weights are read in dtypes that gates compute in
  return state(key, tensor.shape, tensor, { dtype, trainable })
}
