import type { Module } from './layer.ts'
import {
  type AnyRecurrence,
  type RecurrentCall,
  type RecurrentOptions,
  recurrent,
  recurrentSizes,
} from './recurrent.ts'
import { gruKind, plainKind } from './recurrent-cell.ts'

export interface RnnOptions extends RecurrentOptions {
  /** Default `tanh`. */
  readonly nonlinearity?: 'tanh' | 'relu'
}

/**
 * A recurrent network: at each step h = tanh(x · W + b + h · U + d).
 *
 * Shapes: x [steps, batch, inputSize], the first h [layers · ways, batch, hiddenSize], zeros unless
 * given → `output` [steps, batch, ways · hiddenSize], `hidden` as the first h. With `batchFirst`
 * steps and batch of x and output change places; a single sequence has no batch axis anywhere.
 * Parameters as PyTorch, matrices transposed: `weightIhL0` [inputSize, hiddenSize].
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.RNN`.
 *
 * @example
 * const { output, hidden } = rnn(8, 16)(x)
 */
export function rnn(
  inputSize: number,
  hiddenSize: number,
  options: RnnOptions = {},
): Module<RecurrentCall> {
  const { nonlinearity = 'tanh' } = options
  const sizes = recurrentSizes('rnn', [inputSize, hiddenSize], { ...options, projSize: 0 })
  return recurrent(plainKind('rnn', nonlinearity), sizes, withOneState)
}

/**
 * A network of gated recurrent units, which keep of h what their gate z says:
 * h' = (1 − z) ⊙ n + z ⊙ h.
 *
 * Shapes: as `rnn`; the weights' rows are r, z, n: `weightIhL0` [inputSize, 3 · hiddenSize].
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.GRU`; Cho et al. 2014.
 *
 * @example
 * const { output, hidden } = gru(8, 16, { bidirectional: true })(x)
 */
export function gru(
  inputSize: number,
  hiddenSize: number,
  options: RecurrentOptions = {},
): Module<RecurrentCall> {
  const sizes = recurrentSizes('gru', [inputSize, hiddenSize], { ...options, projSize: 0 })
  return recurrent(gruKind('gru'), sizes, withOneState)
}

function withOneState(run: AnyRecurrence): RecurrentCall {
  return (x, first) => {
    const { output, hidden } = run(x, first && [first])
    return { output, hidden: hidden[0] ?? output }
  }
}
