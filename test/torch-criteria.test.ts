/** Criteria against PyTorch. */
import {
  bce,
  bceWithLogits,
  cosineEmbedding,
  cosineSimilarity,
  crossEntropy,
  ctc,
  gaussianNll,
  hingeEmbedding,
  huber,
  klDiv,
  l1,
  marginRanking,
  mse,
  multiLabelMargin,
  multiLabelSoftMargin,
  multiMargin,
  nll,
  pairwiseDistance,
  poissonNll,
  smoothL1,
  softMargin,
  tripletMargin,
  tripletMarginWithDistance,
  type Value,
} from 'sluice'
import { adaptiveLogSoftmaxWithLoss } from 'sluice/nn'
import { withTorchState } from './support/torch-modules.ts'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/criteria.json' with { type: 'json' }

type Criterion = (input: Value, target: Value, options: object) => Value

const ofTwo =
  (criterion: Criterion): Build =>
  (given, options) =>
    criterion(given('input'), given('target'), options)

const cosineDistance = (a: Value, b: Value) => cosineSimilarity(a, b).negate().add(1)

const builders: Readonly<Record<string, Build>> = {
  mse: ofTwo(mse),
  l1: ofTwo(l1),
  huber: ofTwo(huber),
  smoothL1: ofTwo(smoothL1),
  crossEntropy: ofTwo(crossEntropy),
  nll: ofTwo(nll),
  bce: ofTwo(bce),
  bceWithLogits: ofTwo(bceWithLogits),
  poissonNll: ofTwo(poissonNll),
  gaussianNll: (given, options) =>
    gaussianNll(given('input'), given('target'), given('variance'), options),
  klDiv: ofTwo(klDiv),
  marginRanking: (given, options) =>
    marginRanking(given('input1'), given('input2'), given('target'), options),
  hingeEmbedding: ofTwo(hingeEmbedding),
  softMargin: ofTwo(softMargin),
  multiLabelMargin: ofTwo(multiLabelMargin),
  multiLabelSoftMargin: ofTwo(multiLabelSoftMargin),
  multiMargin: ofTwo(multiMargin),
  cosineEmbedding: (given, options) =>
    cosineEmbedding(given('input1'), given('input2'), given('target'), options),
  cosineSimilarity: (given, options) => cosineSimilarity(given('x1'), given('x2'), options),
  pairwiseDistance: (given, options) => pairwiseDistance(given('x1'), given('x2'), options),
  tripletMargin: (given, options) =>
    tripletMargin(given('anchor'), given('positive'), given('negative'), options),
  tripletMarginWithDistance: (given, options) =>
    tripletMarginWithDistance(given('anchor'), given('positive'), given('negative'), options),
  tripletMarginWithCosine: (given, options) =>
    tripletMarginWithDistance(given('anchor'), given('positive'), given('negative'), {
      ...options,
      distance: cosineDistance,
    }),
  ctc: (given, options) =>
    ctc(
      given('x').logSoftmax(-1),
      given('targets'),
      given('inputLengths'),
      given('targetLengths'),
      options,
    ),
  adaptiveLogSoftmaxWithLoss: (given) => {
    const options = { divValue: 2, headBias: true, dtype: given('x').dtype as 'f32' | 'f64' } // as it is made
    const words = adaptiveLogSoftmaxWithLoss(4, 9, [3, 6], options)
    return withTorchState(words, given, (own) => {
      const { output, loss } = own(given('x'), given('target'))
      return [output, loss, own.logProb(given('x')), own.predict(given('x'))]
    })
  },
}

testRecording(recorded, builders)
