import { describe, expect, test } from 'vitest'
import '../methods.ts'
import * as gates from '../gates/index.ts'
import { layerNorm, linear, residual, sequential } from '../nn/index.ts'
import { draw, outline, sceneOf } from './index.ts'

const x = gates.input('x', [4, 8])
const block = () => residual(layerNorm(8), linear(8, 8), gates.relu)
const model = sequential(...Array.from({ length: 6 }, block), linear(8, 2))
const J = gates.mse(model(x).named('ŷ'), gates.input('y', [4, 2])).named('J')
const whole = outline(J)

const nodesOf = (open: readonly string[]) => whole.fold({ open }).diagram.nodes.map(({ id }) => id)

describe('the groups of a graph', () => {
  test('layers, and equal ones in a row', () => {
    const outer = whole.groups.filter(({ parent }) => parent === undefined)
    expect(outer.map(({ id, kind, label, times, size }) => [id, kind, label, times, size])).toEqual(
      [
        ['repeat layer 0', 'row', 'block', 6, 30],
        ['layer 6', 'layer', 'linear 6', undefined, 2],
      ],
    )
  })

  test('each is a stretch of the gates, which read only what comes before them', () => {
    for (const { id, first, size } of whole.groups) {
      const inside = whole.gates.slice(first, first + size)
      expect(inside).toHaveLength(size)
      expect(
        inside.every(({ parent }) => parent !== undefined),
        id,
      ).toBe(true)
    }
    whole.gates.forEach(({ from }, position) => {
      for (const maker of from) expect(maker).toBeLessThan(position)
    })
  })

  test('a gate tells its results, the states that it reads, and its application', () => {
    const [gate] = whole.gates.filter(({ id }) => id === 'F32')
    expect(gate).toMatchObject({
      ...{ gate: 'add', label: '+', names: ['ŷ'] },
      states: [{ name: 'b13', key: '6.bias' }],
    })
  })
})

describe('folding', () => {
  test('by default everything is closed', () => {
    expect(nodesOf([])).toEqual([
      ...['given x', 'repeat layer 0', 'layer 6', 'given y', 'F33', 'end J'],
    ])
  })

  test('what stays on the picture keeps its id, and what opens is a frame of its id', () => {
    const { diagram } = whole.fold({ open: ['repeat layer 0', 'layer 2', 'layer 6'] })
    expect(diagram.frames.map(({ id, label }) => [id, label])).toEqual([
      ['repeat layer 0', 'block ×6'],
      ['layer 2', 'block 2'],
      ['layer 6', 'linear 6'],
    ])
    const ids = diagram.nodes.map(({ id }) => id)
    expect(ids).toEqual(
      expect.arrayContaining(['layer 0', 'layer 1', 'layer 3', 'given W13', 'F32']),
    )
    expect(new Set([...ids, ...diagram.edges.map(({ id }) => id)]).size).toBe(
      diagram.nodes.length + diagram.edges.length,
    )
  })

  test('only some gates: what they read from outside is given', () => {
    const { diagram } = whole.fold({ only: new Set(['F31', 'F32']), open: ['layer 6'] })
    expect(diagram.nodes.map(({ label }) => label)).toEqual(['u30', 'W13', '·', 'b13', '+', 'ŷ'])
  })

  test('any groups that are open give a picture that can be placed', () => {
    const ids = whole.groups.map(({ id }) => id)
    for (let seed = 1; seed < 12; seed++) {
      const open = ids.filter((_, index) => (index * 7 + seed * 13) % 5 < 2)
      const { diagram, open: left } = whole.fold({ open, most: 60 })
      expect(diagram.nodes.length).toBeLessThanOrEqual(60)
      expect(left.every((id) => open.includes(id))).toBe(true)
      expect(sceneOf(diagram, { direction: 'right', shapes: false }).nodes).toHaveLength(
        diagram.nodes.length,
      )
    }
  })
})

test('without gradients a picture is the same as with them, less the gradients', () => {
  const { nodes, frames, title } = draw(J).diagram
  const differentiated = draw(J, { gradients: true }).diagram
  expect(nodes).toEqual(differentiated.nodes)
  expect([frames, title]).toEqual([differentiated.frames, differentiated.title])
})
