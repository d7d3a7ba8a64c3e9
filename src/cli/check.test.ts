import { describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import { defineGate, type Unary } from '../gates/define.ts'
import { input, maxPool2d, sum } from '../gates/index.ts'
import type { Gate } from '../ir/gate.ts'
import { tensor } from '../ir/tensor.ts'
import { checkGates } from './check-gates.ts'

describe('sluice check', () => {
  test('lists each gate of the network and each source, and ends with 0', async () => {
    const { code, out, err } = await runCli(['check', '--layers', '2,3,1', '--json'])
    expect([code, err]).toEqual([0, ''])
    const { gates, gradients } = JSON.parse(out)
    const usesOf = gates.map(({ gate, uses }: { gate: string; uses: number }) => [gate, uses])
    // F1 … F7 of the article; the builder inserts broadcastTo for the two biases.
    expect(Object.fromEntries(usesOf)).toEqual({
      ...{ matmul: 2, broadcastTo: 2, add: 2, sigmoid: 1, alias: 1, mse: 1 },
    })
    const sources = gradients.map(({ of }: { of: string }) => of)
    expect(sources.toSorted()).toEqual([
      ...['dJ/dW1', 'dJ/dW2', 'dJ/db1', 'dJ/db2', 'dJ/dx', 'dJ/dy'],
    ])
    for (const { error, passed } of [...gates, ...gradients]) {
      expect([passed, error < 1e-7]).toEqual([true, true])
    }
  })

  test.each([
    [['--layers', '8,16,4', '--activation', 'relu', '--criterion', 'crossEntropy']],
    [['--layers', '3,5,2', '--activation', 'gelu', '--criterion', 'huber']],
    [['--layers', '3,5,1', '--activation', 'softplus', '--criterion', 'bceWithLogits']],
    [['iris']],
    [['xor']],
  ])('passes for %j', async (argv) => {
    const { code, out } = await runCli(['check', ...argv])
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/\nall gradients agree with finite differences\n$/),
    ])
  })
})

test('a gate whose backward rule is wrong is found out, and those beside it are not', () => {
  const wrong: Gate<Unary> = defineGate({
    name: 'wrongSquare',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.multiply(x),
    // 3x in place of 2x.
    backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.multiply(x, 3)) }),
    samples: [{ x: [2], output: [4] }],
  })
  const x = input('x', [3])
  const J = sum(wrong(x.tanh()))
  const point = { feeds: { x: tensor([0.5, -1, 2]) }, states: new Map() }
  const verdicts = checkGates(J, point).map(({ gate, passed }) => [gate, passed])
  expect(Object.fromEntries(verdicts)).toEqual({ tanh: true, wrongSquare: false, sum: true })
})

test('a maxPool of equal numbers passes, which is a kink at each of its windows', () => {
  const pooled = maxPool2d(input('x', [1, 1, 4, 4]), 2)
  const x = { shape: [1, 1, 4, 4], dtype: 'f32', data: new Float32Array(16) } as const
  const [{ gate, passed } = {}] = checkGates(sum(pooled), { feeds: { x }, states: new Map() })
  expect([gate, passed]).toEqual(['maxPool2d', true])
})
