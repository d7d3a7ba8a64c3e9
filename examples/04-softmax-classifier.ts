/**
 * Softmax regression on 1,797 real handwritten digits: one linear layer, crossEntropy, batches by
 * seed, and the accuracy on a fifth that was held out.
 */
import { argmax, compile, createStore, crossEntropy, sgd } from 'sluice'
import { batches, digits, scaleInputs, split } from 'sluice/data'
import { linear } from 'sluice/nn'

const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2, seed: 1 })
console.log(`${train.length} digits to learn from, ${heldOut.length} held out`)

const model = linear(64, 10) // 64 pixels → a score for each of ten digits
const store = createStore({ seed: 1 }) // both programs below read and write these weights

// null: any batch size; a graph is built for each size that comes.
const x = { shape: [null, 64] } as const
const labels = { shape: [null], dtype: 'i32' } as const
const step = await compile(
  ({ x, labels }) => {
    const J = crossEntropy(model(x), labels)
    return { outputs: { J }, updates: sgd(J, { learningRate: 0.5 }) }
  },
  { inputs: { x, labels }, store },
)
const predict = await compile(({ x }) => ({ digit: argmax(model(x), 1) }), { inputs: { x }, store })

for (let epoch = 1; epoch <= 10; epoch++) {
  let total = 0
  for (const { inputs, targets } of batches(train, { size: 32, seed: 1, epoch })) {
    const { J } = step.run({ x: inputs, labels: targets })
    total += (await J.item()) * targets.data.length
  }
  console.log(`epoch ${epoch}: mean loss ${(total / train.length).toFixed(4)}`)
}

const guesses = await predict.run({ x: heldOut.inputs }).digit.data()
const correct = guesses.filter((guess, index) => guess === heldOut.targets.data[index]).length
const percent = ((100 * correct) / heldOut.length).toFixed(1)
console.log(`right on ${correct} of ${heldOut.length} digits it never saw: ${percent} %`)
