/** Single steps of recurrent networks as modules, for loops of one's own. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { formatShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alone, createModule, type Module, type Place } from './layer.ts'
import { rowsTimes } from './linear.ts'
import { type RecurrentSizes, recurrentSizes } from './recurrent.ts'
import {
  advance,
  type CellKind,
  fromInput,
  gruKind,
  lstmKind,
  ownCell,
  plainKind,
} from './recurrent-cell.ts'

export interface CellOptions {
  /** Default true. */
  readonly bias?: boolean
  readonly dtype?: 'f32' | 'f64'
}

export interface RnnCellOptions extends CellOptions {
  /** Default `tanh`. */
  readonly nonlinearity?: 'tanh' | 'relu'
}

/** How a cell of one state is called: gives the next h; without one it begins with zeros. */
export type CellCall = (x: Value, h?: Value) => Value

/** How an lstm's cell is called: gives the next h and c; without them it begins with zeros. */
export type LstmCellCall = (
  x: Value,
  hidden?: readonly [h: Value, c: Value],
) => readonly [h: Value, c: Value]

/**
 * One step of `rnn`: h' = tanh(x · W + b + h · U + d).
 *
 * Shapes: x [batch, inputSize] or [inputSize], h [batch, hiddenSize] or [hiddenSize] → h's shape.
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.RNNCell`.
 *
 * @example
 * const next = rnnCell(8, 16)(x, h)
 */
export function rnnCell(
  inputSize: number,
  hiddenSize: number,
  options: RnnCellOptions = {},
): Module<CellCall> {
  const kind = plainKind('rnnCell', options.nonlinearity ?? 'tanh')
  return cellAt(kind, recurrentSizes(kind.name, [inputSize, hiddenSize], options), withOneState)
}

/**
 * One step of `gru`.
 *
 * Shapes: as `rnnCell`.
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.GRUCell`.
 *
 * @example
 * const next = gruCell(8, 16)(x, h)
 */
export function gruCell(
  inputSize: number,
  hiddenSize: number,
  options: CellOptions = {},
): Module<CellCall> {
  const kind = gruKind('gruCell')
  return cellAt(kind, recurrentSizes(kind.name, [inputSize, hiddenSize], options), withOneState)
}

/**
 * One step of `lstm`.
 *
 * Shapes: x [batch, inputSize] or [inputSize], h and c [batch, hiddenSize] or [hiddenSize] → [h, c].
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.LSTMCell`.
 *
 * @example
 * const [h, c] = lstmCell(8, 16)(x)
 */
export function lstmCell(
  inputSize: number,
  hiddenSize: number,
  options: CellOptions = {},
): Module<LstmCellCall> {
  const kind = lstmKind('lstmCell')
  return cellAt(kind, recurrentSizes(kind.name, [inputSize, hiddenSize], options), (step) => {
    return (x, hidden) => {
      const [h, c = h] = step(x, hidden)
      return [h, c]
    }
  })
}

type Step = (x: Value, states?: readonly Value[]) => readonly [Value, ...Value[]]

function withOneState(step: Step): CellCall {
  return (x, h) => step(x, h && [h])[0]
}

function cellAt<Call extends (x: Value, hidden?: never) => unknown>(
  kind: CellKind,
  sizes: RecurrentSizes,
  asCall: (step: Step) => Call,
  place: Place = alone,
): Module<Call> {
  const { weights, parameters, torch } = ownCell(kind, sizes, { place, suffix: ['', ''] })
  const step: Step = (x, states) => {
    checkCell(kind, sizes, [x, ...(states ?? [])])
    const isBatched = x.shape.length === 2
    const rows = (value: Value) => (isBatched ? value : gates.reshape(value, [1, ...value.shape]))
    const batched = rows(x)
    const start = Array.from({ length: kind.stateCount }, (_, state) => {
      const given = states?.[state]
      if (given) return rows(given)
      return gates.zeros([batched.shape[0] ?? 0, sizes.hiddenSize], { dtype: sizes.dtype })
    })
    const projected = fromInput(kind, weights, rowsTimes, batched)
    const next = advance(kind, weights, projected, start as unknown as [Value, ...Value[]]) // one or two
    if (isBatched) return next
    const [h, ...others] = next.map((value) => gates.reshape(value, value.shape.slice(1)))
    return [h as Value, ...others] // one or two
  }
  return createModule(() => asCall(step), {
    ...{ parameters, torch, numberCount: 1 },
    description: `${kind.name}(${sizes.inputSize} → ${sizes.hiddenSize})`,
    at: (path, number) => cellAt(kind, sizes, asCall, { path, number }),
  })
}

function checkCell({ name }: CellKind, sizes: RecurrentSizes, given: readonly Value[]): void {
  const [x, ...states] = given
  if (!x) return
  const batch = x.shape.slice(0, -1)
  const wanted = [[...batch, sizes.inputSize], ...states.map(() => [...batch, sizes.hiddenSize])]
  const expected = wanted.map(formatShape).join(', ')
  const got = given.map(({ shape }) => formatShape(shape)).join(', ')
  if (x.shape.length >= 1 && x.shape.length <= 2 && got === expected) return
  throw new SluiceError({
    code: 'SHAPE',
    what: `${name}: x and its states do not fit`,
    expected: `x [batch, ${sizes.inputSize}] and states [batch, ${sizes.hiddenSize}], or all without batch`,
    got,
    fix: 'give them one batch and the widths of the cell',
  })
}
