/**
 * A process to be killed: trains the masked training, saves it to the path that it is given after
 * every step; before it saves, it says on stdout which step that is.
 */
import { fit } from '../../src/train/index.ts'
import { maskedNetwork, maskedTraining } from './masked-training.ts'

const [path = '', epochs = '1'] = process.argv.slice(2)
await fit({
  ...maskedTraining(),
  epochs: Number(epochs),
  checkpoint: { path, everySteps: 1, model: { network: maskedNetwork } },
  onStep: ({ step }) => {
    process.stdout.write(`${step}\n`)
  },
})
