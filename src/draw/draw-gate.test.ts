import '../methods.ts'
import { expect, test } from 'vitest'
import { gateGraph } from '../explain/index.ts'
import * as gates from '../gates/index.ts'
import { trace } from '../read.ts'
import { drawGate } from './index.ts'

async function closeUp(gate: typeof gates.multiply | typeof gates.maximum | typeof gates.add) {
  const call = { operands: { a: 3, b: -4 }, upstream: 2 }
  const { J, feeds } = gateGraph(gate, call)
  return drawGate(gate, { ...call, values: await trace(J, feeds) }).diagram
}

test('multiply switches: each operand gets the gradient times the other', async () => {
  const { nodes, edges } = await closeUp(gates.multiply)
  expect(nodes.map(({ label, detail }) => [label, detail])).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['multiply', 'switch'],
    ['z', undefined],
  ])
  const [a, b, z] = edges
  expect(a?.closeUp).toEqual({
    local: '∂z/∂a = b = −4',
    product: 'dJ/da = dJ/dz · b = 2 · (−4) = −8',
  })
  expect(b?.closeUp).toEqual({
    local: '∂z/∂b = a = 3',
    product: 'dJ/db = dJ/dz · a = 2 · 3 = 6',
  })
  expect(z).toMatchObject({
    value: { text: '−12' },
    gradientName: 'dJ/dz',
    gradient: { text: '2' },
  })
})

test('maximum routes and add distributes', async () => {
  const routed = (await closeUp(gates.maximum)).edges.map(({ gradient }) => gradient?.text)
  expect(routed).toEqual(['2', '0', '2'])
  const shared = (await closeUp(gates.add)).edges.map(({ closeUp: own }) => own?.local)
  expect(shared).toEqual(['∂z/∂a = 1', '∂z/∂b = 1', undefined])
})

const x = gates.input('x', [1, 2])
const W = gates.parameter('W', [2, 1], { init: [[3], [4]] })
const z = x.matmul(W).named('z')
const J = gates.mse(z, gates.input('y', [1, 1])).named('J')

test('a gate of a graph shows the tensors of its product', async () => {
  const values = await trace(J, { x: [[1, 2]], y: [[10]] })
  const { edges } = drawGate(z, { of: J, values }).diagram
  // dJ/dz = 2(11 − 10)/1 = 2
  expect(edges[0]?.closeUp).toMatchObject({
    ...{ local: '∂z/∂x = Wᵀ', localValue: { text: '[[3, 4]]' } },
    product: 'dJ/dx = dJ/dz · Wᵀ',
  })
  expect(edges[0]?.gradient?.text).toBe('[[6, 8]]')
  expect(edges.at(-1)?.gradient?.text).toBe('[[2]]')
})

test('the target of a criterion gets no gradient', () => {
  const { edges } = drawGate('F2', { of: J }).diagram
  expect(edges.map(({ gradientName }) => gradientName)).toEqual(['dJ/dz', undefined, 'dJ/dJ'])
})

test('what has no gate of the graph is answered with what there is', () => {
  expect(() => drawGate(x, { of: J })).toThrow('an equation, F1 to F2')
  expect(() => drawGate('F22', { of: J })).toThrow('did you mean F2?')
})
