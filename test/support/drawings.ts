/** Drawings that every writer is tried on. */
import '../../src/methods.ts'
import { spawnSync } from 'node:child_process'
import { type Drawing, draw, drawGate } from '../../src/draw/index.ts'
import * as gates from '../../src/gates/index.ts'
import { Graph } from '../../src/ir/graph.ts'
import type { Value } from '../../src/ir/value.ts'
import { layerNorm, linear, multiheadAttention, residual, sequential } from '../../src/nn/index.ts'
import { sgd } from '../../src/optim/index.ts'
import { trace } from '../../src/read.ts'

const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]
const Y = [[0], [1], [1], [0]]

/** What breaks quotes, markup, escapes, lines and encodings of one format or another. */
export const awkwardNames: readonly string[] = [
  'say "hi"',
  "it's",
  'a<b>&amp;c',
  'back\\slash\\',
  'two\nlines',
  'tab\there',
  '100% #1 $5 {x} ~^_`*|',
  'end',
  'style: #red;',
  '--> --- ==>',
  'ŷ é ß 名前 😀',
  '\u202eright to left',
  '\u0000\ufffe',
  '   ',
]

function articleNetwork(): Value {
  const W1 = [
    [0.5, -0.25, 1],
    [0.75, 1.5, -1],
  ]
  const a2 = gates
    .input('x', [4, 2])
    .matmul(gates.parameter('W1', [2, 3], { init: W1 }))
    .add(gates.parameter('b1', [3], { init: [0.1, -0.2, 0.3] }))
    .named('z2')
    .sigmoid()
    .named('a2')
  const W2 = gates.parameter('W2', [3, 1], { init: [[1], [-2], [0.5]] })
  const z3 = a2.matmul(W2).add(gates.parameter('b2', [1], { init: [0.25] }))
  return gates.mse(z3.named('z3').named('ŷ'), gates.input('y', [4, 1])).named('J')
}

function transformer(): Value {
  const model = sequential(
    residual(layerNorm(16), multiheadAttention(16, 2, { isCausal: true })),
    residual(layerNorm(16), linear(16, 64), gates.gelu, linear(64, 16)),
  )
  return gates.mse(model(gates.input('x', [8, 10, 16])), gates.input('y', [8, 10, 16])).named('J')
}

function awkward(): Value {
  const values = awkwardNames.map((name) => gates.input(name, []))
  return values.reduce((sum, value, index) => sum.add(value).named(`${index} ${value.name}`))
}

const J = articleNetwork()
const values = await trace(J, { x: X, y: Y })
const product = gates.input('a', []).multiply(gates.input('b', [])).named('z')
const numbers = await trace(product, { a: 3, b: -4 })

export const drawings: Readonly<Record<string, Drawing>> = {
  network: draw(J),
  'network with numbers': draw(J, { values, shapes: true, theme: 'light' }),
  'network that is open, downwards': draw(J, { values, depth: 1, direction: 'down' }),
  'network at a step': draw(J, { values }).at({
    isKnown: (what) => what === 'value',
    ...{ active: 'n4', phase: 'backward' },
  }),
  'network with updates': draw(new Graph({ J }, sgd(J, { learningRate: 0.5 })), { updates: true }),
  'close-up': drawGate(product, { of: product, values: numbers }),
  transformer: draw(transformer(), { open: ['0.1'], shapes: true, gradients: true }),
  blocks: draw(
    sequential(...Array.from({ length: 12 }, () => linear(4, 4)))(gates.input('x', [2, 4])).named(
      'y',
    ),
    {
      depth: 0,
    },
  ),
  'awkward names': draw(awkward(), { gradients: true }),
}

/** Whether a program that checks a format in its own way is installed here. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).error === undefined
}
