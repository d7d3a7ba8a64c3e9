/** Recurrent networks and their cells against PyTorch. */
import type { Value } from 'sluice'
import { gru, gruCell, lstm, lstmCell, type Module, rnn, rnnCell } from 'sluice/nn'
import { withTorchState } from './support/torch-modules.ts'
import { type Build, type Options, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/recurrent.json' with { type: 'json' }

const [inputSize, hiddenSize] = [3, 2]

/** A module of one case: made with its options in f64 or f32, as x is, and called on its inputs. */
function recurrent<M extends Module>(
  make: (options: Options) => M,
  call: (module: M, x: Value, states: readonly Value[]) => readonly Value[],
): Build {
  return (given, { given: names, ...options }) => {
    const [x = '', ...states] = names as readonly string[] // as module_case lists them
    const module = make({ ...options, dtype: given(x).dtype })
    return withTorchState(module, given, (own) => call(own, given(x), states.map(given)))
  }
}

/** h and c, where a case has them. */
function pair([h, c]: readonly Value[]): readonly [Value, Value] | undefined {
  return h && c && [h, c]
}

testRecording(recorded, {
  rnn: recurrent(
    (options) => rnn(inputSize, hiddenSize, options),
    (own, x, [h0]) => Object.values(own(x, h0)),
  ),
  gru: recurrent(
    (options) => gru(inputSize, hiddenSize, options),
    (own, x, [h0]) => Object.values(own(x, h0)),
  ),
  lstm: recurrent(
    (options) => lstm(inputSize, hiddenSize, options),
    (own, x, states) => {
      const { output, hidden } = own(x, pair(states))
      return [output, ...hidden]
    },
  ),
  rnnCell: recurrent(
    (options) => rnnCell(inputSize, hiddenSize, options),
    (own, x, [h]) => [own(x, h)],
  ),
  gruCell: recurrent(
    (options) => gruCell(inputSize, hiddenSize, options),
    (own, x, [h]) => [own(x, h)],
  ),
  lstmCell: recurrent(
    (options) => lstmCell(inputSize, hiddenSize, options),
    (own, x, states) => own(x, pair(states)),
  ),
})
