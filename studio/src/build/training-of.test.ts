/** Which documents Train can train, and why not the others. */
import { expect, test } from 'vitest'
import type { ModelDocument } from './document.ts'
import { changeKind, changeOption, insertStep } from './edit.ts'
import { firstDocument, starts } from './starts.ts'
import { trainingOf } from './training-of.ts'

test('chains of linear layers are trained with the data that they fit', () => {
  const settings = (document: ModelDocument | undefined) =>
    document && trainingOf({ ...document, seed: 7 })
  expect(settings(firstDocument)).toMatchObject({
    settings: { dataset: 'xor', hidden: [3], activation: 'sigmoid', criterion: 'mse', seed: 7 },
  })
  expect(settings(starts.digits)).toMatchObject({
    settings: { dataset: 'digits', hidden: [32, 16], activation: 'relu' },
  })
  const two = changeOption(firstDocument, 'z3', { option: 'outFeatures', value: 2 })
  expect(settings({ ...two, criterion: 'crossEntropy' })).toMatchObject({
    settings: { dataset: 'moons' },
  })
})

test.each<readonly [document: ModelDocument | undefined, reason: RegExp]>([
  [
    changeOption(firstDocument, 'z3', { option: 'inFeatures', value: 4 }),
    /^z3 takes 4 numbers, and a2 gives 3$/,
  ],
  [starts.images, /chains of linear layers, and z2 \(conv2d\) is none/],
  [starts.attention, /chains of linear layers, and h2 \(embedding\) is none/],
  [insertStep(firstDocument, { after: 'z3' }, { kind: 'tanh' }), /a3 stands after the last layer/],
  [changeKind(firstDocument, 'a2', { kind: 'softmax' }), /no activation softmax/],
  [{ ...firstDocument, criterion: 'crossEntropy' }, /no data go from 2 to 1 numbers/],
])('others are not, and it is said why', (document, reason) => {
  const training = document && trainingOf(document)
  expect(training && 'reason' in training ? training.reason : '').toMatch(reason)
})
