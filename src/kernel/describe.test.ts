import { describe, expect, test } from 'vitest'
import {
  at,
  buffer,
  contract,
  literal,
  load,
  nest,
  once,
  over,
  product,
  reduce,
  repeat,
  routine,
  scatter,
  store,
} from '../../test/support/hand-routine.ts'
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { describeKernel } from './describe.ts'
import type { Kernel } from './routine.ts'

const made = routine({
  buffers: [
    buffer('input', 'x', 64),
    buffer('temporary', 't0', 64),
    buffer('temporary', 'h1', 64),
    buffer('state', 'W', 64),
    buffer('scratch', 's', 4),
  ],
})
const x = gates.input('x', [4, 3])
const z = gates.matmul(x, gates.input('W', [3, 2]))
const sum = gates.add(z, gates.input('b', [2]))
const active = gates.relu(sum)
const product8 = {
  ...{ rows: [4], columns: [2], depth: [3], a: at(0, [3, 1]), b: at(0, [2, 1]) },
  epilogue: [product(0), store(at(1, [2, 1]), 0)],
}

function holding<K extends Kernel>(kernel: K, ...held: readonly Value[]): K {
  return { ...kernel, gates: held }
}

function textOf(kernel: Kernel): string {
  return describeKernel(kernel, made).text
}

describe('describeKernel', () => {
  test('a contraction says its sides and what follows it', () => {
    expect(describeKernel(holding(contract(product8), z, sum, active), made)).toEqual({
      kind: 'contract',
      text: 'contract 4×2 over 3, then add, relu',
      gates: ['matmul', 'add', 'relu'],
    })
  })

  test('axes of one side are multiplied, and several products say how many', () => {
    const kernel = contract({
      ...{ batch: [2, 3], rows: [2], columns: [2, 1], depth: [2], a: at(0, [0, 0, 2, 1]) },
      ...{ b: at(0, [0, 0, 2, 1, 1]), epilogue: [product(0), store(at(1, [8, 4, 2, 1, 1]), 0)] },
    })
    expect(textOf(holding(kernel, z))).toBe('contract 6 of 2×2 over 2')
  })

  test('a nest says its points, its longest loop and its gates', () => {
    const rows = nest(
      [4],
      over([16], load(0, at(0, [16, 1])), reduce(1, 'max', 0)),
      over([2, 16], load(2, at(0, [16, 0, 1])), reduce(3, 'sum', 2)),
      once(store(at(1, [1]), 3)),
    )
    expect(textOf(holding(rows, gates.max(x), gates.exp(x), gates.sum(x)))).toBe(
      'nest 4 over 2×16: max, exp, sum',
    )
    expect(textOf(nest([]))).toBe('nest')
  })

  test('values and buffers are called by the names that they were given', () => {
    const stored = [literal(0, 1), store(at(1, [1]), 0), store(at(2, [1]), 0)] as const
    const scratch = [store(at(4, [0]), 0), store(at(2, [1]), 0), store(at(3, [1]), 0)] as const
    const kernel = holding(nest([4], once(...stored, ...scratch)), sum, active)
    expect(describeKernel(kernel, made, (of) => (of === active ? 'a1' : undefined))).toEqual({
      kind: 'nest',
      text: 'nest 4: add, relu (a1) → h1, W',
      gates: ['add', 'relu (a1)'],
    })
  })

  test('long chains are cut, and repetitions counted', () => {
    const [exp, tanh] = [gates.exp(x), gates.tanh(x)]
    const held = [sum, sum, sum, exp, tanh, exp, tanh, exp, tanh, exp, tanh, exp]
    expect(textOf(holding(nest([4]), ...held))).toBe(
      'nest 4: add ×3, exp, tanh, exp, tanh, exp, tanh, exp, … 2 more',
    )
  })

  test('a scatter says where it adds, a repeat what it runs', () => {
    const kernel = scatter({
      ...{ extents: [2, 16], index: at(0, [1, 0]), source: at(0, [16, 1]) },
      ...{ target: at(2, [0, 1]), stride: 16, length: 4 },
    })
    expect(textOf(kernel)).toBe('scatter 2×16 into 4 → h1')
    const body = [holding(nest([4]), sum), holding(nest([4]), active)]
    expect(textOf(repeat(5, body, true))).toBe('repeat 5 reversed: add, relu')
  })
})
