import { describe, expect, test } from 'vitest'
import { fileOf, graphOf, node, port, weight } from '../../../test/support/onnx-model.ts'
import { readNodeCases } from '../../../test/support/onnx-nodes.ts'
import { evaluate } from '../../interpret/interpret.ts'
import { Graph } from '../../ir/graph.ts'
import { type NestedArray, tensor, toNested } from '../../ir/tensor.ts'
import { readOnnx } from '../read-onnx.ts'
import type { GraphMessage, NodeMessage } from '../schema.ts'
import { operators } from './index.ts'

const x = port('x', 'float', [2, 3])
const data = [
  [1, -2, 3],
  [0.5, 4, -1],
]

/** What nodes make of `x`, f32[2, 3]. */
function run(nodes: readonly NodeMessage[], parts: Partial<GraphMessage> = {}): NestedArray {
  const bytes = fileOf({ opset: 18, node: nodes, input: [x], output: [port('y')], ...parts })
  const { outputs } = readOnnx(bytes).build()
  const { y } = evaluate(new Graph(outputs), { feeds: { x: tensor(data) } }).outputs
  return y ? toNested(y) : []
}

test('more than 130 operators are read', () => {
  expect(Object.keys(operators).length).toBeGreaterThanOrEqual(130)
})

test('every operator is run by a case of ONNX or by a test of this file', () => {
  const inCases = readNodeCases().flatMap(({ model }) => model.graph?.node ?? [])
  const ran = new Set([...inCases, ...own].map(({ opType }) => opType))
  expect(Object.keys(operators).filter((name) => !ran.has(name))).toEqual([])
})

const split = [
  node('SplitToSequence', ['x'], ['s'], { axis: { int: 1 } }),
  node('Constant', [], ['one'], { value_int: { int: 1 } }),
]
const turn = graphOf({
  input: [port('n', 'int64'), port('goesOn', 'bool'), port('h')],
  node: [
    node('Tanh', ['h'], ['t']),
    node('Add', ['t', 'x'], ['next']),
    node('Identity', ['goesOn'], ['still']),
  ],
  output: [port('still'), port('next'), port('t')],
})
const growing = graphOf({
  input: [port('n', 'int64'), port('goesOn', 'bool'), port('h')],
  node: [
    node('Concat', ['h', 'x'], ['next'], { axis: { int: 0 } }),
    node('Constant', [], ['two'], { value_int: { int: 1 } }),
    node('Less', ['n', 'two'], ['still']),
  ],
  output: [port('still'), port('next')],
})
const sums = graphOf({
  input: [port('sum'), port('row')],
  node: [node('Add', ['sum', 'row'], ['next']), node('Identity', ['next'], ['out'])],
  output: [port('next'), port('out')],
})
const twice = graphOf({
  input: [port('item')],
  node: [node('Add', ['item', 'item'], ['out'])],
  output: [port('out')],
})

const programs: Readonly<Record<string, readonly NodeMessage[]>> = {
  erf: [node('Erf', ['x'], ['y'])],
  mish: [node('Mish', ['x'], ['y'])],
  lpNormalization: [node('LpNormalization', ['x'], ['y'], { p: { int: 1 } })],
  globalLpPool: [node('GlobalLpPool', ['x3'], ['y'])],
  at: [...split, node('SequenceAt', ['s', 'one'], ['y'])],
  length: [...split, node('SequenceLength', ['s'], ['y'])],
  erased: [
    ...split,
    node('SequenceErase', ['s', 'one'], ['e']),
    node('ConcatFromSequence', ['e'], ['y'], { axis: { int: 1 } }),
  ],
  inserted: [
    node('SequenceConstruct', ['x'], ['s']),
    node('SequenceEmpty', [], ['none']),
    node('SequenceInsert', ['none', 'x'], ['s2']),
    node('SequenceMap', ['s2'], ['s3'], { body: { graph: twice } }),
    node('ConcatFromSequence', ['s3'], ['y'], { axis: { int: 0 }, new_axis: { int: 1 } }),
  ],
  optional: [
    node('Optional', ['x'], ['o']),
    node('OptionalHasElement', ['o'], ['has']),
    node('If', ['has'], ['y'], {
      then_branch: { graph: graphOf({ node: [node('Neg', ['x'], ['a'])], output: [port('a')] }) },
      else_branch: { graph: graphOf({ node: [node('Abs', ['x'], ['b'])], output: [port('b')] }) },
    }),
  ],
  loop: [node('Loop', ['three', '', 'x'], ['y', 'all'], { body: { graph: turn } })],
  collected: [node('Loop', ['three', '', 'x'], ['last', 'y'], { body: { graph: turn } })],
  growing: [node('Loop', ['three', '', 'x'], ['y'], { body: { graph: growing } })],
  scan: [
    node('Scan', ['zero', 'x'], ['last', 'y'], {
      body: { graph: sums },
      num_scan_inputs: { int: 1 },
    }),
  ],
  reversed: [
    node('Scan', ['zero', 'x'], ['last', 'y'], {
      body: { graph: sums },
      num_scan_inputs: { int: 1 },
      scan_input_directions: { ints: [1] },
    }),
  ],
  bernoulli: [node('Bernoulli', ['chances'], ['y'])],
  normal: [node('RandomNormal', [], ['y'], { shape: { ints: [2000] }, mean: { float: 3 } })],
  normalLike: [node('RandomNormalLike', ['x'], ['y'])],
  uniform: [node('RandomUniform', [], ['y'], { shape: { ints: [2000] }, high: { float: 4 } })],
  uniformLike: [node('RandomUniformLike', ['x'], ['y'], { low: { float: 0.5 } })],
}
const own = [
  ...Object.values(programs).flat(),
  ...[turn, growing, sums, twice].flatMap((graph) => graph.node),
]
const initializer = [
  weight('three', 'int64', [], [3]),
  weight('zero', 'float', [3], [0, 0, 0]),
  weight('x3', 'float', [1, 2, 2], [3, 4, -6, 8]),
  weight('chances', 'float', [4], [0, 1, 1, 0]),
]

function result(name: keyof typeof programs): NestedArray {
  return run(programs[name] ?? [], { initializer })
}

function near(expected: readonly (readonly number[])[]): readonly (readonly unknown[])[] {
  return expected.map((row) => row.map((number) => expect.closeTo(number, 5)))
}

describe('operators without a small case in ONNX', () => {
  test('Erf and Mish, as SciPy and PyTorch give them', () => {
    expect(result('erf')).toEqual(
      near([
        [0.842701, -0.995322, 0.999978],
        [0.5205, 1, -0.842701],
      ]),
    )
    expect(result('mish')).toEqual(
      near([
        [0.865098, -0.252501, 2.986535],
        [0.37525, 3.997413, -0.303401],
      ]),
    )
  })

  test('LpNormalization divides rows by their norm', () => {
    expect(result('lpNormalization')).toEqual(
      near([
        [1 / 6, -2 / 6, 3 / 6],
        [0.5 / 5.5, 4 / 5.5, -1 / 5.5],
      ]),
    )
  })

  test('GlobalLpPool is the norm of each channel', () => {
    expect(result('globalLpPool')).toEqual([[[5], [10]]])
  })

  test('sequences are lists whose items are found before anything runs', () => {
    expect(result('at')).toEqual([[-2], [4]])
    expect(result('length')).toBe(3)
    expect(result('erased')).toEqual([
      [1, 3],
      [0.5, -1],
    ])
    expect(result('inserted')).toEqual([
      [
        [2, -4, 6],
        [1, 8, -2],
      ],
    ])
  })

  test('If takes the branch of a condition that is known', () => {
    expect(result('optional')).toEqual([
      [-1, 2, -3],
      [-0.5, -4, 1],
    ])
  })

  test('Loop is a scan, which collects what every turn gives', () => {
    const step = (h: number, at: number) => Math.tanh(h) + at
    const rows = data.map((row) => row.map((at) => step(step(step(at, at), at), at)))
    expect(result('loop')).toEqual(near(rows))
    const collected = result('collected')
    expect(Array.isArray(collected) && collected.length).toBe(3)
    const bytes = fileOf({
      node: programs.loop ?? [],
      input: [x],
      output: [port('y')],
      initializer,
    })
    expect([...new Graph(readOnnx(bytes).build().outputs).gates].map(({ name }) => name)).toContain(
      'scan',
    )
  })

  test('a loop that grows is written out, and ends where its condition says', () => {
    expect(result('growing')).toEqual([...data, ...data, ...data])
  })

  test('Scan walks rows, forwards and backwards', () => {
    expect(result('scan')).toEqual([
      [1, -2, 3],
      [1.5, 2, 2],
    ])
    expect(result('reversed')).toEqual([
      [0.5, 4, -1],
      [1.5, 2, 2],
    ])
  })

  test('random numbers are of their distribution', () => {
    expect(result('bernoulli')).toEqual([0, 1, 1, 0])
    const mean = (numbers: NestedArray) =>
      Array.isArray(numbers) ? numbers.reduce((sum, n) => sum + Number(n), 0) / numbers.length : 0
    // Of 2000 numbers, six standard errors.
    expect(Math.abs(mean(result('normal')) - 3)).toBeLessThan(0.14)
    expect(Math.abs(mean(result('uniform')) - 2)).toBeLessThan(0.16)
    expect(result('normalLike')).not.toEqual(result('uniformLike'))
  })
})
