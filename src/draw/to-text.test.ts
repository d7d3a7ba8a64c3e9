import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawings } from '../../test/support/drawings.ts'
import { randomGraph } from '../../test/support/random-graph.ts'
import { draw } from './index.ts'
import { columnsOf } from './terminal-line.ts'

const widest = (text: string) => Math.max(...text.split('\n').map(columnsOf))

describe.each(Object.entries(drawings))('the text of %s', (_, drawing) => {
  test.each([20, 40, 80, 200])('is no wider than %i columns', (width) => {
    for (const ascii of [false, true]) {
      for (const form of ['boxes', 'list'] as const) {
        expect(widest(drawing.toText({ width, form, ascii }))).toBeLessThanOrEqual(width)
      }
      expect(widest(drawing.toText({ width, ascii }))).toBeLessThanOrEqual(width)
    }
  })

  test('can be ASCII, and is the same every time', () => {
    for (const form of ['boxes', 'list'] as const) {
      expect(drawing.toText({ form, ascii: true })).toMatch(/^[\n -~]*$/)
    }
    expect(drawing.toText()).toBe(drawing.toText())
  })

  test('names every node', () => {
    const list = drawing.toText({ form: 'list', width: 1000 })
    for (const { equation, label } of drawing.diagram.nodes) {
      expect(list).toContain(
        equation ??
          label
            .replace(/\s+/g, ' ')
            .replace(/[\p{Cc}\p{Cf}\p{Cn}]/gu, '\ufffd')
            .trim(),
      )
    }
    const marks = list.match(/^[│ ─├┼]*[■●]/gmu) ?? []
    expect(marks).toHaveLength(drawing.diagram.nodes.length)
  })
})

test('boxes stand above what reads them, lines join them', () => {
  expect(drawings.blocks?.toText()).toBe(`\
    ┌─────┐
    │  x  │
    └──┬──┘
       ▼
┌─────────────┐
│ linear ×12  │
│   [2, 4]    │
└──────┬──────┘
       ▼
    ┌─────┐
    │  y  │
    └─────┘
`)
})

test('the close-up says what comes in, its local gradients, and what goes back', () => {
  expect(drawings['close-up']?.toText()).toBe(`\
   ┌─────┐  ┌─────┐
   │  a  │  │  b  │
   └──┬──┘  └──┬──┘
  ╭───╯        │
  │            ╰────╮
  │ 3               │ −4
  │ ∂z/∂a = b = −4  │ ∂z/∂b = a = 3
  │ dz/da = b = −4  │ dz/db = a = 3
  ▼                 ▼
╭─────────────────────╮
│      multiply       │
│       switch        │
╰──────────┬──────────╯
           │ −12
           │ dz/dz
           │ 1
           ▼
        ┌─────┐
        │  z  │
        └─────┘
`)
})

test('a rail of the list ends where its value is read last', () => {
  expect(drawings.network?.toText({ form: 'list' })).toBe(`\
■ x
│ ■ W1
●─╯ F1 · → u1
│ ■ b1
●─╯ F2 + → z2
● F3 sigmoid → a2
│ ■ W2
●─╯ F4 · → u2
│ ■ b2
●─╯ F5 + → z3 = ŷ
│ ■ y
●─╯ F7 mse
■ J
`)
})

test('a value that is read twice has a rail that goes on', () => {
  expect(drawings.transformer?.toText({ form: 'list' })).toMatch(/^├─● layerNorm/m)
})

test('numbers stand below each other, gradients under the values that they belong to', () => {
  expect(drawings['network with numbers']?.toText({ form: 'list' })).toContain(`\
│ ■ W1 [2, 3]
│ │   [ 0.5, −0.25,  1]
│ │   [0.75,   1.5, −1]
│ │   dJ/dW1 = [−0.0683, 0.145, −0.0298]
│ │            [ −0.165, 0.274, −0.0898]
●─╯ F1 · → u1 [4, 3]
`)
})

test('what does not fit as boxes is a list', () => {
  const drawing = drawings.network
  const boxes = drawing?.toText({ form: 'boxes', width: 200 }) ?? ''
  expect(drawing?.toText({ width: widest(boxes) })).toBe(boxes)
  expect(drawing?.toText({ width: widest(boxes) - 1 })).toBe(drawing?.toText({ form: 'list' }))
})

test('a style paints texts by what they are, without changing where they stand', () => {
  const drawing = drawings['network with numbers']
  const painted =
    drawing?.toText({ form: 'list', style: (text, kind) => `<${kind}>${text}</>` }) ?? ''
  expect(painted).toContain('<gradient>dJ/dW1 = [−0.0683, 0.145, −0.0298]</>')
  expect(painted).toContain('<operation>sigmoid</>')
  expect(painted).toContain('<name> → a2 [4, 3]</>')
  expect(painted.replace(/<[^>]*>/g, '')).toBe(drawing?.toText({ form: 'list' }))
})

test('Node and String show the text', () => {
  expect(String(drawings.network)).toBe(drawings.network?.toText())
})

test('of random graphs, boxes and rails keep within the width, and every rail ends', () => {
  fc.assert(
    fc.property(
      randomGraph({ maxGates: 25 }),
      fc.integer({ min: 20, max: 120 }),
      (graph, width) => {
        const drawing = draw(graph, { gradients: true, shapes: true })
        for (const form of ['boxes', 'list'] as const) {
          const text = drawing.toText({ form, width })
          expect(widest(text)).toBeLessThanOrEqual(width)
        }
        const last = drawing.toText({ form: 'list', width: 500 }).trimEnd().split('\n').at(-1)
        expect(last).toMatch(/^[ ─]*[■●]/)
      },
    ),
    { numRuns: 20 },
  )
})
