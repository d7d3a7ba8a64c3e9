/** brain.js: dense networks that learn from one row at a time. */
import { floats } from '../works/fill.ts'
import { loadOptional } from './load.ts'
import { type LoadPeer, notInstalled, Unavailable } from './peer.ts'

interface Pattern {
  readonly input: Float32Array
  readonly output: Float32Array
}

interface Network {
  weights: number[][][]
  biases: number[][]
  train(patterns: readonly unknown[], options: object): unknown
  trainPattern(pattern: Pattern, wantsError: boolean): number | null
}

interface Brain {
  readonly NeuralNetwork: new (options: object) => Network
}

export const loadBrain: LoadPeer = async () => {
  const loaded = await loadOptional<{ default: Brain }>('brain.js')
  if (!loaded) throw notInstalled('brain.js')
  return (work) => {
    if (work.kind !== 'mlp' || work.loss !== 'mse') {
      throw new Unavailable('trains dense networks with the squared error only')
    }
    const { learningRate } = work.optimizer
    // It refuses a momentum of 0.
    const options = { learningRate, momentum: 1e-9, iterations: 1 }
    const [x, y] = work.inputs.map(floats)
    const [inputs = 0, outputs = 0] = [work.widths[0], work.widths.at(-1)]
    const patterns = Array.from({ length: work.batch }, (_, row) => ({
      input: (x ?? new Float32Array()).slice(row * inputs, (row + 1) * inputs),
      output: (y ?? new Float32Array()).slice(row * outputs, (row + 1) * outputs),
    }))
    const network = new loaded.default.NeuralNetwork({
      hiddenLayers: work.widths.slice(1, -1),
      activation: work.activation,
      ...options,
    })
    network.train(patterns, options)
    work.widths.slice(1).forEach((width, layer) => {
      const [weight, bias] = work.parameters.slice(2 * layer).map(floats)
      network.biases[layer + 1] = [...(bias ?? [])]
      network.weights[layer + 1] = Array.from({ length: width }, (_, node) =>
        [...(weight ?? [])].filter((_, place) => place % width === node),
      )
    })
    return {
      run: (count) => {
        let loss = 0
        for (let turn = 0; turn < count; turn++) {
          loss = 0
          for (const pattern of patterns) loss += network.trainPattern(pattern, true) ?? 0
        }
        return loss / patterns.length
      },
    }
  }
}
