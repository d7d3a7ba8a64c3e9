/** Sluice at layers forward and backward: operands and results are states, so they stay where they are. */
import { floats } from '../works/fill.ts'
import { type GradientWork, sampleOf } from '../works/work.ts'
import type { Prepared } from './peer.ts'
import type { Sluice } from './sluice.ts'
import { checkThreads, noteOf, planOf } from './sluice-program.ts'

type Value = ReturnType<Sluice['reshape']>

export async function gradientOf(
  built: Sluice,
  work: GradientWork,
  threads: number,
): Promise<Prepared> {
  const [upstream, ...wrt] = work.inputs.map((array) =>
    built.state(array.name, array.shape, floats(array)),
  )
  if (!upstream) throw new Error('a gradient has an upstream')
  const layers: Record<GradientWork['of'], (...operands: readonly Value[]) => Value> = {
    batchNorm: (x, weight, bias) => built.batchNormTraining(x as Value, weight, bias)[0],
    lstm: (...operands) => lstm(built, operands),
    attention: (query, key, value) =>
      built.scaledDotProductAttention(query as Value, key as Value, value as Value),
    depthwise: (x, kernel) =>
      built.conv2d(x as Value, kernel as Value, { padding: 1, groups: x?.shape[1] ?? 1 }),
  }
  const output = layers[work.of](...wrt)
  const slopes = built.gradients(built.sum(built.multiply(output, upstream)), wrt)
  const updates = [output, ...slopes].flatMap((value, index) =>
    value ? [{ state: built.state(`result ${index}`, value.shape, 0), value }] : [],
  )
  const start = performance.now()
  const program = await built.compile({}, { updates, ...{ threads } })
  const compileMs = performance.now() - start
  checkThreads(program, threads)
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) program.run()
      return 0
    },
    sample: async () => {
      program.run()
      return sampleOf(program.store.get('result 1').data as Float32Array) // a state is f32 by default
    },
    facts: { 'compile ms': compileMs, ...planOf(program) },
    ...noteOf(program),
  }
}

/** As nn.lstm, whose own first weights are others. */
function lstm(built: Sluice, [x, inputWeight, hiddenWeight, bias]: readonly Value[]): Value {
  if (!x || !inputWeight || !hiddenWeight || !bias) throw new Error('an lstm has four operands')
  const { add, matmul, multiply, reshape, sigmoid, split, tanh } = built
  const [steps = 0, batch = 0, width = 0] = x.shape
  const rows = matmul(reshape(x, [steps * batch, width]), inputWeight)
  const projected: Value = reshape(add(rows, bias), [steps, batch, 4 * width])
  const start: Value = built.zeros([batch, width])
  const { outputs } = built.scan(
    ([h, c], [element]) => {
      const parts = split(add(element, matmul(h, hiddenWeight)), width, 1)
      const [i, f, g, o] = parts as unknown as [Value, Value, Value, Value] // four parts
      const cell: Value = add(multiply(sigmoid(f), c), multiply(sigmoid(i), tanh(g)))
      const next: Value = multiply(sigmoid(o), tanh(cell))
      return { carry: [next, cell], outputs: [next] }
    },
    { carry: [start, start], sequences: [projected] },
  )
  return outputs[0]
}
