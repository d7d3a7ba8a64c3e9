/** The weights of an ONNX file: parameters, states and constants, under the names of the file. */
import { damaged } from '../formats/damaged.ts'
import { state } from '../gates/state.ts'
import { type ComputeDType, isFloating } from '../ir/dtype.ts'
import { stateOf } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { given, type TensorOperand, weight, workingTensor } from './operand.ts'
import type { GraphMessage } from './schema.ts'
import { readTensor, type StoredTensor, type TensorReading } from './tensor-data.ts'

/** Which weights are parameters, by the names that their keys have. */
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

export interface WeightsOptions {
  readonly trainable: Trainable
  /** Keys for names that say nothing; see `weightKeys`. */
  readonly keys: ReadonlyMap<string, string>
  /** What stands before every key: `body` makes `body.fc.weight`. */
  readonly path: string
}

/** The weights of a file as operands and states, each made once. */
export class Weights {
  readonly operands: ReadonlyMap<string, TensorOperand>
  readonly #parameters = new Map<string, Value>()
  readonly #statistics = new Map<string, { readonly tensor: Tensor; readonly value: Value }>()
  readonly #options: WeightsOptions

  constructor(stored: ReadonlyMap<string, StoredTensor>, options: WeightsOptions) {
    this.#options = options
    this.operands = new Map(
      [...stored].map(([name, { type, tensor }]) => {
        const working = workingTensor(tensor, type, `weight "${name}"`)
        if (!isFloating(working.dtype) || !options.trainable(this.#nameOf(name), working)) {
          return [name, given(working, type)]
        }
        return [name, weight(working, type, () => this.#parameter(name, working))]
      }),
    )
  }

  /** What became a state, by the names of the file: its key and what it begins with. */
  get states(): ReadonlyMap<string, { readonly key: string; readonly tensor: Tensor }> {
    const values = [
      ...this.#parameters,
      ...[...this.#statistics].map(([name, { value }]) => [name, value] as const),
    ]
    return new Map(
      values.map(([name, value]) => {
        const { key, init } = stateOf(value)
        return [name, { key, tensor: init as Tensor }] // as `#state` makes it
      }),
    )
  }

  #nameOf(name: string): string {
    return this.#options.keys.get(name) ?? name
  }

  #state(name: string, tensor: Tensor, trainable: boolean): Value {
    const { path } = this.#options
    const symbol = this.#nameOf(name)
    const key = path === '' ? symbol : `${path}.${symbol}`
    const dtype = tensor.dtype as ComputeDType // weights are read in dtypes that gates compute in
    return state(key, tensor.shape, tensor, { dtype, trainable })
  }

  #parameter(name: string, tensor: Tensor): Value {
    const known = this.#parameters.get(name)
    if (known) return known
    const own = this.#statistics.has(name) ? `${name}.weight` : name
    const made = this.#state(own, tensor, true)
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
    const own = this.#parameters.has(name) ? `${name}.statistic` : name
    const value = this.#state(own, tensor, false)
    this.#statistics.set(name, { tensor, value })
    return value
  }
}
