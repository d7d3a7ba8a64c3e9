import katex from 'katex'
import { expect, test } from 'vitest'
import '../methods.ts'
import { gradients } from '../autodiff/gradients.ts'
import { defineGate, type Unary } from '../gates/define.ts'
import * as gates from '../gates/index.ts'
import type { Gate } from '../ir/gate.ts'
import { Graph, graph } from '../ir/graph.ts'
import { toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { trace } from '../read.ts'
import { type Explainable, type ExplainOptions, explain } from './index.ts'

const { constant, input, parameter } = gates

function lines(target: Explainable, options?: ExplainOptions): string[] {
  return explain(target, options).equations.map(({ id, text }) => `${id}: ${text}`)
}

test('a network of four layers with a softmax classifier', () => {
  let activation: Value = input('x', [8, 4])
  const widths = [4, 5, 5, 5, 3]
  for (let layer = 1; layer < widths.length; layer++) {
    const weight = parameter(`W${layer}`, [widths[layer - 1] ?? 0, widths[layer] ?? 0])
    const bias = parameter(`b${layer}`, [widths[layer] ?? 0])
    const z: Value = gates.add(gates.matmul(activation, weight), bias).named(`z${layer + 1}`)
    activation = layer < 4 ? gates.relu(z).named(`a${layer + 1}`) : z
  }
  const labels = input('labels', [8], { dtype: 'i32' })
  const J = gates.crossEntropy(activation, labels).named('J')
  expect(lines(J)).toEqual([
    'F1: u1 = x · W1',
    'F2: z2 = u1 + b1',
    'F3: a2 = max(z2, 0)',
    'F4: u2 = a2 · W2',
    'F5: z3 = u2 + b2',
    'F6: a3 = max(z3, 0)',
    'F7: u3 = a3 · W3',
    'F8: z4 = u3 + b3',
    'F9: a4 = max(z4, 0)',
    'F10: u4 = a4 · W4',
    'F11: z5 = u4 + b4',
    'F12: J = mean(−log softmax(z5)_labels)',
    'B1: dJ/dz5 = (softmax(z5) − oneHot(labels))/n',
    'B2: dJ/du4 = dJ/dz5',
    'B3: dJ/db4 = sum over the batch of dJ/dz5',
    'B4: dJ/da4 = dJ/du4 · W4ᵀ',
    'B5: dJ/dW4 = a4ᵀ · dJ/du4',
    'B6: dJ/dz4 = dJ/da4 ⊙ [z4 > 0]',
    'B7: dJ/du3 = dJ/dz4',
    'B8: dJ/db3 = sum over the batch of dJ/dz4',
    'B9: dJ/da3 = dJ/du3 · W3ᵀ',
    'B10: dJ/dW3 = a3ᵀ · dJ/du3',
    'B11: dJ/dz3 = dJ/da3 ⊙ [z3 > 0]',
    'B12: dJ/du2 = dJ/dz3',
    'B13: dJ/db2 = sum over the batch of dJ/dz3',
    'B14: dJ/da2 = dJ/du2 · W2ᵀ',
    'B15: dJ/dW2 = a2ᵀ · dJ/du2',
    'B16: dJ/dz2 = dJ/da2 ⊙ [z2 > 0]',
    'B17: dJ/du1 = dJ/dz2',
    'B18: dJ/db1 = sum over the batch of dJ/dz2',
    'B19: dJ/dx = dJ/du1 · W1ᵀ',
    'B20: dJ/dW1 = xᵀ · dJ/du1',
  ])
})

test('a value used more than once has one equation for each use, and one that adds them', () => {
  const x = input('x', [2, 2])
  const h = x.tanh().named('h')
  const J = h.add(h.multiply(h)).sum().named('J')
  const explanation = explain(J)
  expect(lines(J)).toEqual([
    'F1: h = tanh(x)',
    'F2: u1 = h ⊙ h',
    'F3: u2 = h + u1',
    'F4: J = sum(u2)',
    'B1: dJ/du2 = 1',
    'B2: dJ/dh (via F3) = dJ/du2',
    'B3: dJ/du1 = dJ/du2',
    'B4: dJ/dh (via F2, a) = dJ/du1 ⊙ h',
    'B5: dJ/dh (via F2, b) = dJ/du1 ⊙ h',
    'B6: dJ/dh = dJ/dh (via F3) + dJ/dh (via F2, a) + dJ/dh (via F2, b)',
    'B7: dJ/dx = dJ/dh ⊙ (1 − h²)',
  ])
  const sum = explanation.equations.find(({ id }) => id === 'B6')
  expect(sum).toMatchObject({
    gate: 'add',
    role: 'adder',
    part: 'add: adder — h is used 3 times, so its gradients are summed',
    adds: ['B2', 'B4', 'B5'],
    shapes: '[2, 2] + [2, 2] + [2, 2] → [2, 2]',
  })
  const first = String.raw`\left.\frac{\partial J}{\partial h}\right|_{F_3}`
  expect(sum?.latex).toContain(String.raw`\frac{\partial J}{\partial h} = ${first} + `)
})

test('the gradients of all uses add up to the numbers of the sum', async () => {
  const x = input('x', [])
  const J = x.multiply(3).add(x.multiply(x)).named('J')
  const { equations } = explain(J, { values: await trace(J, { x: 5 }) })
  // d(3x + x²)/dx = 3 + 5 + 5
  const sum = equations.find(({ adds }) => adds)
  expect(sum?.numbers && toNested(sum.numbers.value)).toBe(13)
})

test('the circuit (x + y) z of CS231n gives −4, −4, 3 and works every product out', async () => {
  // Source: CS231n, "Backpropagation, Intuitions", x = −2, y = 5, z = −4.
  const [x, y, z] = [input('x', []), input('y', []), input('z', [])]
  const f = x.add(y).named('q').multiply(z).named('f')
  const { equations } = explain(f, { values: await trace(f, { x: -2, y: 5, z: -4 }) })
  const rows = equations.map(({ text, substituted, numbers }) => [
    text,
    substituted,
    numbers && toNested(numbers.value),
  ])
  expect(rows).toEqual([
    ['q = x + y', '−2 + 5', 3],
    ['f = q · z', '3 · (−4)', -12],
    ['df/dq = z', undefined, -4],
    ['df/dz = q', undefined, 3],
    ['df/dx = df/dq', undefined, -4],
    ['df/dy = df/dq', undefined, -4],
  ])
})

test('when the error is scaled further, its upstream is written as a factor', () => {
  const [a, y] = [input('a', [4]), input('y', [4])]
  const J = gates.mse(a, y).multiply(0.5).named('J')
  expect(lines(J)).toEqual([
    'F1: u1 = mean((a − y)²)',
    'F2: J = u1 · 0.5',
    'B1: dJ/du1 = 0.5',
    'B2: dJ/da = dJ/du1 · 2(a − y)/n',
  ])
})

test('a broadcast operand collects its gradient over the axes that it was spread along', () => {
  const x = input('x', [2, 4, 3])
  const [row, column, scalar] = [parameter('r', [3]), parameter('c', [4, 1]), parameter('s', [])]
  const J = x.multiply(row).add(column).subtract(scalar).sum().named('J')
  const back = lines(J).filter((line) => /^B\d+: dJ\/d[rcs] /.test(line))
  expect(back).toEqual([
    'B3: dJ/ds = sum of (−dJ/du3)',
    'B5: dJ/dc = sum over axes 0, 2 of dJ/du2',
    'B7: dJ/dr = sum over axes 0, 1 of (dJ/du1 ⊙ x)',
  ])
})

test('the sum over one axis names it; over axis 0 of several, the batch; over all, none', () => {
  const summed = (from: readonly number[], to: readonly number[]) => {
    const b = parameter('b', from)
    const { equations } = explain(input('x', to).add(b).sum().named('J'))
    const { text = '', latex = '' } = equations.find(({ output }) => output.name === 'dJ/db') ?? {}
    return [text, latex.replace(/.* = /, '')]
  }
  const upstream = String.raw`\frac{\partial J}{\partial u_1}`
  expect(summed([3], [4, 3])).toEqual([
    'dJ/db = sum over the batch of dJ/du1',
    String.raw`\sum_{\text{batch}}${upstream}`,
  ])
  expect(summed([4, 1], [4, 3])).toEqual([
    'dJ/db = sum over axis 1 of dJ/du1',
    String.raw`\sum_{\text{axis } 1}${upstream}`,
  ])
  expect(summed([3], [2, 4, 3])).toEqual([
    'dJ/db = sum over axes 0, 1 of dJ/du1',
    String.raw`\sum_{\text{axes } 0, 1}${upstream}`,
  ])
  expect(summed([], [4])).toEqual(['dJ/db = sum of dJ/du1', String.raw`\sum${upstream}`])
  expect(summed([1, 1], [4, 3])).toEqual(['dJ/db = sum of dJ/du1', String.raw`\sum${upstream}`])
})

test('a broadcast that is read twice, or has a name, is an equation of its own', () => {
  const b = parameter('b', [3])
  const wide = b.broadcastTo([2, 3])
  expect(lines(wide.multiply(wide).sum().named('J')).slice(0, 2)).toEqual([
    'F1: u1 = broadcast(b, [2, 3])',
    'F2: u2 = u1 ⊙ u1',
  ])
  const named = b.broadcastTo([2, 3]).named('wide')
  expect(lines(named.tanh().sum().named('J'))[0]).toBe('F1: wide = broadcast(b, [2, 3])')
})

test('numbers stand in the equation, longer constants are given under a name', () => {
  const x = input('x', [5])
  const few = gates.subtract(1, x).multiply(constant([0.5, 0.5, 0.5, 0.5, 0.5]))
  const J = few
    .add(constant([1, 2, 3, 4, 5]))
    .sum()
    .named('J')
  const { equations, given } = explain(J)
  expect(equations.slice(0, 3).map(({ text }) => text)).toEqual([
    'u1 = 1 − x',
    'u2 = u1 · 0.5',
    'u3 = u2 + c1',
  ])
  expect(given.map(({ name, kind, value }) => [name, kind, value && toNested(value)])).toEqual([
    ['x', 'input', undefined],
    ['c1', 'constant', [1, 2, 3, 4, 5]],
  ])
})

test("a user's gate is written by its own rules, and by ∂z/∂x where it has none", async () => {
  const cube: Gate<Unary> = defineGate({
    name: 'cube',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.multiply(x).multiply(x),
    backward: ({ gates: g, x, upstream }) => ({
      x: g.multiply(g.multiply(upstream, 3), g.multiply(x, x)),
    }),
    samples: [],
  })
  const softsign: Gate<Unary> = defineGate({
    name: 'softsign',
    operands: ['x'],
    role: 'scaler',
    part: 'activation',
    expand: ({ gates: g, x }) => g.divide(x, g.add(1, g.abs(x))),
    equation: ({ x }) => String.raw`\frac{${x}}{1 + \lvert ${x} \rvert}`,
    local: ({ x }) => String.raw`\frac{1}{(1 + \lvert ${x} \rvert)^2}`,
    samples: [],
  })
  const x = input('x', [])
  const J = cube(softsign(cube(x))).named('J')
  const { equations } = explain(J, { values: await trace(J, { x: 1 }) })
  expect(equations.map(({ id, text }) => `${id}: ${text}`)).toEqual([
    'F1: u1 = cube(x)',
    'F2: u2 = u1/(1 + |u1|)',
    'F3: J = cube(u2)',
    'B1: dJ/du2 = ∂cube/∂u2',
    'B2: dJ/du1 = dJ/du2 · 1/(1 + |u1|)²',
    'B3: dJ/dx = dJ/du1 · ∂u1/∂x',
  ])
  // u1 = 1, u2 = 1/2, J = 1/8: dJ/du2 = 3/4, dJ/du1 = 3/16, dJ/dx = 9/16.
  const values = equations.map(({ numbers }) => numbers && toNested(numbers.value))
  expect(values).toEqual([1, 0.5, 0.125, 0.75, 0.1875, 0.5625])
  expect(equations[1]?.part).toBe(
    'softsign: activation (scaler) — the gradient times its own derivative',
  )
})

test('a gate with several outputs names each; what nothing reads stays blank', () => {
  const x = input('x', [6])
  const [first, , last] = x.split([1, 2, 3])
  const J = first.sum().add(last.named('tail').sum()).named('J')
  const { equations } = explain(J)
  expect(equations[0]).toMatchObject({
    text: 'u1, _, tail = split(x, [1, 2, 3], 0)',
    shapes: '[6] → [1], [2], [3]',
    outputs: [{ name: 'u1' }, { name: '_' }, { name: 'tail' }],
  })
  expect(() => katex.renderToString(equations[0]?.latex ?? '', { strict: 'error' })).not.toThrow()
  const back = equations.find(({ of }) => of === 'F1')
  expect(back?.text).toBe('dJ/dx = concat(dJ/du1, 0, dJ/dtail, 0)')
  expect(back?.upstreams).toEqual(['dJ/du1', 'dJ/dtail'])
})

test('a loop is one equation with the gradients that reach it', () => {
  const xs = input('xs', [5, 2, 3])
  const W = parameter('W', [3, 3])
  const {
    carry: [h],
  } = gates.scan(
    ([state], [x]) => {
      const next = (state as Value<[2, 3]>).matmul(W).add(x as Value<[2, 3]>)
      return { carry: [next.tanh()] }
    },
    { carry: [gates.zeros([2, 3])], sequences: [xs] },
  )
  const J = gates.sum(h as Value).named('J')
  expect(lines(J)).toEqual([
    'F1: u1 = scan₅(0, xs, W)',
    'F2: J = sum(u1)',
    'B1: dJ/du1 = 1',
    'B2: dJ/dxs = scanᵀ(dJ/du1)',
    'B3: dJ/dW = scanᵀ(dJ/du1)',
  ])
})

test('depth opens composites into equations of their own, forward and backward', () => {
  const [a, y] = [input('a', [4]), input('y', [4])]
  const J = gates.mse(a.tanh().named('ŷ'), y).named('J')
  expect(lines(J, { depth: 1 })).toEqual([
    'F1: ŷ = tanh(a)',
    'F2: J = mean((ŷ − y)²)',
    'F2.1: u1 = ŷ − y',
    'F2.2: u2 = u1 ⊙ u1',
    'F2.3: J = mean(u2)',
    'B1: dJ/dŷ = 2(ŷ − y)/n',
    'B1.1: dJ/du2 = 1/n',
    'B1.2: dJ/du1 (via F2.2, a) = dJ/du2 ⊙ u1',
    'B1.3: dJ/du1 (via F2.2, b) = dJ/du2 ⊙ u1',
    'B1.4: dJ/du1 = dJ/du1 (via F2.2, a) + dJ/du1 (via F2.2, b)',
    'B1.5: dJ/dŷ = dJ/du1',
    'B2: dJ/da = dJ/dŷ ⊙ (1 − ŷ²)',
  ])
})

test('an output that the rest of a composite reads has its two gradients added', () => {
  const both: Gate<(x: Value) => readonly Value[]> = defineGate({
    name: 'both',
    operands: ['x'],
    role: 'loop',
    outputTypes: ({ x }) => [x.type, { shape: [], dtype: x.dtype }],
    expand: ({ gates: g, x }) => {
      const e = g.exp(x)
      return [e, g.sum(e)]
    },
    samples: [],
  })
  const [e, total] = both(input('x', [3]))
  const J = gates.add(gates.sum((e as Value).named('e')), (total as Value).named('t')).named('J')
  expect(lines(J, { depth: 1 }).filter((line) => line.startsWith('B4'))).toEqual([
    'B4: dJ/dx = dJ/de ⊙ ∂e/∂x + dJ/dt · ∂t/∂x',
    'B4.1: dJ/de (via F1.2) = dJ/dt',
    'B4.2: dJ/de (in all) = dJ/de + dJ/de (via F1.2)',
    'B4.3: dJ/dx = dJ/de (in all) ⊙ e',
  ])
})

test('names are kept apart: from made-up ones, and from each other', () => {
  const x = input('u1', [2])
  const first = x.tanh().named('h')
  const second = first.exp().tanh().named('h')
  expect(lines(second.sum().named('J')).slice(0, 4)).toEqual([
    'F1: h = tanh(u1)',
    'F2: u2 = exp(h)',
    'F3: h⁽²⁾ = tanh(u2)',
    'F4: J = sum(h⁽²⁾)',
  ])
})

test('a second name reads on the right, its gradient is that of the first', () => {
  const x = input('x', [2])
  const z = x.tanh().named('z')
  const y = z.named('ŷ')
  expect(lines(y.exp().add(z).sum().named('J')).slice(5)).toEqual([
    'B1: dJ/du2 = 1',
    'B2: dJ/du1 = dJ/du2',
    'B3: dJ/dz (via F4) = dJ/du2',
    'B4: dJ/dz (via F3) = dJ/du1 ⊙ u1',
    'B5: dJ/dz = dJ/dz (via F4) + dJ/dz (via F3)',
    'B6: dJ/dx = dJ/dz ⊙ (1 − z²)',
  ])
})

test('J goes by its name, by its key, or as J', () => {
  const x = input('x', [2])
  expect(lines(x.sum().named('loss'))[1]).toBe('B1: dloss/dx = 1')
  expect(lines(new Graph({ error: x.sum() }))[1]).toBe('B1: derror/dx = 1')
  expect(lines(x.sum())).toEqual(['F1: J = sum(x)', 'B1: dJ/dx = 1'])
})

test('J of a graph is the output of that name, else the first floating-point scalar', () => {
  const x = input('x', [3])
  const outputs = { best: x.argmax(0), low: x.min(), J: x.sum() }
  expect(explain(new Graph(outputs)).J?.name).toBe('J')
  expect(explain(graph([x.argmax(0), x.min()])).J?.name).toBe('u1')
})

test('outputs beside J are listed after its equations', () => {
  const x = input('x', [4, 3])
  const p = x.softmax(1).named('p')
  const correct = p.argmax(1)
  expect(lines(new Graph({ correct, J: p.sum() }))).toEqual([
    'F1: p = softmax(x)',
    'F2: J = sum(p)',
    'F3: correct = argmax(p)',
    'B1: dJ/dp = 1',
    'B2: dJ/dx = p ⊙ (dJ/dp − Σ(dJ/dp ⊙ p))',
  ])
})

test('what cannot be differentiated has forward equations only', () => {
  const x = input('x', [4, 3])
  const classes = explain(x.multiply(2).argmax(1))
  expect(classes.J).toBeNull()
  expect(classes.equations.map(({ text }) => text)).toEqual(['u1 = x · 2', 'u2 = argmax(u1)'])
  expect(explain(x.tanh().named('a')).equations.map(({ text }) => text)).toEqual(['a = tanh(x)'])
})

test('a gate without a backward rule is named in a note, and forward equations remain', () => {
  const halve: Gate<Unary> = defineGate({
    name: 'halve',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.divide(2),
    samples: [],
  })
  const { equations, notes } = explain(halve(input('x', [])).named('J'))
  expect(equations.map(({ text }) => text)).toEqual(['J = halve(x)'])
  expect(notes).toEqual(['No backward equations: gradients: halve has no backward rule.'])
})

test('a second derivative is explained like any other graph', () => {
  const x = input('x', [])
  const [slope] = gradients(x.multiply(x), [x])
  expect(lines(slope.named('s'))).toEqual([
    'F1: u1 = 1 · x',
    'F2: u2 = 1 · x',
    'F3: s = u1 + u2',
    'B1: ds/du1 = 1',
    'B2: ds/du2 = 1',
    'B3: ds/dx (via F2) = ds/du2 · 1',
    'B4: ds/dx (via F1) = ds/du1 · 1',
    'B5: ds/dx = ds/dx (via F2) + ds/dx (via F1)',
  ])
})

test('an output made from gradients is noted, not written as a forward equation', () => {
  const x = input('x', [3])
  const J = x.multiply(x).sum()
  const [slope] = gradients(J, [x])
  const { notes, equations } = explain(new Graph({ J, norm: slope.multiply(slope).sum() }))
  expect(notes).toEqual(['Output "norm" is made from gradients: it has no forward equation.'])
  expect(equations.filter(({ phase }) => phase === 'forward')).toHaveLength(2)
})

test('what is no graph is turned away', () => {
  const program = Promise.resolve({ graph: new Graph({}) }) as unknown as Graph
  expect(() => explain(program)).toThrow(
    [
      'OPTION explain: there is nothing to explain',
      '  expected  a value such as J, a graph, or a compiled program',
      '  got       object',
      '  fix       await compile(…) first, or pass J itself',
    ].join('\n'),
  )
})
