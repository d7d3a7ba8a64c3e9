/** What must hold of every picture, whatever it is of. */
import '../methods.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomGraph } from '../../test/support/random-graph.ts'
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { layerNorm, linear, multiheadAttention, residual, sequential } from '../nn/index.ts'
import { trace } from '../read.ts'
import { overlaps } from './box.ts'
import { draw, drawGate } from './index.ts'
import type { Scene } from './scene.ts'

/** Pairs of labels that share an area, and labels in nodes that they do not belong to. */
function clashes({ labels, nodes }: Scene): readonly string[] {
  const said = ({ texts }: Scene['labels'][number]) => texts.map(({ text }) => text).join(' ')
  const pairs = labels.flatMap((label, index) =>
    labels
      .slice(index + 1)
      .flatMap((other) =>
        overlaps(label.box, other.box) ? [`"${said(label)}" over "${said(other)}"`] : [],
      ),
  )
  const inNodes = labels.flatMap((label) =>
    nodes
      .filter(({ id, box }) => id !== label.owner && overlaps(label.box, box))
      .map(({ id }) => `"${said(label)}" in node ${id}`),
  )
  return [...pairs, ...inNodes]
}

/** Labels that lie in part outside the picture. */
function strays({ labels, width, height }: Scene): readonly string[] {
  const isOutside = ({ box }: Scene['labels'][number]) =>
    box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height
  return labels.filter(isOutside).map(({ texts }) => texts.map(({ text }) => text).join(' '))
}

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const Y = [[0], [1], [1], [0]]

function articleNetwork(): Value {
  const x = gates.input('x', [4, 2])
  const a2 = x
    .matmul(gates.parameter('W1', [2, 3]))
    .add(gates.parameter('b1', [3]))
    .sigmoid()
    .named('a2')
  const yHat = a2.matmul(gates.parameter('W2', [3, 1])).add(gates.parameter('b2', [1]))
  return gates.mse(yHat.named('ŷ'), gates.input('y', [4, 1])).named('J')
}

function transformer(blocks: number): Value {
  const block = () =>
    sequential(
      residual(layerNorm(16), multiheadAttention(16, 2, { isCausal: true })),
      residual(layerNorm(16), linear(16, 64), gates.gelu, linear(64, 16)),
    )
  const model = sequential(...Array.from({ length: blocks }, block), linear(16, 16))
  return gates.mse(model(gates.input('x', [8, 10, 16])), gates.input('y', [8, 10, 16])).named('J')
}

function classifier(): Value {
  const model = sequential(linear(64, 48), gates.relu, linear(48, 32), gates.relu, linear(32, 10))
  const labels = gates.input('t', [32], { dtype: 'i32' })
  return gates.crossEntropy(model(gates.input('x', [32, 64])), labels).named('J')
}

const J = articleNetwork()
const values = await trace(J, { x: X, y: Y })
const pictures = {
  'the network': () => draw(J),
  'the network with numbers': () => draw(J, { values }),
  'the network with numbers and shapes, downwards': () =>
    draw(J, { values, shapes: true, direction: 'down' }),
  'the network with mse open': () => draw(J, { values, depth: 1 }),
  'a folded classifier': () => draw(classifier(), { depth: 0, gradients: true }),
  'an open classifier': () => draw(classifier(), { shapes: true, gradients: true }),
  'an open classifier, downwards': () => draw(classifier(), { direction: 'down' }),
  'a folded transformer': () => draw(transformer(4)),
  'a transformer with one block open': () => draw(transformer(4), { open: ['0.0.1', '0.1'] }),
  'a transformer that is all open': () => draw(transformer(1), { depth: 9, gradients: true }),
  'one gate': () => drawGate('F4', { of: J, values, shapes: true }),
  'one gate, downwards': () => drawGate('F6', { of: J, values, direction: 'down' }),
}

test.each(Object.entries(pictures))(
  '%s: no label is over another or leaves the picture',
  (_, of) => {
    const { scene } = of()
    expect([...clashes(scene), ...strays(scene)]).toEqual([])
  },
)

test.each(['the network with numbers', 'a transformer with one block open', 'one gate'] as const)(
  '%s: every time the same bytes',
  (name) => {
    expect(pictures[name]().toSvg()).toBe(pictures[name]().toSvg())
  },
)

test('random graphs have no label over another or over a node of others', () => {
  fc.assert(
    fc.property(randomGraph({ maxGates: 25 }), fc.boolean(), fc.boolean(), (graph, down, open) => {
      const { scene } = draw(graph, {
        ...{ gradients: true, shapes: true, direction: down ? 'down' : 'right' },
        depth: open ? 1 : 0,
      })
      expect([...clashes(scene), ...strays(scene)]).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('the check of overlaps finds one', () => {
  const { scene } = draw(J, { values })
  const [first, second] = scene.labels
  if (!first || !second) throw new Error('the picture has no labels')
  const moved = { ...second, box: first.box }
  expect(clashes({ ...scene, labels: [first, moved] })).not.toEqual([])
})
