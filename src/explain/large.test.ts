import { expect, test } from 'vitest'
import '../methods.ts'
import { defineGate, type Unary } from '../gates/define.ts'
import * as gates from '../gates/index.ts'
import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import { explain } from './index.ts'
import { wrap } from './text-layout.ts'

/** A gate that counts how often it is asked how it is written. */
function counting(): { readonly gate: Gate<Unary>; readonly asked: () => number } {
  let count = 0
  const told = (latex: string) => {
    count++
    return latex
  }
  const gate: Gate<Unary> = defineGate({
    name: 'doubled',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x.multiply(2),
    backward: ({ gates: { multiply }, upstream }) => ({ x: multiply(upstream, 2) }),
    equation: ({ x }) => told(`2 ${x}`),
    local: () => told('2'),
    samples: [{ x: 1, output: 2 }],
  })
  return { gate, asked: () => count }
}

/** How often a gate is asked in a network of `size` of them. */
function askedFor(size: number, network: (gate: Gate<Unary>, size: number) => Value): number {
  const { gate, asked } = counting()
  const { equations } = explain(network(gate, size).named('J'))
  expect(equations.length).toBeGreaterThanOrEqual(2 * size)
  return asked()
}

test.each<[string, (gate: Gate<Unary>, size: number) => Value]>([
  [
    'one after the other',
    (gate, size) => {
      let value: Value = gates.input('x', [])
      for (let index = 0; index < size; index++) value = gate(value)
      return value
    },
  ],
  [
    'that all read one value',
    (gate, size) => {
      const x = gates.input('x', [])
      let sum: Value = x
      for (let index = 0; index < size; index++) sum = gates.add(sum, gate(x))
      return sum
    },
  ],
])('of gates %s, each is asked twice how it is written, however many there are', (_, network) => {
  // Once for its forward equation, once for its backward equation.
  expect([100, 400].map((size) => askedFor(size, network))).toEqual([200, 800])
})

test('a rule that fails does so when the network is explained, not when it is read', () => {
  const failing: Gate<Unary> = defineGate({
    name: 'failing',
    operands: ['x'],
    role: 'scaler',
    element: ({ x }) => x,
    backward: ({ upstream }) => ({ x: upstream }),
    equation: ({ x }) => `${x}`,
    local: () => {
      throw new Error('nobody knows')
    },
    samples: [{ x: 1, output: 1 }],
  })
  expect(() => explain(failing(gates.input('x', [])).named('J'))).toThrow('nobody knows')
})

test('a list of thirty thousand names is broken into lines', () => {
  const list = Array.from({ length: 30_000 }, (_, index) => `x${index} []`).join(', ')
  const lines = wrap(list, { width: 100, digits: 4 }, 2, 2)
  expect(lines.map((line) => line.trim()).join(' ')).toBe(list)
  expect(Math.max(...lines.map((line) => line.length))).toBe(100)
})
