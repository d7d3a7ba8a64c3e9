import type { Value } from '../ir/value.ts'
import type { Module } from './layer.ts'
import {
  type AnyRecurrence,
  type Recurrence,
  type RecurrentOptions,
  recurrent,
  recurrentSizes,
} from './recurrent.ts'
import { lstmKind } from './recurrent-cell.ts'

export interface LstmOptions extends RecurrentOptions {
  /** How wide h is made after each step, less than hiddenSize. Default 0: h is left as it is. */
  readonly projSize?: number
}

/** How an lstm is called: without first states it begins with zeros. */
export type LstmCall = (
  x: Value,
  hidden?: readonly [h: Value, c: Value],
) => Recurrence<readonly [h: Value, c: Value]>

/**
 * A network of long short-term memory: each cell keeps c, of which its gates forget, to which they
 * add, and which they show as h.
 *
 * Shapes: x [steps, batch, inputSize], the first h [layers · ways, batch, hiddenSize or projSize]
 * and c [layers · ways, batch, hiddenSize], zeros unless given → `output` [steps, batch, ways ·
 * width of h], `hidden` [h, c] as the first ones. With `batchFirst` steps and batch of x and output
 * change places; a single sequence has no batch axis anywhere. Parameters as PyTorch, matrices
 * transposed, their rows i, f, g, o: `weightIhL0` [inputSize, 4 · hiddenSize].
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.LSTM`; Hochreiter & Schmidhuber 1997; with projSize Sak et al. 2014.
 *
 * @example
 * const { output, hidden } = lstm(8, 16, { numLayers: 2, dropout: 0.1 })(x)
 */
export function lstm(
  inputSize: number,
  hiddenSize: number,
  options: LstmOptions = {},
): Module<LstmCall> {
  const sizes = recurrentSizes('lstm', [inputSize, hiddenSize], options)
  return recurrent(lstmKind('lstm'), sizes, withTwoStates)
}

function withTwoStates(run: AnyRecurrence): LstmCall {
  return (x, first) => {
    const { output, hidden } = run(x, first)
    const [h = output, c = output] = hidden
    return { output, hidden: [h, c] }
  }
}
