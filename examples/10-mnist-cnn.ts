/**
 * A convolutional network learns handwritten digits from the two IDX files of MNIST's test part:
 * rows 0 … 7,999 to learn from, 8,000 … 9,999 to be asked about.
 *
 *   npm run example examples/10-mnist-cnn.ts [folder of the files] [how many to learn from] [epochs]
 *
 * The files t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz are widely mirrored; inflated
 * ones do as well.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adam, crossEntropy, tensor, type Value } from 'sluice'
import { createDataset, pick, scaleInputs } from 'sluice/data'
import { readIdx } from 'sluice/formats'
import { conv2d, flatten, linear, maxPool2d, relu, sequential } from 'sluice/nn'
import { fit } from 'sluice/train'

const [folder = '../shared/data/mnist', learned = '8000', epochs = '4'] = process.argv.slice(2)

async function idx(name: string) {
  const path = [join(folder, `${name}.gz`), join(folder, name)].find((one) => existsSync(one))
  if (!path) throw new Error(`there is no ${name} in ${folder}: name the folder that has it`)
  return readIdx(await readFile(path), { name: path })
}
const images = await idx('t10k-images-idx3-ubyte')
const labels = await idx('t10k-labels-idx1-ubyte')

const digits = createDataset({
  name: 'MNIST',
  task: 'classification',
  inputs: { ...images, shape: [10_000, 1, 28, 28] }, // one channel
  targets: tensor(Int32Array.from(labels.data, Number)),
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  inputRange: [0, 255],
})
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k)
const train = scaleInputs(pick(digits, rows(0, Number(learned))))
const heldOut = scaleInputs(pick(digits, rows(8000, 10_000)))

const model = sequential(
  conv2d(1, 32, 3, { padding: 'same' }),
  relu(),
  maxPool2d(2), // 14 × 14
  conv2d(32, 64, 3, { padding: 'same' }),
  relu(),
  maxPool2d(2), // 7 × 7
  flatten(),
  linear(64 * 7 * 7, 128),
  relu(),
  linear(128, 10),
)

const result = await fit({
  ...{ model, criterion: crossEntropy, train, heldOut },
  optimizer: (J: Value) => adam(J, { learningRate: 0.001 }),
  ...{ epochs: Number(epochs), batchSize: 64, seed: 1 },
  onEpoch: ({ epoch, loss, heldOut, seconds }) =>
    console.log(
      `epoch ${epoch}: loss ${loss.toFixed(4)}, ` +
        `${percent(heldOut?.accuracy)} of the held-out digits right, ${seconds.toFixed(0)} s`,
    ),
})
console.log(`right on ${percent(result.heldOut?.accuracy)} of 2000 digits it never saw`)

function percent(share = 0): string {
  return `${(100 * share).toFixed(2)} %`
}
