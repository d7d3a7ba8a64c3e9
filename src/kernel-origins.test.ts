import { expect, test } from 'vitest'
import { compile, input, kernelOrigins, mse, parameter, sgd } from './index.ts'

const x = input('x', [4, 2])
const y = input('y', [4, 1])
const hidden = x
  .matmul(parameter('W1', [2, 3]))
  .add(parameter('b1', [3]))
  .sigmoid()
const J = mse(hidden.matmul(parameter('W2', [3, 1])), y).named('J')

test('each kernel of a forward pass says which gates it holds', async () => {
  const program = await compile({ hidden, J }, { threads: 1 })
  const origins = kernelOrigins(program)
  expect(origins).toHaveLength(program.explainKernels().length)
  const gates = origins.map(({ forward }) => forward.map(({ gate }) => gate.name))
  expect(gates.flat().filter((name) => name !== 'broadcastTo')).toEqual([
    ...['matmul', 'add', 'sigmoid', 'matmul', 'mse'],
  ])
  expect(origins.every(({ backward, update }) => backward.length === 0 && !update)).toBe(true)
})

test('of a training step, gradients are told by the gates that they come back through', async () => {
  const program = await compile({ J }, { updates: sgd(J, { learningRate: 0.1 }), threads: 1 })
  const origins = kernelOrigins(program)
  expect(origins).toHaveLength(program.explainKernels().length)
  // An addition hands its gradient on as it is: nothing is computed.
  const back = new Set(origins.flatMap(({ backward }) => backward.map(({ gate }) => gate.name)))
  expect([...back].sort()).toEqual(['broadcastTo', 'matmul', 'mse', 'sigmoid'])
  expect(origins.some(({ update }) => update)).toBe(true)
})

test('what is computed once for two gates is told of one of them', async () => {
  const [first, second] = [x.tanh(), x.tanh()]
  const program = await compile({ sum: first.add(second) }, { threads: 1 })
  const gates = kernelOrigins(program).flatMap(({ forward }) => forward)
  expect(gates.map(({ gate }) => gate.name)).toEqual(['tanh', 'add'])
})
