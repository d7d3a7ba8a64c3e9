/**
 * Pictures of graphs: the [2, 3, 1] network with every number of one pass, two gates close up, and
 * larger networks folded. They are written to docs/pictures, where the README shows them.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import {
  compile,
  crossEntropy,
  gateGraph,
  gelu,
  input,
  maximum,
  mse,
  multiply,
  parameter,
  relu,
  trace,
} from 'sluice'
import { type Drawing, draw, drawGate } from 'sluice/draw'
import { layerNorm, linear, multiheadAttention, residual, sequential } from 'sluice/nn'

const folder = new URL('../docs/pictures/', import.meta.url)
await mkdir(folder, { recursive: true })

async function write(name: string, drawing: Drawing): Promise<void> {
  await writeFile(new URL(`${name}.svg`, folder), drawing.toSvg())
  const { width, height } = drawing.scene
  console.log(`docs/pictures/${name}.svg: ${drawing.diagram.title}, ${width} × ${height}`)
}

// The network of the second example, with the numbers of one pass over exclusive or.
const x = input('x', [4, 2])
const y = input('y', [4, 1])
const z2 = x
  .matmul(parameter('W1', [2, 3]))
  .add(parameter('b1', [3]))
  .named('z2')
const a2 = z2.sigmoid().named('a2')
const z3 = a2
  .matmul(parameter('W2', [3, 1]))
  .add(parameter('b2', [1]))
  .named('z3')
const J = mse(z3.named('ŷ'), y).named('J')

const feeds = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]] } // biome-ignore format: a truth table
const values = await trace(await compile({ J }, { seed: 1 }), feeds)
await write('network', draw(J, { values, precision: 2 }))
await write('cost', drawGate('F7', { of: J, values, precision: 2 }))
await write('sigmoid', drawGate(a2, { of: J, values, precision: 2 }))

// Gates by themselves: what comes back is the local gradient times the gradient that arrives.
for (const [name, gate] of Object.entries({ multiply, maximum })) {
  const call = { operands: { a: 3, b: -4 }, upstream: 2 }
  const alone = gateGraph(gate, call)
  const numbers = await trace(alone.J, alone.feeds)
  await write(name, drawGate(gate, { ...call, values: numbers }))
}

// Layers fold into one box each; equal blocks in a row into one for all of them.
const classifier = sequential(
  ...[linear(64, 48), relu, linear(48, 32), relu, linear(32, 16), relu, linear(16, 10)],
)
const digits = classifier(input('x', [32, 64]))
const error = crossEntropy(digits, input('y', [32], { dtype: 'i32' })).named('J')
await write('classifier', draw(error, { depth: 0 }))

const block = () =>
  sequential(
    residual(layerNorm(64), multiheadAttention(64, 4, { isCausal: true })),
    residual(layerNorm(64), linear(64, 256), gelu, linear(256, 64)),
  )
const blocks = sequential(...Array.from({ length: 12 }, block))
const output = blocks(input('x', [8, 16, 64])).named('y')
await write('transformer', draw(output))
await write('block', draw(output, { open: ['0.0', '0.1'] }))
