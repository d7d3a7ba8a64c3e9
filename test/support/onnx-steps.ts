/** Training steps in onnxruntime beside ours. */
import { compile, createStore, graph, tensor, type Update, type Value } from '../../src/index.ts'
import { numberAt, type Tensor } from '../../src/ir/tensor.ts'
import { type OnnxState, readOnnx, writeOnnx, writeOnnxStates } from '../../src/onnx/index.ts'
import { loadOnnx, runOnnx } from './onnxruntime.ts'
import { type Named, there } from './recorded.ts'

/** Rounded in another order, the weights drift apart by some ulp at each step. */
export const drift = 1e-4

/** The largest difference between the losses of our 20 steps and of theirs. */
export async function apart(
  outputs: { readonly J: Value },
  updates: readonly Update[],
): Promise<number> {
  const seed = 9
  const program = await compile(outputs, { updates, store: createStore({ seed }), threads: 1 })
  const bytes = writeOnnx(outputs, { updates, seed })
  const step = await loadOnnx(bytes)
  const states: readonly OnnxState[] = JSON.parse(readOnnx(bytes).metadata['sluice.states'] ?? '')
  let held = await runOnnx(writeOnnxStates(outputs, { updates, seed }), {})
  const { inputs } = graph(outputs)
  const differences: number[] = []
  for (let turn = 0; turn < 20; turn++) {
    const feeds = feedsOf(inputs, turn)
    const results = await step.run({ ...feeds, ...held })
    held = Object.fromEntries(states.map((one) => [one.input, there(results[one.output])]))
    differences.push(numberAt(there(results.J), 0) - Number(program.run(feeds).J.dataSync()[0]))
  }
  await step.release()
  return Math.max(...differences.map(Math.abs))
}

/** Numbers from -1 to 1, other ones at each step; whole ones from 0 to 2. */
export function feedsOf(inputs: readonly Value[], step = 0): Named<Tensor> {
  return Object.fromEntries(
    inputs.map((one): [string, Tensor] => {
      const { attributes, shape, dtype } = one
      const size = shape.reduce((product, length) => product * length, 1)
      const numbers = Array.from({ length: size }, (__, index) =>
        dtype === 'i32' ? (index + step) % 3 : Math.sin(1 + index * 1.7 + step * 0.9),
      )
      return [String(attributes.name), tensor(Float64Array.from(numbers), { shape, dtype })]
    }),
  )
}
