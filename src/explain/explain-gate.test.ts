import { expect, test } from 'vitest'
import '../methods.ts'
import * as gates from '../gates/index.ts'
import type { AnyFunction, Gate } from '../ir/gate.ts'
import { trace } from '../read.ts'
import { type Explanation, explainGate, type GateCall, gateGraph } from './index.ts'

async function closeUp(gate: Gate<AnyFunction>, call: GateCall): Promise<Explanation> {
  const { J, feeds } = gateGraph(gate, call)
  return explainGate(gate, { ...call, values: await trace(J, feeds) })
}

test('multiply alone shows what it gives, and what it hands back to each operand', async () => {
  const explanation = await closeUp(gates.multiply, { operands: { a: 3, b: -4 }, upstream: 2 })
  expect(explanation.toText()).toBe(`GIVEN
  a  []  3
  b  []  −4

FORWARD
F1  z = a · b  []·[] → []  multiply: switch
      z = 3 · (−4) = −12

BACKWARD
B1  dJ/da = dJ/dz · b  []·[] → []  multiply: switch
      upstream  dJ/dz = 2
      local     b = −4
      product   dJ/da = 2 · (−4) = −8
B2  dJ/db = dJ/dz · a  []·[] → []  multiply: switch
      upstream  dJ/dz = 2
      local     a = 3
      product   dJ/db = 2 · 3 = 6

PARTS
  multiply: switch — each input gets the gradient times the other input`)
})

test('a criterion alone gives J and the first gradient', async () => {
  const { equations } = await closeUp(gates.mse, { operands: { input: [1, 2], target: [3, 0] } })
  expect(equations.map(({ text }) => text)).toEqual([
    'J = mean((input − target)²)',
    'dJ/dinput = 2(input − target)/n',
  ])
  expect(equations[1]?.upstreams).toEqual(['dJ/dJ'])
  expect(equations.map(({ numbers }) => [...(numbers?.value.data ?? [])])).toEqual([[4], [-2, 2]])
})

test('a gate alone needs no numbers, only types', () => {
  const call = { operands: { a: 'f32[4, 2]', b: 'f32[2, 3]' } }
  const { equations, given } = explainGate(gates.matmul, call)
  expect(equations.map(({ text, shapes }) => `${text}: ${shapes}`)).toEqual([
    'z = a · b: [4, 2]·[2, 3] → [4, 3]',
    'dJ/da = dJ/dz · bᵀ: [4, 3]·[3, 2] → [4, 2]',
    'dJ/db = aᵀ · dJ/dz: [2, 4]·[4, 3] → [2, 3]',
  ])
  expect(given.map(({ name, shape, dtype }) => `${name} ${dtype}[${shape}]`)).toEqual([
    'a f32[4,2]',
    'b f32[2,3]',
  ])
})

test('operands that differ in shape are folded as in a network', async () => {
  const call = {
    operands: {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [10, 20],
    },
    upstream: 1,
  }
  const { equations } = await closeUp(gates.multiply, call)
  expect(equations.map(({ text }) => text)).toEqual([
    'z = a ⊙ b',
    'dJ/da = dJ/dz ⊙ b',
    'dJ/db = sum over the batch of (dJ/dz ⊙ a)',
  ])
  expect([...(equations[2]?.numbers?.value.data ?? [])]).toEqual([4, 6])
})

test('a list of operands, several outputs and further arguments', async () => {
  const joined = await closeUp(gates.concat, {
    operands: { values: [[1, 2], [3]] },
    upstream: [4, 5, 6],
  })
  expect(
    joined
      .toJSON()
      .equations.slice(1)
      .map(({ text, numbers }) => [text, numbers?.value]),
  ).toEqual([
    ['dJ/dvalues1 = slice(dJ/dz)', [4, 5]],
    ['dJ/dvalues2 = slice(dJ/dz)', [6]],
  ])
  const parted = await closeUp(gates.split, {
    operands: { x: [1, 2, 3] },
    with: [[1, 2]],
    upstream: [[7], [8, 9]],
  })
  const [forward, backward] = parted.toJSON().equations
  expect(forward?.numbers).toEqual({ value: [1], values: [[1], [2, 3]] })
  expect(backward?.numbers).toEqual({ value: [7, 8, 9], upstreams: [[7], [8, 9]] })
})

test('a gate that nothing comes back through has its forward equation', async () => {
  const { equations, J } = await closeUp(gates.less, { operands: { a: 1, b: 2 } })
  expect(equations.map(({ text, part }) => `${text}; ${part}`)).toEqual([
    'z = [a < b]; less: stop — no gradient passes',
  ])
  expect(J).toBeNull()
})

test('depth opens a composite that stands alone', () => {
  const call = { operands: { x: 'f32[4]' }, depth: 1 }
  expect(explainGate(gates.mean, call).equations.map(({ id, text }) => `${id}: ${text}`)).toEqual([
    'F1: z = mean(x)',
    'F1.1: u1 = sum(x)',
    'F1.2: z = u1/4',
    'B1: dJ/dx = dJ/dz · 1/n',
    'B1.1: dJ/du1 = dJ/dz · 1/4',
    'B1.2: dJ/dx = dJ/du1',
  ])
})

test('operands that are missing, unknown or of no type are turned away', () => {
  expect(() => explainGate(gates.multiply, { operands: { a: 3 } })).toThrow(
    [
      'OPTION explainGate: operand "b" of multiply is missing',
      '  expected  operands a, b',
      '  got       a',
      '  fix       give b: a number, nested lists, or a type such as f32[2, 3]',
    ].join('\n'),
  )
  expect(() => explainGate(gates.mse, { operands: { input: 3, target: 1, targets: 2 } })).toThrow(
    [
      'OPTION explainGate: mse has no operand "targets"',
      '  expected  operands input, target',
      '  got       input, target, targets',
      '  fix       did you mean target?',
    ].join('\n'),
  )
  expect(() => explainGate(gates.tanh, { operands: { x: 'two by three' } })).toThrow(
    [
      'OPTION explainGate: "two by three" is not a type',
      '  where     operand "x"',
      '  expected  numbers, or a dtype and a shape such as f32[2, 3]',
      '  got       two by three',
      '  fix       write the dtype and the sizes in brackets',
    ].join('\n'),
  )
})

test('a gate that takes no values does not stand alone', () => {
  expect(() => explainGate(gates.scan, { operands: { values: [] } })).toThrow()
})
