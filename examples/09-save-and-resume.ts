/**
 * A training that is interrupted in the middle of an epoch, and goes on to the very weights that it
 * would have had; and the model in its file, loaded and asked.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile } from 'sluice'
import { fitPreparation, iris, prepare, split } from 'sluice/data'
import { type NetworkSpec, partsOf, predictionOf } from 'sluice/nn'
import { buildOptimizer, fit, loadModel } from 'sluice/train'

const flowers = await iris()
const parts = split(flowers, { heldOut: 0.2, seed: 1 })
const preparation = fitPreparation(parts.train) // means and deviations of the training part alone
const [train, heldOut] = [prepare(parts.train, preparation), prepare(parts.heldOut, preparation)]

const network: NetworkSpec = {
  layers: [4, 16, 3],
  activation: 'tanh',
  criterion: 'crossEntropy',
  task: 'classification',
}
const model = { network, preparation, classes: flowers.classes ?? [] }
const options = () => ({
  ...partsOf(network),
  optimizer: buildOptimizer({ name: 'adam', learningRate: 0.02 }),
  ...{ train, heldOut, epochs: 30, batchSize: 16, seed: 1 },
})

const folder = await mkdtemp(join(tmpdir(), 'sluice-example-'))
const whole = join(folder, 'whole.safetensors')
const interrupted = join(folder, 'interrupted.safetensors')

await fit({ ...options(), checkpoint: { path: whole, model } })

const controller = new AbortController()
const first = await fit({
  ...options(),
  checkpoint: { path: interrupted, model },
  signal: controller.signal,
  onStep: ({ step }) => {
    if (step === 100) controller.abort() // as Ctrl-C would
  },
})
console.log(`${first.stopped} at step ${first.step}, in epoch ${first.epoch}`)

const second = await fit({
  ...options(),
  checkpoint: { path: interrupted, model },
  resume: interrupted,
})
console.log(`went on to step ${second.step}: ${percent(second.heldOut?.accuracy)} right`)

const isSame = (await readFile(whole)).equals(await readFile(interrupted))
console.log(`the two files ${isSame ? 'are the same, byte by byte' : 'differ'}`)

const loaded = await loadModel(interrupted)
const program = await compile(
  ({ x }) => ({ probabilities: predictionOf(loaded.network, loaded.layer(x)) }),
  { inputs: { x: { shape: [null, 4] } }, store: loaded.store },
)
const found = await program.run({ x: heldOut.inputs }).probabilities.data()
const classes = loaded.classes ?? []
console.log(classes.map((name, index) => `${name} ${percent(Number(found[index]))}`).join(', '))

await rm(folder, { recursive: true })

function percent(share = 0): string {
  return `${(100 * share).toFixed(1)} %`
}
