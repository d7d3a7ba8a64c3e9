import { createStore, input, log, mean, mse, parameter, sum, type Value } from 'sluice'
import { linear, relu, sequential } from 'sluice/nn'
import { expect, test } from 'vitest'
import { createExploreDesk, type ExploreDesk } from './explore-desk.ts'
import type { ExploreReplies, ExploreRequest } from './explore-protocol.ts'
import type { PosedModel } from './pose-model.ts'

const rows = [
  [0, 1],
  [1, 0],
]

function posed(J: Value, feeds: PosedModel['feeds']): PosedModel {
  return { id: 'own', title: 'Own', about: '', J, feeds, store: createStore({ seed: 1 }) }
}

function network(width: number): PosedModel {
  const model = sequential(linear(2, width), relu(), linear(width, 1))
  const J = mse(model(input('x', [2, 2])).named('ŷ'), input('y', [2, 1])).named('J')
  return posed(J, { x: rows, y: [[1], [0]] })
}

/** A desk on one model, which compares it with another. */
async function deskOf(own: PosedModel, other = own) {
  let isFirst = true
  const desk: ExploreDesk = createExploreDesk(async () => {
    const model = isFirst ? own : other
    isFirst = false
    return model
  })
  const source = { from: 'gallery', id: 'own', seed: 1 } as const
  async function ask<K extends ExploreRequest['kind']>(
    request: ExploreRequest & { readonly kind: K },
  ): Promise<ExploreReplies[K]> {
    return (await desk.answer(request)) as ExploreReplies[K] // the reply is of the request's kind
  }
  const model = await ask({ kind: 'explore', source })
  return { ask, model, source }
}

test('a gate is told with its equation, its parameters and its arithmetic', async () => {
  const { ask, model } = await deskOf(network(3))
  expect(model.gates.map(({ gate }) => gate).slice(0, 3)).toEqual(['matmul', 'add', 'relu'])
  const facts = await ask({ kind: 'facts', gate: 'F1' })
  // 2 · 2 rows · 2 inputs · 3 gates
  expect(facts).toMatchObject({ text: 'u1 = x · W1', parameters: 6, flops: 24, role: 'switch' })
  await expect(ask({ kind: 'facts', gate: 'F99' })).rejects.toThrow('no gate F99')
})

test('every forward gate of a compiled step is in a kernel, and all kernels take their time', async () => {
  const { ask, model } = await deskOf(network(3))
  const { rows } = await ask({ kind: 'kernels' })
  const all = model.gates.map((_, at) => at)
  const held = new Set(rows.flatMap(({ forward }) => forward))
  expect(all.filter((at) => !held.has(at))).toEqual([])
  expect(rows.some(({ update }) => update)).toBe(true)
  expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
  const { numbers } = await ask({ kind: 'measure', of: 'time' })
  expect(all.every((at) => (numbers[at] ?? 0) > 0)).toBe(true)
})

test('gradient norms are those of the gradients that reach the gates', async () => {
  const W = parameter('W', [2], { init: new Float32Array([3, 4]) })
  // d(sum W²)/dW² = 1, 1: of length √2.
  const { ask } = await deskOf(posed(sum(W.multiply(W)).named('J'), {}))
  const { numbers } = await ask({ kind: 'measure', of: 'gradient' })
  expect([...numbers]).toEqual([Math.SQRT2, 1])
})

test('the gate that makes the first NaN is named, and none where all is finite', async () => {
  const x = parameter('x', [2], { init: new Float32Array([1, -1]) })
  const bad = await deskOf(posed(mean(log(x).add(1)).named('J'), {}))
  const told = await bad.ask({ kind: 'culprit' })
  expect(told).toMatchObject({ phase: 'forward', text: 'F1, log, makes the first NaN.' })
  expect(bad.model.gates[told.gate ?? -1]?.gate).toBe('log')
  const good = await deskOf(network(3))
  expect(await good.ask({ kind: 'culprit' })).toMatchObject({ gate: undefined, phase: undefined })
})

test('a gradient that is not finite is laid at the gate that it came back through', async () => {
  const x = parameter('x', [1], { init: new Float32Array([0]) })
  const { ask } = await deskOf(posed(sum(x.sqrt()).named('J'), {}))
  expect(await ask({ kind: 'culprit' })).toMatchObject({
    ...{ phase: 'backward', text: 'On the way back, F1, sqrt, makes the first infinity.' },
  })
})

test('two widths of one network differ in the shapes of its gates', async () => {
  const { ask, source } = await deskOf(network(5), network(3))
  const { added, removed, changed } = await ask({ kind: 'compare', source })
  expect([added, removed]).toEqual([[], []])
  expect(changed.map(({ was }) => was)).toContain('was [2, 3]')
})
