/**
 * Ten steps of every optimizer against PyTorch in f64, and in f32 within what f32 can hold;
 * test/vectors/optimizers.py and later-optimizers.py say how the expected numbers were made.
 */
import { describe, expect, test } from 'vitest'
import { mapValues, type Named } from '../../test/support/recorded.ts'
import laterRecorded from '../../test/vectors/later-optimizers.json' with { type: 'json' }
import recorded from '../../test/vectors/optimizers.json' with { type: 'json' }
import {
  compile,
  createStore,
  input,
  interpreter,
  mse,
  type NestedArray,
  parameter,
  tanh,
  tensor,
  type Update,
  type Value,
} from '../index.ts'
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  asgd,
  lion,
  muon,
  nadam,
  radam,
  rmsprop,
  rprop,
  sgd,
} from './index.ts'

interface Run {
  /** J before each step. */
  readonly losses: readonly number[]
  /** All parameters in a row after each step. */
  readonly after: readonly (readonly number[])[]
}

interface Recording {
  readonly inputs: Named<NestedArray>
  readonly first: Named<NestedArray>
  readonly runs: Named<Run>
}

type Weights = readonly [W1: Value, b1: Value, W2: Value, b2: Value]
type Make = (J: Value, weights: Weights) => readonly Update[]

const optimizers: Named<Make> = {
  sgd: (J) => sgd(J, { learningRate: 0.1 }),
  'sgd with momentum': (J) => sgd(J, { learningRate: 0.1, momentum: 0.9 }),
  'sgd with dampening': (J) => sgd(J, { learningRate: 0.1, momentum: 0.9, dampening: 0.4 }),
  'sgd with nesterov': (J) => sgd(J, { learningRate: 0.1, momentum: 0.8, nesterov: true }),
  'sgd with weight decay': (J) => sgd(J, { learningRate: 0.1, weightDecay: 0.05 }),
  'sgd with all': (J) =>
    sgd(J, { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
  'sgd that maximizes': (J) => sgd(J, { learningRate: 0.02, momentum: 0.5, maximize: true }),
  adam: (J) => adam(J, { learningRate: 0.05 }),
  'adam with weight decay': (J) => adam(J, { learningRate: 0.05, weightDecay: 0.1 }),
  'adam with other means': (J) => adam(J, { learningRate: 0.1, betas: [0.5, 0.8], epsilon: 0.01 }),
  'adam without means': (J) => adam(J, { learningRate: 0.01, betas: [0, 0] }),
  'adam with amsgrad': (J) => adam(J, { learningRate: 0.1, betas: [0.8, 0.7], amsgrad: true }),
  'adam that maximizes': (J) => adam(J, { learningRate: 0.02, maximize: true }),
  adamW: (J) => adamW(J, { learningRate: 0.05 }),
  'adamW with weight decay': (J) => adamW(J, { learningRate: 0.05, weightDecay: 0.2 }),
  'adamW without weight decay': (J) => adamW(J, { learningRate: 0.05, weightDecay: 0 }),
  'adamW with amsgrad': (J) => adamW(J, { learningRate: 0.1, betas: [0.8, 0.7], amsgrad: true }),
  adamax: (J) => adamax(J, { learningRate: 0.05 }),
  'adamax with all': (J) =>
    adamax(J, { learningRate: 0.1, betas: [0.5, 0.8], epsilon: 0.01, weightDecay: 0.1 }),
  radam: (J) => radam(J, { learningRate: 0.05 }),
  'radam with all': (J) =>
    radam(J, { learningRate: 0.1, betas: [0.5, 0.9], epsilon: 0.01, weightDecay: 0.1 }),
  adagrad: (J) => adagrad(J, { learningRate: 0.1 }),
  'adagrad with all': (J) =>
    adagrad(J, {
      ...{ learningRate: 0.2, learningRateDecay: 0.1, weightDecay: 0.1, epsilon: 0.01 },
      initialAccumulatorValue: 0.5,
    }),
  adadelta: (J) => adadelta(J, { learningRate: 1 }),
  'adadelta with all': (J) =>
    adadelta(J, { learningRate: 2, rho: 0.7, epsilon: 0.01, weightDecay: 0.1 }),
  rmsprop: (J) => rmsprop(J, { learningRate: 0.02 }),
  'rmsprop with momentum': (J) =>
    rmsprop(J, { learningRate: 0.01, momentum: 0.5, alpha: 0.9, weightDecay: 0.1 }),
  'rmsprop centered': (J) => rmsprop(J, { learningRate: 0.01, centered: true, epsilon: 0.01 }),
  'rmsprop with all': (J) =>
    rmsprop(J, { learningRate: 0.01, centered: true, momentum: 0.5, alpha: 0.8, epsilon: 0.1 }),
  rprop: (J) => rprop(J, { learningRate: 0.05 }),
  'rprop with all': (J) =>
    rprop(J, { learningRate: 0.1, etas: [0.4, 1.5], stepSizes: [0.03, 0.2] }),
  asgd: (J) => asgd(J, { learningRate: 0.1 }),
  'asgd with all': (J) =>
    asgd(J, { learningRate: 0.1, lambd: 0.1, alpha: 0.5, t0: 3, weightDecay: 0.1 }),
  'sgd in groups': (J, [W1, b1, W2, b2]) =>
    sgd(J, {
      ...{ learningRate: 0.1, momentum: 0.5 },
      groups: [
        { parameters: [W1, b1] },
        { parameters: [W2, b2], learningRate: 0.02, weightDecay: 0.1 },
      ],
    }),
  'adam in groups': (J, [W1, b1, W2, b2]) =>
    adam(J, {
      learningRate: 0.05,
      groups: [
        { parameters: [W1, b1] },
        { parameters: [W2, b2], betas: [0.5, 0.9], maximize: true },
      ],
    }),
  'sgd clipped by norm': (J) => sgd(J, { learningRate: 0.1, clipGradNorm: 0.5 }),
  'adam clipped by norm': (J) => adam(J, { learningRate: 0.05, epsilon: 0.1, clipGradNorm: 0.1 }),
  'sgd clipped by value': (J) => sgd(J, { learningRate: 0.1, momentum: 0.5, clipGradValue: 0.2 }),
  'sgd over three batches': (J) => sgd(J, { learningRate: 0.3, momentum: 0.5, accumulate: 3 }),
  'adam over two batches': (J) => adam(J, { learningRate: 0.05, accumulate: 2, clipGradNorm: 0.3 }),
}

const later: Named<Make> = {
  nadam: (J) => nadam(J, { learningRate: 0.05 }),
  'nadam with all': (J) =>
    nadam(J, {
      ...{ learningRate: 0.1, betas: [0.5, 0.8], epsilon: 0.01, weightDecay: 0.1 },
      momentumDecay: 0.3,
    }),
  lion: (J) => lion(J, { learningRate: 0.03 }),
  'lion with all': (J) => lion(J, { learningRate: 0.05, betas: [0.5, 0.8], weightDecay: 0.2 }),
  adafactor: (J) => adafactor(J, { learningRate: 0.05 }),
  'adafactor with all': (J) =>
    adafactor(J, {
      ...{ learningRate: 0.4, beta2Decay: -0.5, epsilons: [0.01, 0.1], d: 1.2, weightDecay: 0.1 },
    }),
  muon: (J, [W1, , W2]) => muon(J, { learningRate: 0.05, parameters: [W1, W2] }),
  'muon with all': (J, [W1, , W2]) =>
    muon(J, {
      ...{ learningRate: 0.1, momentum: 0.8, nesterov: false, weightDecay: 0.3, nsSteps: 3 },
      ...{ epsilon: 0.5, nsCoefficients: [3, -4, 2], adjustLearningRate: 'matchRmsAdamW' },
      parameters: [W1, W2],
    }),
}

describe.each([
  ['PyTorch 1.13', recorded, optimizers],
  ['what came later', laterRecorded, later],
] as readonly (readonly [string, Recording, Named<Make>])[])('%s', (_, recording, makers) => {
  test('every recorded run has its optimizer', () => {
    expect(Object.keys(recording.runs)).toEqual(Object.keys(makers))
  })

  describe.each(Object.entries(recording.runs))('%s', (name, expected) => {
    const train = (dtype: 'f32' | 'f64', backend?: typeof interpreter) => {
      const make: Make = (...given) => makers[name]?.(...given) ?? []
      return trainLike(expected, { dtype, backend, make, recording })
    }

    // The file holds 12 digits; the roundings of ten steps in f64 are some 1e-15.
    test('has the parameters that PyTorch has after each step, in f64', async () => {
      expect(await train('f64')).toBeLessThan(1e-9)
    })

    test('has them on the interpreter', async () => {
      expect(await train('f64', interpreter)).toBeLessThan(1e-9)
    })

    // f32 rounds at 6e-8, ten times and more in a step. Adam divides by √v̂: where a gradient is
    // small beside its terms, what they lost goes into the step, which is as long as any other.
    test('has them in f32 but for its roundings', async () => {
      expect(await train('f32')).toBeLessThan(1e-5)
    })
  })
})

interface Training {
  readonly dtype: 'f32' | 'f64'
  readonly backend: typeof interpreter | undefined
  readonly make: Make
  readonly recording: Recording
}

/** The largest difference of a loss or a parameter from the recorded ones, beside 1 or itself. */
async function trainLike(
  expected: Run,
  { dtype, backend, make, recording }: Training,
): Promise<number> {
  const { J, weights } = network(recording.first, dtype)
  const updates = make(J, weights)
  const step = await compile({ J }, { updates, store: createStore(), ...(backend && { backend }) })
  let largest = 0
  const compare = (got: number, wanted: number) => {
    const difference = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference)
  }
  for (const [index, after] of expected.after.entries()) {
    compare(await step.run(recording.inputs).J.item(), expected.losses[index] ?? Number.NaN)
    const got = Object.keys(recording.first).flatMap((key) => [...step.parameters.get(key).data])
    expect(got).toHaveLength(after.length)
    got.forEach((number, at) => {
      compare(Number(number), after[at] ?? Number.NaN)
    })
  }
  return largest
}

function network(
  first: Named<NestedArray>,
  dtype: 'f32' | 'f64',
): { readonly J: Value; readonly weights: Weights } {
  const made = mapValues(first, (init, name) =>
    parameter(name, tensor(init).shape, { init, dtype }),
  )
  const weights = Object.values(made) as readonly Value[] as Weights // in the order of the script
  const [W1, b1, W2, b2] = weights
  const x: Value = input('x', [5, 2], { dtype })
  const y: Value = input('y', [5, 1], { dtype })
  return { J: mse(tanh(x.matmul(W1).add(b1)).matmul(W2).add(b2), y), weights }
}
