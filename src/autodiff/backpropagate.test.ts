import { describe, expect, test } from 'vitest'
import { defineGate, type Unary } from '../gates/define.ts'
import { add, input, multiply, negate, split, sum, tanh } from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import type { Gate } from '../ir/gate.ts'
import { graph } from '../ir/graph.ts'
import { tensor, toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { backpropagate } from './backpropagate.ts'
import { gradients } from './gradients.ts'

const f64 = { dtype: 'f64' } as const

function numbers(values: readonly Value[], feeds: Readonly<Record<string, number | number[]>>) {
  const tensors = Object.entries(feeds).map(([name, data]) => [name, tensor(data, f64)])
  const { outputs } = evaluate(graph(values), { feeds: Object.fromEntries(tensors) })
  return Object.values(outputs).map(toNested)
}

function expectEdge({ edge }: Value, of: Value, through?: Value, at?: number): void {
  expect(edge?.of).toBe(of)
  expect(edge?.through?.application).toBe(through)
  expect(edge?.through?.input).toBe(at)
}

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}

describe('the circuit (x + y) z of CS231n', () => {
  const [x, y, z] = [input('x', [], f64), input('y', [], f64), input('z', [], f64)]
  const q = add(x, y)
  const f = multiply(q, z)

  // cs231n.github.io/optimization-2: "backprop through the circuit (x + y) z".
  test('gives −12, and −4, −4 and 3 on the way back', () => {
    const feeds = { x: -2, y: 5, z: -4 }
    expect(numbers([f, ...gradients(f, [x, y, z])], feeds)).toEqual([-12, -4, -4, 3])
  })

  test('gives the gradient of a value on the way as well', () => {
    expect(numbers(gradients(f, [q]), { x: -2, y: 5, z: -4 })).toEqual([-4])
  })

  test('lists its edges from the end, operands from left to right', () => {
    const one = input('one', [], f64)
    const { edges, forward } = backpropagate([f], [one], [x, y, z])
    const ways = edges.map(({ position, input: at, downstream }) => {
      const application = forward.applications[position]
      return `${application?.gate.name} ${at} → ${downstream.edge?.of.name ?? 'q'}`
    })
    expect(ways).toEqual(['multiply 0 → q', 'multiply 1 → z', 'add 0 → x', 'add 1 → y'])
  })

  test('goes back only to what is asked for', () => {
    const one = input('one', [], f64)
    const { edges, gradientOf } = backpropagate([f], [one], [z])
    expect(edges.length).toBe(1)
    expect(gradientOf(x)).toBeUndefined()
  })
})

describe('a value that is used more than once', () => {
  const x = input('x', [], f64)

  test('gets the sum of the gradients of its uses', () => {
    // d(x³ + x)/dx = 3 x² + 1, which is 13 at 2
    const y = add(multiply(multiply(x, x), x), x)
    expect(numbers(gradients(y, [x]), { x: 2 })).toEqual([13])
  })

  test('gets two gradients from a gate that it enters twice', () => {
    const one = input('one', [], f64)
    const { edges } = backpropagate([multiply(x, x)], [one], [x])
    expect(edges.map(({ input: at }) => at)).toEqual([0, 1])
  })

  test('meets its gradients in an add gate', () => {
    const [gradient] = gradients(multiply(x, x), [x])
    expect(gradient.gate).toBe(add.definition)
  })
})

describe('a gradient knows its edge', () => {
  const x = input('x', [], f64)
  const y = input('y', [], f64)

  test('which value it is the gradient of, and through which input of which gate it came', () => {
    const product = multiply(x, y)
    const [dx, dy] = gradients(tanh(product), [x, y])
    expectEdge(dx, x, product, 0)
    expectEdge(dy, y, product, 1)
  })

  test('a sum over uses belongs to the value, and its terms to the uses', () => {
    const [first, second] = [tanh(x), negate(x)]
    const [dx] = gradients(add(first, second), [x])
    expectEdge(dx, x)
    expectEdge(dx.input(0), x, second, 0)
    expectEdge(dx.input(1), x, first, 0)
  })

  test('one value handed to both operands of an add has an edge for each', () => {
    const total = add(x, y)
    const [dx, dy] = gradients(total, [x, y])
    expect(dx.application).toBe(dy.application)
    expectEdge(dx, x, total, 0)
    expectEdge(dy, y, total, 1)
  })

  test('the gradient of J itself, and zeros where nothing arrives', () => {
    const J = tanh(x)
    const [dJ, dy] = gradients(J, [J, y])
    expectEdge(dJ, J)
    expectEdge(dy, y)
  })
})

describe('a gate with several outputs', () => {
  const x = input('x', [4], f64)
  const parts = split(x, 2)
  const [first = x, second = x] = parts

  test('gets an upstream for each output that is used, and none for the rest', () => {
    const upstream = input('upstream', [2], f64)
    const { edges, gradientOf } = backpropagate([second], [upstream], [x])
    expect(edges.map(({ upstreams }) => upstreams)).toEqual([[undefined, upstream]])
    const gradient = gradientOf(x) as Value
    expect(numbers([gradient], { upstream: [5, 7] })).toEqual([[0, 0, 5, 7]])
  })

  test('adds what its outputs give', () => {
    const J = sum(multiply(first, second))
    expect(numbers(gradients(J, [x]), { x: [1, 2, 3, 4] })).toEqual([[3, 4, 1, 2]])
  })
})

test('a chain of 20,000 gates does not overflow the stack', () => {
  const x = input('x', [], f64)
  let y: Value<readonly [], 'f64'> = x
  for (let i = 0; i < 20_000; i++) y = negate(y)
  expect(numbers(gradients(y, [x]), { x: 1 })).toEqual([1])
})

describe('rules that cannot be followed', () => {
  const x = input('x', [2], f64)

  test('a gate without a backward rule is named', () => {
    const cubed: Gate<Unary> = defineGate({
      name: 'cubed',
      operands: ['x'],
      role: 'scaler',
      element: ({ x: operand }) => operand.multiply(operand).multiply(operand),
      samples: [],
    })
    expect(messageOf(() => gradients(sum(cubed(x)), [x]))).toBe(
      `SluiceError: GRADIENT gradients: cubed has no backward rule
  where     value cubed: f64[2]
  expected  a backward rule on every gate between J and the parameters
  got       cubed without one
  fix       give it \`backward\`, or \`role: 'stop'\` if no gradient is to pass`,
    )
  })

  test('it does no harm beside the way', () => {
    const sign: Gate<Unary> = defineGate({
      name: 'signOf',
      operands: ['x'],
      role: 'scaler',
      element: ({ x: operand }) => operand.sign(),
      samples: [],
    })
    const weights = input('weights', [2], f64)
    const [gradient] = gradients(sum(multiply(sign(weights), x)), [x])
    expect(numbers([gradient], { x: [1, 2], weights: [-3, 5] })).toEqual([[-1, 1]])
  })

  test('a rule that gives a gradient of another shape is told so', () => {
    const shrunk: Gate<Unary> = defineGate({
      name: 'shrunk',
      operands: ['x'],
      role: 'scaler',
      element: ({ x: operand }) => operand.multiply(2),
      backward: ({ gates, upstream }) => ({ x: gates.sum(upstream) }),
      samples: [],
    })
    expect(messageOf(() => gradients(sum(shrunk(x)), [x]))).toBe(
      `SluiceError: GRADIENT shrunk: backward gave x a gradient of another type
  where     value shrunk: f64[2]
  expected  f64[2]: a gradient has the shape of what it is the gradient of
  got       f64[], not [2]
  fix       correct the backward rule of this gate`,
    )
  })

  test('a rule that gives a gradient of another dtype is told so', () => {
    const coarse: Gate<Unary> = defineGate({
      name: 'coarse',
      operands: ['x'],
      role: 'scaler',
      element: ({ x: operand }) => operand.multiply(2),
      backward: ({ gates, upstream }) => ({ x: gates.cast(upstream, 'f32') }),
      samples: [],
    })
    expect(messageOf(() => gradients(sum(coarse(x)), [x]))).toBe(
      `SluiceError: GRADIENT coarse: backward gave x a gradient of another type
  where     value coarse: f64[2]
  expected  f64[2]: a gradient has the shape of what it is the gradient of
  got       f32[2]
  fix       correct the backward rule of this gate`,
    )
  })
})
