/** One step of a recurrent network: what the kinds of cells are, and the weights of one. */
import * as gates from '../gates/index.ts'
import { uniform } from '../gates/initializers.ts'
import type { Value } from '../ir/value.ts'
import { ownParameter, type Place, type TorchMapping } from './layer.ts'

/** What sets a kind of cell apart. */
export interface CellKind {
  readonly name: string
  /** How many rows of numbers, each as wide as the cell, it makes of what comes in. */
  readonly gateCount: number
  /** What it carries from step to step: h, or h and c. */
  readonly stateCount: 1 | 2
  /** Whether the bias of the hidden part stays with it: a gate of the cell scales that part alone. */
  readonly scalesHidden: boolean
  /** The new states, h first, from x · W + b, h · U + d and the states; [batch, …] each. */
  readonly step: (
    fromInput: Value,
    fromHidden: Value,
    states: readonly [Value, ...Value[]],
  ) => readonly [Value, ...Value[]]
}

/** h' = activation(x · W + h · U + b). */
export function plainKind(name: string, nonlinearity: 'tanh' | 'relu'): CellKind {
  const activation = nonlinearity === 'relu' ? gates.relu : gates.tanh
  return {
    ...{ name, gateCount: 1, stateCount: 1, scalesHidden: false },
    step: (fromInput, fromHidden) => [activation(gates.add(fromInput, fromHidden))],
  }
}

/** Rows i, f, g, o: c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh(c'). Hochreiter & Schmidhuber 1997. */
export function lstmKind(name: string): CellKind {
  return {
    ...{ name, gateCount: 4, stateCount: 2, scalesHidden: false },
    step: (fromInput, fromHidden, [h, c = h]) => {
      const [i, f, g, o] = rowsOf(gates.add(fromInput, fromHidden), 4)
      const kept = gates.multiply(gates.sigmoid(f), c)
      const cell = gates.add(kept, gates.multiply(gates.sigmoid(i), gates.tanh(g)))
      return [gates.multiply(gates.sigmoid(o), gates.tanh(cell)), cell]
    },
  }
}

/** Rows r, z, n: n = tanh(x part + r ⊙ h part), h' = (1 − z) ⊙ n + z ⊙ h. Cho et al. 2014. */
export function gruKind(name: string): CellKind {
  return {
    ...{ name, gateCount: 3, stateCount: 1, scalesHidden: true },
    step: (fromInput, fromHidden, [h]) => {
      const [rx, zx, nx] = rowsOf(fromInput, 3)
      const [rh, zh, nh] = rowsOf(fromHidden, 3)
      const r = gates.sigmoid(gates.add(rx, rh))
      const z = gates.sigmoid(gates.add(zx, zh))
      const n = gates.tanh(gates.add(nx, gates.multiply(r, nh)))
      return [gates.add(n, gates.multiply(z, gates.subtract(h, n)))]
    },
  }
}

export interface CellSizes {
  readonly inputSize: number
  readonly hiddenSize: number
  /** How wide h is where a cell projects it; 0 where it does not. */
  readonly projSize: number
  readonly bias: boolean
  readonly dtype: 'f32' | 'f64'
}

/** The weights of a cell: x · input, h · hidden, and h · projection where there is one. */
export interface CellWeights {
  readonly input: Value
  readonly hidden: Value
  readonly inputBias?: Value
  readonly hiddenBias?: Value
  readonly projection?: Value
}

/** The weights, and as parameters under torch's names in camelCase: `weightIhL0Reverse`. */
export interface OwnCell {
  readonly weights: CellWeights
  readonly parameters: Readonly<Record<string, Value>>
  readonly torch: Readonly<Record<string, TorchMapping>>
}

/** What a cell owns at a place; `suffix` tells it from others there: [camelCase, torch's]. */
export function ownCell(
  { gateCount }: CellKind,
  sizes: CellSizes,
  { place, suffix: [suffix, torchSuffix] }: { place: Place; suffix: readonly [string, string] },
): OwnCell {
  const { inputSize, hiddenSize, projSize, bias, dtype } = sizes
  const bound = 1 / Math.sqrt(hiddenSize)
  const rows = gateCount * hiddenSize
  const parameters: Record<string, Value> = {}
  const torch: Record<string, TorchMapping> = {}
  const own = (symbol: string, kind: string, shape: readonly number[]) => {
    const [word = '', part = ''] = kind.split('_')
    const name = `${word}${part[0]?.toUpperCase()}${part.slice(1)}${suffix}`
    const value = ownParameter(place, name, { symbol, shape, init: uniform(-bound, bound), dtype })
    parameters[name] = value
    torch[name] = { name: `${kind}${torchSuffix}`, ...(shape.length === 2 && { axes: [1, 0] }) }
    return value
  }
  const weights = {
    input: own('W', 'weight_ih', [inputSize, rows]),
    hidden: own('U', 'weight_hh', [projSize || hiddenSize, rows]),
    ...(bias && { inputBias: own('b', 'bias_ih', [rows]) }),
    ...(bias && { hiddenBias: own('d', 'bias_hh', [rows]) }),
    ...(projSize > 0 && { projection: own('P', 'weight_hr', [hiddenSize, projSize]) }),
  }
  return { weights, parameters, torch }
}

/** x · W with the biases that can be added at once; x [..., inputSize]. */
export function fromInput(
  { scalesHidden }: CellKind,
  { input, inputBias, hiddenBias }: CellWeights,
  product: (x: Value, weight: Value) => Value,
  x: Value,
): Value {
  const projected = product(x, input)
  if (!inputBias) return projected
  const both = !scalesHidden && hiddenBias ? gates.add(inputBias, hiddenBias) : inputBias
  return gates.add(projected, both)
}

/** The states after a step, h projected where the cell does. */
export function advance(
  kind: CellKind,
  { hidden, hiddenBias, projection }: CellWeights,
  projected: Value,
  states: readonly [Value, ...Value[]],
): readonly [Value, ...Value[]] {
  const product = gates.matmul(states[0], hidden)
  const fromHidden = kind.scalesHidden && hiddenBias ? gates.add(product, hiddenBias) : product
  const [h, ...others] = kind.step(projected, fromHidden, states)
  return [projection ? gates.matmul(h, projection) : h, ...others]
}

/** [batch, count · width] → as many values of [batch, width]. */
function rowsOf(x: Value, count: number): [Value, Value, Value, Value] {
  const width = (x.shape.at(-1) ?? 0) / count
  const rows = gates.split(x, Array(count).fill(width), x.shape.length - 1)
  return rows as unknown as [Value, Value, Value, Value] // as many as their cells take
}
