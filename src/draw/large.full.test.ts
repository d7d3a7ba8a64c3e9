import { expect, test } from 'vitest'
import '../methods.ts'
import * as gates from '../gates/index.ts'
import { linear, sequential } from '../nn/index.ts'
import { draw } from './index.ts'

// Seconds on two cores that others use too; alone it takes three or four.
const withinMs = 60_000

test(
  'five thousand gates in layers fold into a picture in seconds',
  () => {
    const stages = Array.from({ length: 1666 }, () => [linear(16, 16), gates.relu]).flat()
    const output = sequential(...stages)(gates.input('x', [8, 16])).named('y')
    const { nodes } = draw(output).diagram
    expect(nodes.map(({ label, times }) => [label, times])).toEqual([
      ['x', undefined],
      ['linear, relu', 1666],
      ['y', undefined],
    ])
  },
  withinMs,
)

test(
  'a thousand gates of all kinds are laid out in seconds',
  () => {
    const kinds = [gates.tanh, gates.relu, gates.sigmoid] as const
    let value = gates.input('x', [2])
    for (let index = 0, seed = 1; index < 1000; index++) {
      seed = (seed * 48271) % 2147483647
      value = (kinds[seed % 3] ?? gates.tanh)(value)
    }
    expect(draw(value.named('y')).scene.nodes.length).toBeGreaterThan(900)
  },
  withinMs,
)
