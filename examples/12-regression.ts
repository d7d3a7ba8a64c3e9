/**
 * Regression: how far diabetes went within a year, from ten measurements of 442 patients (Efron et
 * al. 2004). A small network, weight decay against learning by heart, and the best weights kept.
 *
 *   npm run example examples/12-regression.ts [folder with the two tables]
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { adamW, compile, mse, type Value } from 'sluice'
import { fitPreparation, parseCsv, prepare, restoreTargets, split } from 'sluice/data'
import { linear, sequential, tanh } from 'sluice/nn'
import { fit } from 'sluice/train'

const [folder = '../shared/data/tabular'] = process.argv.slice(2)

async function lines(name: string): Promise<readonly string[]> {
  const text = gunzipSync(await readFile(join(folder, name))).toString()
  return text.trimEnd().split('\n')
}
const measured = await lines('diabetes_data_raw.csv.gz')
const progress = await lines('diabetes_target.csv.gz')
const table = measured.map((line, index) => `${line} ${progress[index]}`).join('\n')
const diabetes = await parseCsv(table, { name: 'diabetes' })

const parts = split(diabetes, { heldOut: 0.2, seed: 1 })
const preparation = fitPreparation(parts.train) // zero mean and deviation one, inputs and target
const [train, heldOut] = [prepare(parts.train, preparation), prepare(parts.heldOut, preparation)]

const model = sequential(linear(10, 16), tanh(), linear(16, 1))
const result = await fit({
  ...{ model, criterion: mse, train, heldOut },
  optimizer: (J: Value) => adamW(J, { learningRate: 0.005, weightDecay: 0.1 }),
  ...{ epochs: 200, batchSize: 32, seed: 1, reportEvery: 5 },
  earlyStop: { patience: 6 },
})
const { epoch, best } = result
console.log(`${diabetes.length} patients; stopped after epoch ${epoch}, best after ${best?.epoch}`)
console.log(`on ${heldOut.length} it never saw: R² = ${result.heldOut?.r2?.toFixed(3)}`)

const predict = await compile(({ x }) => ({ prediction: model(x) }), {
  inputs: { x: { shape: [null, 10] } },
  store: result.store,
})
const { prediction } = predict.run({ x: heldOut.inputs })
const predicted = restoreTargets(
  { shape: prediction.shape, dtype: 'f32', data: await prediction.data() },
  preparation,
)
console.log('patient  went  predicted')
for (const patient of [0, 1, 2, 3, 4]) {
  const cells = [parts.heldOut.targets.data[patient], predicted.data[patient]]
  console.log(
    `${patient + 1}       ${cells.map((one) => Number(one).toFixed(0).padStart(5)).join('  ')}`,
  )
}
