import { add, input, mse, parameter, relu, sigmoid } from 'sluice'
import { outline } from 'sluice/draw'
import { linear, sequential } from 'sluice/nn'
import { describe, expect, test } from 'vitest'
import { gatesOf, groupsAround, indexOf, pathBetween, reachedFrom } from './graph-index.ts'
import { countText, overlayOf } from './measures.ts'
import { find } from './search.ts'
import { treeOf } from './tree.ts'

const x = input('x', [4, 2])
// Eight equal layers in a row, then one of another width.
const layers = sequential(
  ...Array.from({ length: 8 }, () => [linear(2, 2), relu]).flat(),
  linear(2, 1),
)
const whole = outline(mse(layers(x).named('ŷ'), input('y', [4, 1])).named('J'))
const index = indexOf(whole)

describe('the groups of a graph', () => {
  test('equal blocks in a row are one group, of blocks that hold a layer each', () => {
    expect(index.children.get('')?.[0]).toBe('repeat layer 0')
    expect(index.groups.get('repeat layer 0')).toMatchObject({ label: 'linear, relu', times: 8 })
    expect(index.children.get('repeat layer 0')).toHaveLength(8)
    expect(groupsAround(index, 'F4')).toEqual(['repeat layer 0', 'block layer 2', 'layer 2'])
    expect(gatesOf(index, 'block layer 2').map((at) => index.gates[at]?.gate)).toEqual([
      ...['matmul', 'add', 'relu'],
    ])
  })

  test('what is opened keeps its id, and what is beside it too', () => {
    const closed = whole.fold()
    const opened = whole.fold({ open: ['repeat layer 0'] })
    expect(closed.diagram.nodes.map(({ id }) => id)).toContain('repeat layer 0')
    expect(opened.diagram.frames.map(({ id }) => id)).toEqual(['repeat layer 0'])
    const others = ['given x', 'layer 16', 'given y', 'F27', 'end J']
    for (const { diagram } of [closed, opened]) {
      expect(diagram.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(others))
    }
  })

  test('where it is too much the oldest group is closed', () => {
    const open = ['layer 16', 'repeat layer 0', 'block layer 2']
    const { diagram, open: left } = whole.fold({ open, most: 16 })
    expect(left).toEqual(['repeat layer 0', 'block layer 2'])
    expect(diagram.nodes.length).toBeLessThanOrEqual(16)
  })

  test('of a group of many the first are shown, with the rest in one node', () => {
    const { rests, diagram } = whole.fold({ open: ['repeat layer 0'], most: 10 })
    expect(rests['after repeat layer 0']).toEqual({ of: 'repeat layer 0', from: 4, count: 4 })
    expect(diagram.nodes.find(({ id }) => id === 'after repeat layer 0')?.label).toBe('… 4 more')
    const next = whole.fold({ open: ['repeat layer 0'], most: 10, from: { 'repeat layer 0': 4 } })
    expect(Object.keys(next.rests)).toEqual(['before repeat layer 0'])
    expect(gatesOf(index, 'before repeat layer 0', next.rests)).toHaveLength(12)
  })
})

describe('ways through the graph', () => {
  const a = parameter('a', [])
  const left = sigmoid(a).named('left')
  const right = relu(a).named('right')
  const diamond = indexOf(outline(add(left, right).multiply(parameter('b', [])).named('z')))
  const at = (name: string) => [diamond.gates.findIndex(({ names }) => names.includes(name))]

  test('all before, all after, and the way between two', () => {
    const idsOf = (positions: readonly number[]) => positions.map((one) => diamond.gates[one]?.gate)
    expect(idsOf(reachedFrom(diamond, at('left'), 'before'))).toEqual(['sigmoid'])
    expect(idsOf(reachedFrom(diamond, at('left'), 'after'))).toEqual(['sigmoid', 'add', 'multiply'])
    expect(idsOf(pathBetween(diamond, at('z'), at('right')))).toEqual(['relu', 'add', 'multiply'])
    expect(pathBetween(diamond, at('left'), at('right'))).toEqual([])
  })
})

describe('search', () => {
  test('finds gates by id, name, gate and key, the exact ones first', () => {
    expect(find(index, 'F4')[0]).toMatchObject({ id: 'F4', title: 'F4 matmul' })
    expect(find(index, 'ŷ')[0]?.title).toMatch(/add$/)
    expect(find(index, '6.weight').map(({ id }) => id)).toContain('F10')
    expect(
      find(index, 'relu')
        .slice(0, 8)
        .every(({ title }) => title.endsWith(' relu')),
    ).toBe(true)
    expect(find(index, 'nothing of the kind')).toEqual([])
  })
})

test('the tree has what the canvas has, each group with what is open in it', () => {
  const picture = whole.fold({ open: ['repeat layer 0', 'block layer 2', 'layer 2'] })
  const rows = treeOf(picture, (id) => index.groups.has(id))
  const seen = rows.map(({ level, text }) => `${'  '.repeat(level - 1)}${text}`)
  expect(seen.slice(0, 7)).toEqual([
    'linear, relu ×8',
    '  linear 0, relu',
    '  linear 2, relu',
    '    linear 2',
    '      matmul',
    '      add',
    '    relu',
  ])
})

test('a group shows the sum of its gates, as a share of the largest that is seen', () => {
  const picture = whole.fold()
  const numbers = new Float64Array(index.gates.length).fill(1)
  const { entries, most } = overlayOf(index, picture, { of: 'flops', numbers })
  expect(entries.get('repeat layer 0')).toEqual({ share: 1, text: '24' })
  expect(entries.get('layer 16')).toEqual({ share: 2 / 24, text: '2' })
  expect(most).toBe('24')
  expect([countText(850), countText(24_321), countText(1.2e6)]).toEqual(['850', '24.3 k', '1.2 M'])
})
