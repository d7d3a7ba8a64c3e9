/**
 * Fine-tuning: a network that PyTorch trained to read ten digits learns from twenty images to tell the
 * even ones from the odd. Its last layer is replaced and all before it is frozen; then it is
 * explained, and goes back to ONNX.
 *
 *   npm run example examples/18-fine-tune.ts
 */
import { readFile } from 'node:fs/promises'
import { crossEntropy, explain, graph, input, type Value } from 'sluice'
import { createDataset, digits, pick, scaleInputs, split } from 'sluice/data'
import { type Layer, linear, relu, sequential, unflatten } from 'sluice/nn'
import { onnxLayer, readOnnx, writeOnnx } from 'sluice/onnx'
import { adam } from 'sluice/optim'
import { fit } from 'sluice/train'

const file = new URL('../test/vectors/onnx/digits.onnx', import.meta.url)
const imported = readOnnx(await readFile(file), { name: 'digits.onnx' })
const { producer, opset, operators, head } = imported
console.log(`${operators.Conv} convolutions, opset ${opset}, exported by ${producer}`)
console.log(`its last layer is "${head?.name}", which reads ${head?.features}`)

// All before the last layer is a layer among others; behind it comes a new one, for two classes.
const body = onnxLayer(imported, { output: head?.features })
const tuned = sequential(unflatten(1, [1, 8, 8]), body, linear(32, 2))

// It has seen the first thousand digits. Pixels 0 … 16 become 0 … 1, as it was trained.
const unseen = pick(
  scaleInputs(await digits()),
  Array.from({ length: 797 }, (_, index) => 1000 + index),
)
const parity = createDataset({
  ...{ name: 'parity', task: 'classification', classes: ['even', 'odd'], inputs: unseen.inputs },
  targets: {
    ...unseen.targets,
    data: Int32Array.from(Array.from(unseen.targets.data, Number), (digit) => digit % 2),
  },
})
const { train, heldOut } = split(parity, { heldOut: 777, stratified: true, seed: 1 })

/** `moves` says by their keys which parameters learn; the others are frozen. */
async function learn(model: Layer, moves: (key: string) => boolean) {
  const optimizer = (J: Value) => adam(J, { learningRate: 0.01, parameters: moves })
  const options = { epochs: 40, batchSize: 10, seed: 1, reportEvery: 40 }
  return fit({ model, criterion: crossEntropy, optimizer, train, heldOut, ...options })
}
// The keys of PyTorch stand behind the place in the row: 1.conv1.weight; 2.weight is the new one.
const { store, heldOut: byHead } = await learn(tuned, (key) => key.startsWith('2.'))
const afresh = sequential(linear(64, 32), relu(), linear(32, 2))
const { heldOut: byImages } = await learn(afresh, () => true)
const percent = (share = 0) => `${(100 * share).toFixed(1)} %`
console.log(`${train.length} images to learn from, ${heldOut.length} to measure`)
console.log(`fine-tuned: ${percent(byHead?.accuracy)}, afresh: ${percent(byImages?.accuracy)}`)

const logits = tuned(input('pixels', [1, 64])).named('logits')
console.log(explain(graph(logits)).toText().split('\n').slice(0, 12).join('\n'))

const bytes = writeOnnx({ logits }, { contents: store.contents })
const again = readOnnx(bytes)
console.log(`${bytes.length} bytes of ONNX, inputs ${again.inputs.map(({ name }) => name)}`)
