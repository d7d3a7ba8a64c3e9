import '../methods.ts'
import { describe, expect, test } from 'vitest'
import * as gates from '../gates/index.ts'
import { Graph } from '../ir/graph.ts'
import { layerNorm, linear, residual, sequential } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { trace } from '../read.ts'
import { layoutWithDagre } from './dagre-layout.ts'
import type { Diagram } from './diagram.ts'
import { draw } from './index.ts'

const x = gates.input('x', [4, 2])
const W1 = gates.parameter('W1', [2, 3], {
  init: [
    [1, 2, 3],
    [4, 5, 6],
  ],
})
const b1 = gates.parameter('b1', [3])
const z2 = x.matmul(W1).add(b1).named('z2')
const a2 = z2.sigmoid().named('a2')
const yHat = a2.mean(1).named('z3').named('ŷ')
const y = gates.input('y', [4])
const J = gates.mse(yHat, y).named('J')

/** `x → n1: z2` of every edge, by the labels of its nodes. */
function edgesOf({ nodes, edges }: Diagram): readonly string[] {
  const label = (id: string) => nodes.find((node) => node.id === id)?.label ?? '?'
  return edges.map(({ from, to, name }) => `${label(from)} → ${label(to)}: ${name ?? ''}`)
}

const labelsOf = ({ nodes }: Diagram) => nodes.map(({ label }) => label)

describe('a network', () => {
  const { diagram } = draw(J)

  test('is variables and operations, called as equations call them', () => {
    expect(edgesOf(diagram)).toEqual([
      'x → ·: ',
      'W1 → ·: ',
      '· → +: u1',
      'b1 → +: ',
      '+ → sigmoid: z2',
      'sigmoid → mean: a2',
      'mean → mse: z3 = ŷ',
      'y → mse: ',
      'mse → J: ',
    ])
    const kinds = diagram.nodes.map(({ kind, variable }) => variable ?? kind)
    expect(kinds).toEqual([
      ...['input', 'parameter', 'operation', 'parameter', 'operation', 'operation', 'operation'],
      ...['input', 'operation', 'output'],
    ])
  })

  test('says the equation and the part of each gate', () => {
    const sigmoid = diagram.nodes.find(({ label }) => label === 'sigmoid')
    expect(sigmoid).toMatchObject({ equation: 'F3', gate: 'sigmoid', role: 'scaler' })
    expect(sigmoid?.hint).toContain('F3: a2 = sigmoid(z2)')
  })

  test('is told in words', () => {
    expect(diagram.title).toBe('The graph of J')
    expect(diagram.description).toContain('Given: x, W1, b1, y.')
    expect(diagram.description).toContain('F2: add takes u1 and b1.')
  })
})

describe('numbers', () => {
  const X = [
    [1, 0],
    [0, 1],
    [0, 0],
    [1, 1],
  ]

  test('stand at the edges: values, and gradients of what each edge brings', async () => {
    const { diagram } = draw(J, { values: await trace(J, { x: X, y: [0, 0, 0, 0] }) })
    const [fromX, fromW1, , fromB1] = diagram.edges
    expect(fromX?.value?.text).toBe('[[1, 0], [0, 1], [0, 0], [1, 1]]')
    expect(fromW1?.value?.cells).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ])
    expect(fromW1).toMatchObject({ gradientName: 'dJ/dW1' })
    // The gradient of a broadcast operand is that after the sum over the batch.
    expect(fromB1?.gradient?.cells?.[0]).toHaveLength(3)
    expect(diagram.edges.at(-1)).toMatchObject({ gradientName: 'dJ/dJ', gradient: { text: '1' } })
  })

  test('of a value that is read twice stand at its first edge, its gradients at both', async () => {
    const v = gates.input('v', [])
    const square = v.multiply(v).named('J')
    const { edges } = draw(square, { values: await trace(square, { v: 3 }) }).diagram
    const [first, second] = edges
    expect([first?.value?.text, second?.value]).toEqual(['3', undefined])
    // dJ/dv = 3 + 3, a share by each operand
    expect([first?.gradient?.text, second?.gradient?.text]).toEqual(['3', '3'])
  })

  test('are left out, and gradients named, where there is no trace', () => {
    const { edges } = draw(J, { gradients: true }).diagram
    expect(edges[0]).toMatchObject({ gradientName: 'dJ/dx' })
    expect(
      edges.every(({ value, gradient }) => !value && (!gradient || gradient.text === '1')),
    ).toBe(true)
    expect(draw(J).diagram.edges.some(({ gradientName }) => gradientName)).toBe(false)
  })
})

describe('composites', () => {
  test('are one gate until they are opened, by depth, equation or name', () => {
    expect(labelsOf(draw(J).diagram)).toContain('mse')
    for (const options of [{ depth: 1 }, { open: ['mse'] }, { open: ['F6'] }]) {
      const { nodes, frames } = draw(J, options).diagram
      expect(frames.map(({ label }) => label)).toContain('mse')
      const inside = nodes.filter(({ frame }) => frame !== undefined && frame === frames.at(-1)?.id)
      expect(inside.map(({ label }) => label)).toEqual(['−', '⊙', 'mean'])
    }
  })

  test('that are not there are answered with the nearest name', () => {
    expect(() => draw(J, { open: ['msee'] })).toThrow('did you mean "mse"?')
    expect(() => draw(J, { open: ['F3'] })).toThrow('"F3", which is one gate')
  })
})

describe('layers', () => {
  const classes = gates.input('t', [8], { dtype: 'i32' })
  const model = sequential(linear(6, 5), gates.relu, linear(5, 4), gates.relu, linear(4, 3))
  const error = gates.crossEntropy(model(gates.input('x', [8, 6])), classes).named('J')

  test('fold with their parameters, under their paths and the shapes that they join', () => {
    const { nodes } = draw(error, { depth: 0 }).diagram
    expect(nodes.map(({ label, detail }) => [label, detail ?? ''].join(' ').trim())).toEqual([
      'x',
      'linear 0 [8, 6] → [8, 5]',
      'relu',
      'linear 2 [8, 5] → [8, 4]',
      'relu',
      'linear 4 [8, 4] → [8, 3]',
      't',
      'crossEntropy',
      'J',
    ])
  })

  test('hold what joins two results of theirs, such as a bias that is reshaped first', () => {
    const weight = gates.parameter('w', [4, 6], { key: 'conv.weight' })
    const bias = gates.parameter('b', [6], { key: 'conv.bias' })
    const product = gates.input('x', [2, 4]).matmul(weight)
    const sum = product
      .add(bias.reshape([1, 6]))
      .relu()
      .named('y')
    expect(labelsOf(draw(sum, { depth: 0 }).diagram)).toEqual(['x', 'linear conv', 'relu', 'y'])
  })

  test('of small networks are open by themselves', () => {
    const { frames } = draw(error).diagram
    expect(frames.map(({ label }) => label)).toEqual(['linear 0', 'linear 2', 'linear 4'])
  })

  test('open one by one', () => {
    const { frames, nodes } = draw(error, { depth: 0, open: ['2'] }).diagram
    expect(frames.map(({ label }) => label)).toEqual(['linear 2'])
    expect(nodes.filter(({ frame }) => frame === 'g0').map(({ label }) => label)).toEqual([
      ...['W2', '·', 'b2', '+'],
    ])
  })

  test('keep the sum that closes a residual block, so that equal blocks fold into one', () => {
    const block = () => residual(layerNorm(4), linear(4, 4), gates.gelu)
    const blocks = sequential(...Array.from({ length: 12 }, block))
    const output = blocks(gates.input('x', [2, 4])).named('y')
    const { nodes, edges } = draw(output, { depth: 0 }).diagram
    expect(
      nodes.map(({ label, times }) => `${label}${times === undefined ? '' : ` ×${times}`}`),
    ).toEqual(['x', 'block ×12', 'y'])
    expect(nodes[1]?.detail).toBe('[2, 4]')
    expect(edges).toHaveLength(2)
    expect(draw(output, { depth: 0, repeats: false }).diagram.nodes).toHaveLength(14)
  })

  test('that differ in a shape are no repetition', () => {
    const widths = [4, 4, 5, 5]
    const stages = widths.map((width, index) => linear(index === 2 ? 4 : width, width))
    const output = sequential(...stages)(gates.input('x', [2, 4])).named('y')
    expect(draw(output, { depth: 0 }).diagram.nodes.some(({ times }) => times !== undefined)).toBe(
      false,
    )
  })

  test('that share a parameter across others are not folded around them', () => {
    const table = gates.parameter('E', [4, 4], { key: 'table.weight' })
    const hidden = gates.input('x', [2, 4]).matmul(table)
    const output = linear(4, 4).at('1')(hidden).matmul(table).named('y')
    const { nodes } = draw(output, { depth: 0 }).diagram
    expect(nodes.map(({ label }) => label)).toEqual(['x', 'E', '·', 'linear 1', '·', 'y'])
  })
})

test('many equal gates in a row fold, few do not', () => {
  const chain = (length: number) => {
    let value = gates.input('x', [2])
    for (let i = 0; i < length; i++) value = value.tanh().add(0.5)
    return value.named('y')
  }
  expect(draw(chain(50)).diagram.nodes.map(({ label, times }) => [label, times])).toEqual([
    ['x', undefined],
    ['tanh, + 0.5', 50],
    ['y', undefined],
  ])
  expect(draw(chain(3)).diagram.nodes).toHaveLength(8)
})

test('updates are drawn on request, at the states that they write', () => {
  const graph = new Graph({ J }, sgd(J, { learningRate: 0.5 }))
  const { nodes, edges } = draw(graph, { updates: true }).diagram
  const updates = nodes.filter(({ kind }) => kind === 'update')
  expect(updates.map(({ label, equation }) => `${equation}: ${label}`)).toEqual([
    'U1: W1 ← W1 − lr · dJ/dW1',
    'U2: b1 ← b1 − lr · dJ/db1',
  ])
  const written = edges.filter(({ phase }) => phase === 'update').map(({ to }) => to)
  expect(written.map((id) => nodes.find((node) => node.id === id)?.label)).toEqual(['W1', 'b1'])
  expect(draw(graph).diagram.nodes.some(({ kind }) => kind === 'update')).toBe(false)
})

test('updates of states that have no node are named in a note', () => {
  const graph = new Graph({ J }, sgd(J, { learningRate: 0.5, momentum: 0.9 }))
  const drawing = draw(graph, { updates: true })
  expect(drawing.diagram.notes).toEqual([expect.stringMatching(/^Not shown: what becomes of /)])
  const note = drawing.scene.labels.find(({ of }) => of === 'scene')
  expect(note?.texts.map(({ text }) => text)).toEqual(drawing.diagram.notes)
})

test('a record of values is drawn as one graph', () => {
  const { nodes } = draw({ sum: x.sum(), product: x.matmul(W1) }).diagram
  expect(nodes.filter(({ variable }) => variable === 'output').map(({ label }) => label)).toEqual([
    ...['sum', 'product'],
  ])
})

test('more nodes than anyone can read are refused', () => {
  const nodes = Array.from({ length: 1501 }, (_, index) => ({
    id: `n${index}`,
    width: 9,
    height: 9,
  }))
  expect(() => layoutWithDagre({ nodes, edges: [], frames: [], direction: 'right' })).toThrow(
    [
      'OPTION draw: there is too much to draw',
      '  expected  up to 1500 nodes, with layers, composites and equal blocks folded',
      '  got       1501 nodes',
      '  fix       fold layers with { depth: 0 }, or draw a part: a value in the middle of the graph',
    ].join('\n'),
  )
})
