import { inspect } from 'node:util'
import katex from 'katex'
import { expect, test } from 'vitest'
import '../methods.ts'
import { backwardFrom } from '../autodiff/backward-from.ts'
import { input } from '../gates/input.ts'
import { mse } from '../gates/mse.ts'
import { parameter } from '../gates/parameter.ts'
import { Graph } from '../ir/graph.ts'
import { toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { sgd } from '../optim/index.ts'
import { trace } from '../read.ts'
import { type Equation, explain } from './index.ts'

// Source of the equations: "Neural Networks IV: The Graph Approach", F1 to F7 and B1 to B10.
function article() {
  const x = input('x', [4, 2])
  const y = input('y', [4, 1])
  const W1 = parameter('W1', [2, 3], { init: 0 })
  const b1 = parameter('b1', [3])
  const W2 = parameter('W2', [3, 1], { init: [[1], [2], [-1]] })
  const b2 = parameter('b2', [1])
  const z2 = x.matmul(W1).add(b1).named('z2')
  const a2 = z2.sigmoid().named('a2')
  const z3 = a2.matmul(W2).add(b2).named('z3')
  const yHat = z3.named('ŷ')
  const J = mse(yHat, y).named('J')
  return { J, step: new Graph({ J, yHat }, sgd(J, { learningRate: 0.5 })) }
}

const feeds = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
}

const forward = [
  'F1: u1 = x · W1',
  'F2: z2 = u1 + b1',
  'F3: a2 = sigmoid(z2)',
  'F4: u2 = a2 · W2',
  'F5: z3 = u2 + b2',
  'F6: ŷ = z3',
  'F7: J = mean((ŷ − y)²)',
]
const backward = [
  'B1: dJ/dz3 = 2(ŷ − y)/n',
  'B2: dJ/du2 = dJ/dz3',
  'B3: dJ/db2 = sum over the batch of dJ/dz3',
  'B4: dJ/da2 = dJ/du2 · W2ᵀ',
  'B5: dJ/dW2 = a2ᵀ · dJ/du2',
  'B6: dJ/dz2 = dJ/da2 ⊙ a2 ⊙ (1 − a2)',
  'B7: dJ/du1 = dJ/dz2',
  'B8: dJ/db1 = sum over the batch of dJ/dz2',
  'B9: dJ/dx = dJ/du1 · W1ᵀ',
  'B10: dJ/dW1 = xᵀ · dJ/du1',
]
const update = [
  'U1: W1 ← W1 − lr · dJ/dW1',
  'U2: b1 ← b1 − lr · dJ/db1',
  'U3: W2 ← W2 − lr · dJ/dW2',
  'U4: b2 ← b2 − lr · dJ/db2',
]

const line = ({ id, text }: Equation) => `${id}: ${text}`

test('the article network has the seven forward and ten backward equations of the article', () => {
  expect(explain(article().J).equations.map(line)).toEqual([...forward, ...backward])
})

test('a training step has the four updates too, from a graph and from a program alike', () => {
  const { step } = article()
  expect(explain(step).equations.map(line)).toEqual([...forward, ...backward, ...update])
  expect(explain({ graph: step }).equations.map(line)).toEqual(explain(step).equations.map(line))
})

test('every equation says its gate, the role of it, and the shapes of all factors', () => {
  const row = ({ id, gate, role, shapes }: Equation) => `${id} ${gate} ${role} ${shapes}`
  expect(explain(article().step).equations.map(row)).toEqual([
    'F1 matmul switch [4, 2]·[2, 3] → [4, 3]',
    'F2 add distributor [4, 3] + [3] → [4, 3]',
    'F3 sigmoid scaler [4, 3] → [4, 3]',
    'F4 matmul switch [4, 3]·[3, 1] → [4, 1]',
    'F5 add distributor [4, 1] + [1] → [4, 1]',
    'F6 alias mover [4, 1] → [4, 1]',
    'F7 mse criterion [4, 1], [4, 1] → []',
    'B1 mse criterion [4, 1] → [4, 1]',
    'B2 add distributor [4, 1] → [4, 1]',
    'B3 add distributor [4, 1] → [1]',
    'B4 matmul switch [4, 1]·[1, 3] → [4, 3]',
    'B5 matmul switch [3, 4]·[4, 1] → [3, 1]',
    'B6 sigmoid scaler [4, 3]⊙[4, 3]⊙[4, 3] → [4, 3]',
    'B7 add distributor [4, 3] → [4, 3]',
    'B8 add distributor [4, 3] → [3]',
    'B9 matmul switch [4, 3]·[3, 2] → [4, 2]',
    'B10 matmul switch [2, 4]·[4, 3] → [2, 3]',
    'U1 subtract null [2, 3] − []·[2, 3] → [2, 3]',
    'U2 subtract null [3] − []·[3] → [3]',
    'U3 subtract null [3, 1] − []·[3, 1] → [3, 1]',
    'U4 subtract null [1] − []·[1] → [1]',
  ])
})

test('every equation names its operands with their shapes as they stand in it', () => {
  const row = ({ id, operands }: Equation) =>
    `${id} ${operands.map(({ name, shape, kind }) => `${name} [${shape}] ${kind}`).join('; ')}`
  expect(explain(article().step).equations.map(row)).toEqual([
    'F1 x [4,2] input; W1 [2,3] parameter',
    'F2 u1 [4,3] result; b1 [3] parameter',
    'F3 z2 [4,3] result',
    'F4 a2 [4,3] result; W2 [3,1] parameter',
    'F5 u2 [4,1] result; b2 [1] parameter',
    'F6 z3 [4,1] result',
    'F7 ŷ [4,1] result; y [4,1] input',
    'B1 2(ŷ − y)/n [4,1] local',
    'B2 dJ/dz3 [4,1] upstream',
    'B3 dJ/dz3 [4,1] upstream',
    'B4 dJ/du2 [4,1] upstream; W2ᵀ [1,3] local',
    'B5 a2ᵀ [3,4] local; dJ/du2 [4,1] upstream',
    'B6 dJ/da2 [4,3] upstream; a2 [4,3] local; 1 − a2 [4,3] local',
    'B7 dJ/dz2 [4,3] upstream',
    'B8 dJ/dz2 [4,3] upstream',
    'B9 dJ/du1 [4,3] upstream; W1ᵀ [3,2] local',
    'B10 xᵀ [2,4] local; dJ/du1 [4,3] upstream',
    'U1 W1 [2,3] parameter; lr [] state; dJ/dW1 [2,3] gradient',
    'U2 b1 [3] parameter; lr [] state; dJ/db1 [3] gradient',
    'U3 W2 [3,1] parameter; lr [] state; dJ/dW2 [3,1] gradient',
    'U4 b2 [1] parameter; lr [] state; dJ/db2 [1] gradient',
  ])
})

test('a transposed factor says what it is the transpose of, and that one has which shape', () => {
  const { equations } = explain(article().J)
  const last = equations.find(({ id }) => id === 'B10')
  expect(last?.operands[0]?.transposeOf).toEqual({ name: 'x', shape: [4, 2] })
  expect(last?.output).toEqual({
    name: 'dJ/dW1',
    latex: String.raw`\frac{\partial J}{\partial W_1}`,
    shape: [2, 3],
    dtype: 'f32',
  })
})

test('a backward equation says which forward equation and which operand it belongs to', () => {
  const of = explain(article().J)
    .equations.filter(({ phase }) => phase === 'backward')
    .map((one) => `${one.id} of ${one.of}, ${one.operand}`)
  expect(of).toEqual([
    'B1 of F7, input',
    'B2 of F5, a',
    'B3 of F5, b',
    'B4 of F4, a',
    'B5 of F4, b',
    'B6 of F3, x',
    'B7 of F2, a',
    'B8 of F2, b',
    'B9 of F1, a',
    'B10 of F1, b',
  ])
})

test('a part says what becomes of the gradient of this very gate', () => {
  const x = input('x', [3])
  const partOf = (J: Value) => explain(J).equations[0]?.part
  expect(partOf(x.cast('i32').named('k'))).toBe(
    'cast: distributor — no gradient passes: only floating-point numbers have one',
  )
  expect(partOf(x.cast('f64').sum().named('J'))).toBe(
    'cast: distributor — hands the gradient on unchanged to its input',
  )
  expect(partOf(x.max().named('J'))).toBe(
    'max: router — what was chosen gets the gradient; equals share it',
  )
  expect(partOf(x.relu().sum().named('J'))).toBe(
    'relu: activation (router) — what was chosen gets the gradient, the rest nothing',
  )
})

test('an explanation as a string is its text, in the console of Node too', () => {
  const explanation = explain(article().J, { digits: 3 })
  expect(String(explanation)).toBe(explanation.toText())
  expect(inspect(explanation)).toBe(explanation.toText())
})

test('every gate says its part in a sentence', () => {
  const parts = new Map(explain(article().J).equations.map(({ gate, part }) => [gate, part]))
  expect(Object.fromEntries(parts)).toEqual({
    matmul: 'matmul: switch — each input gets the gradient times the other input',
    add: 'add: distributor — hands the gradient on unchanged to all its inputs',
    sigmoid: 'sigmoid: activation (scaler) — the gradient times its own derivative',
    alias: 'alias: a second name — no equation of its own in the backward pass',
    mse: 'mse: criterion — gives the first gradient, from the error',
  })
})

test('the LaTeX is one align environment for each phase', () => {
  expect(explain(article().step).toLatex()).toBe(String.raw`\begin{align}
  u_1 &= x \cdot W_1 && [4, 2] \cdot [2, 3] \to [4, 3] \tag{F1} \\
  z_2 &= u_1 + b_1 && [4, 3] + [3] \to [4, 3] \tag{F2} \\
  a_2 &= \operatorname{sigmoid}(z_2) && [4, 3] \to [4, 3] \tag{F3} \\
  u_2 &= a_2 \cdot W_2 && [4, 3] \cdot [3, 1] \to [4, 1] \tag{F4} \\
  z_3 &= u_2 + b_2 && [4, 1] + [1] \to [4, 1] \tag{F5} \\
  \hat{y} &= z_3 && [4, 1] \to [4, 1] \tag{F6} \\
  J &= \operatorname{mean}((\hat{y} - y)^2) && [4, 1], [4, 1] \to [] \tag{F7}
\end{align}

\begin{align}
  \frac{\partial J}{\partial z_3} &= \frac{2(\hat{y} - y)}{n} && [4, 1] \to [4, 1] \tag{B1} \\
  \frac{\partial J}{\partial u_2} &= \frac{\partial J}{\partial z_3} && [4, 1] \to [4, 1] \tag{B2} \\
  \frac{\partial J}{\partial b_2} &= \sum_{\text{batch}}\frac{\partial J}{\partial z_3} && [4, 1] \to [1] \tag{B3} \\
  \frac{\partial J}{\partial a_2} &= \frac{\partial J}{\partial u_2} \cdot W_2^\top && [4, 1] \cdot [1, 3] \to [4, 3] \tag{B4} \\
  \frac{\partial J}{\partial W_2} &= a_2^\top \cdot \frac{\partial J}{\partial u_2} && [3, 4] \cdot [4, 1] \to [3, 1] \tag{B5} \\
  \frac{\partial J}{\partial z_2} &= \frac{\partial J}{\partial a_2} \odot a_2 \odot (1 - a_2) && [4, 3] \odot [4, 3] \odot [4, 3] \to [4, 3] \tag{B6} \\
  \frac{\partial J}{\partial u_1} &= \frac{\partial J}{\partial z_2} && [4, 3] \to [4, 3] \tag{B7} \\
  \frac{\partial J}{\partial b_1} &= \sum_{\text{batch}}\frac{\partial J}{\partial z_2} && [4, 3] \to [3] \tag{B8} \\
  \frac{\partial J}{\partial x} &= \frac{\partial J}{\partial u_1} \cdot W_1^\top && [4, 3] \cdot [3, 2] \to [4, 2] \tag{B9} \\
  \frac{\partial J}{\partial W_1} &= x^\top \cdot \frac{\partial J}{\partial u_1} && [2, 4] \cdot [4, 3] \to [2, 3] \tag{B10}
\end{align}

\begin{align}
  W_1 &\leftarrow W_1 - \text{lr} \cdot \frac{\partial J}{\partial W_1} && [2, 3] - [] \cdot [2, 3] \to [2, 3] \tag{U1} \\
  b_1 &\leftarrow b_1 - \text{lr} \cdot \frac{\partial J}{\partial b_1} && [3] - [] \cdot [3] \to [3] \tag{U2} \\
  W_2 &\leftarrow W_2 - \text{lr} \cdot \frac{\partial J}{\partial W_2} && [3, 1] - [] \cdot [3, 1] \to [3, 1] \tag{U3} \\
  b_2 &\leftarrow b_2 - \text{lr} \cdot \frac{\partial J}{\partial b_2} && [1] - [] \cdot [1] \to [1] \tag{U4}
\end{align}`)
})

test('all of its LaTeX renders in KaTeX', () => {
  const explanation = explain(article().step, { depth: 2 })
  for (const latex of explanation.toLatex().split('\n\n')) {
    const options = { throwOnError: true, strict: 'error', displayMode: true } as const
    expect(() => katex.renderToString(latex, options)).not.toThrow()
  }
})

// With W1 and b1 zero every hidden unit is 1/2 and every answer is 1, so all numbers below follow
// by hand; all of them are sums of powers of two, which f32 holds exactly.
const quarter = [0.125, 0.25, -0.125]
const none = [0, 0, 0]

test('a trace gives every equation its value', async () => {
  const { step } = article()
  const { equations } = explain(step, { values: await trace(step, feeds) })
  const values = equations.map(({ id, numbers }) => [id, numbers && toNested(numbers.value)])
  expect(Object.fromEntries(values)).toEqual({
    F1: [none, none, none, none],
    F2: [none, none, none, none],
    F3: Array(4).fill([0.5, 0.5, 0.5]),
    F4: [[1], [1], [1], [1]],
    F5: [[1], [1], [1], [1]],
    F6: [[1], [1], [1], [1]],
    F7: 0.5,
    B1: [[0.5], [0], [0], [0.5]],
    B2: [[0.5], [0], [0], [0.5]],
    B3: [1],
    B4: [
      [0.5, 1, -0.5],
      [0, 0, 0],
      [0, 0, 0],
      [0.5, 1, -0.5],
    ],
    B5: [[0.5], [0.5], [0.5]],
    B6: [quarter, [0, 0, 0], [0, 0, 0], quarter],
    B7: [quarter, [0, 0, 0], [0, 0, 0], quarter],
    B8: [0.25, 0.5, -0.25],
    B9: [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    B10: [quarter, quarter],
    U1: [
      [-0.0625, -0.125, 0.0625],
      [-0.0625, -0.125, 0.0625],
    ],
    U2: [-0.125, -0.25, 0.125],
    U3: [[0.75], [1.75], [-1.25]],
    U4: [-0.5],
  })
})

test('a trace gives backward equations the upstream and the local gradient', async () => {
  const { step } = article()
  const { equations } = explain(step, { values: await trace(step, feeds) })
  const facts = (id: string) => {
    const equation = equations.find((one) => one.id === id)
    const { upstreams = [], local } = equation?.numbers ?? {}
    return {
      upstreams: equation?.upstreams,
      upstream: upstreams.map(toNested),
      local: equation?.local,
      numbers: local && toNested(local),
    }
  }
  expect(facts('B1')).toEqual({
    upstreams: ['dJ/dJ'],
    upstream: [1],
    local: '2(ŷ − y)/n',
    numbers: [[0.5], [0], [0], [0.5]],
  })
  expect(facts('B6')).toEqual({
    upstreams: ['dJ/da2'],
    upstream: [
      [
        [0.5, 1, -0.5],
        [0, 0, 0],
        [0, 0, 0],
        [0.5, 1, -0.5],
      ],
    ],
    local: 'a2 ⊙ (1 − a2)',
    numbers: Array(4).fill([0.25, 0.25, 0.25]),
  })
  // The local gradient of a matrix product stands transposed, as the equation has it.
  expect(facts('B10')).toMatchObject({
    local: 'xᵀ',
    numbers: [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ],
  })
})

test('a trace gives what is given its contents, and updates what the state held before', async () => {
  const { step } = article()
  const { given, equations } = explain(step, { values: await trace(step, feeds) })
  expect(given.map(({ name, kind, value }) => [name, kind, value && toNested(value)])).toEqual([
    ['x', 'input', feeds.x],
    ['W1', 'parameter', [none, none]],
    ['b1', 'parameter', none],
    ['W2', 'parameter', [[1], [2], [-1]]],
    ['b2', 'parameter', [0]],
    ['y', 'input', feeds.y],
    ['lr', 'state', 0.5],
  ])
  const third = equations.find(({ id }) => id === 'U3')
  expect(third?.numbers?.before && toNested(third.numbers.before)).toEqual([[1], [2], [-1]])
})

test('values of another graph are turned away', async () => {
  const { J } = article()
  const x = input('x', [4, 2])
  const other = x.sum().named('J')
  const values = await trace(other, { x: feeds.x })
  const { forward: graph, edges } = backwardFrom(J)
  expect(() => explain(J, { values })).toThrow(
    [
      'OPTION explain: the values were traced from another graph',
      `  expected  ${graph.applications.length} gates and ${edges.length} gradients`,
      '  got       2 gates and 1 gradients',
      '  fix       pass the same J, graph or program to trace and to explain',
    ].join('\n'),
  )
})

test('an explanation is frozen, and JSON holds what it holds', async () => {
  const { step } = article()
  const explanation = explain(step, { values: await trace(step, feeds) })
  expect(Object.isFrozen(explanation)).toBe(true)
  expect(Object.isFrozen(explanation.equations[0]?.operands[0]?.shape)).toBe(true)
  const data = JSON.parse(JSON.stringify(explanation))
  expect(Object.keys(data)).toEqual(['J', 'given', 'equations', 'notes'])
  expect(data.J).toEqual({ name: 'J', latex: 'J', shape: [], dtype: 'f32' })
  expect(data.equations.find(({ id }: Equation) => id === 'B8')).toEqual({
    id: 'B8',
    phase: 'backward',
    gate: 'add',
    role: 'distributor',
    part: 'add: distributor — hands the gradient on unchanged to all its inputs',
    of: 'F2',
    operand: 'b',
    output: {
      name: 'dJ/db1',
      latex: String.raw`\frac{\partial J}{\partial b_1}`,
      shape: [3],
      dtype: 'f32',
    },
    operands: [
      {
        name: 'dJ/dz2',
        latex: String.raw`\frac{\partial J}{\partial z_2}`,
        shape: [4, 3],
        dtype: 'f32',
        kind: 'upstream',
      },
    ],
    shapes: '[4, 3] → [3]',
    upstreams: ['dJ/dz2'],
    local: '1',
    text: 'dJ/db1 = sum over the batch of dJ/dz2',
    latex: String.raw`\frac{\partial J}{\partial b_1} = \sum_{\text{batch}}\frac{\partial J}{\partial z_2}`,
    numbers: {
      value: [0.25, 0.5, -0.25],
      upstreams: [[quarter, none, none, quarter]],
      local: Array(4).fill([1, 1, 1]),
    },
  })
})
