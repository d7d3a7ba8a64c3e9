import { describe, expect, test } from 'vitest'
import { drawings } from '../../test/support/drawings.ts'
import { readDrawing } from './index.ts'

// What is left out at a step leaves its place free; what is read has never had it.
const whole = Object.entries(drawings).filter(([name]) => name !== 'network at a step')

describe.each(whole)('%s as JSON', (_, drawing) => {
  const json = JSON.stringify(drawing)

  test('is the same every time, and says its format and version', () => {
    expect(JSON.stringify(drawing)).toBe(json)
    expect(JSON.parse(json)).toMatchObject({ format: 'sluice-drawing', version: 1 })
  })

  test('comes back as it was: what is drawn, where it stands, and every way of writing it', () => {
    const back = readDrawing(json)
    expect(back.diagram).toEqual(drawing.diagram)
    expect(JSON.stringify(back)).toBe(json)
    expect(back.toSvg()).toBe(drawing.toSvg())
    expect(back.toText()).toBe(drawing.toText())
    expect(back.toDot()).toBe(drawing.toDot())
  })
})

/** The JSON of the close-up with one thing changed. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const data = JSON.parse(JSON.stringify(drawings['close-up']))
  const parent = path.slice(0, -1).reduce((inside, key) => inside[key], data)
  parent[path.at(-1) ?? ''] = value
  return JSON.stringify(data)
}

test.each([
  ['{', 'where     the file', 'expected  JSON'],
  ['[]', 'where     the file', 'expected  an object', 'got       []'],
  [changed(['format'], 'onnx'), 'expected  "format": "sluice-drawing"', 'got       onnx'],
  [changed(['version'], 2), 'expected  "version": 1', 'got       2'],
  [
    changed(['options', 'theme'], 'pink'),
    'options.theme',
    '"auto" or "light" or "dark" or "print"',
  ],
  [changed(['diagram', 'title'], 7), 'diagram.title', 'expected  a text', 'got       7'],
  [changed(['diagram', 'nodes'], {}), 'diagram.nodes', 'expected  a list'],
  [changed(['diagram', 'nodes', 0, 'kind'], 'gate'), 'diagram.nodes[0].kind', 'got       gate'],
  [changed(['diagram', 'nodes', 1, 'id'], 'n1'), 'diagram.nodes[1].id', 'an id of its own'],
  [changed(['diagram', 'nodes', 0, 'frame'], 'g7'), 'diagram.nodes[0].frame', 'got       g7'],
  [
    changed(['diagram', 'nodes', 0, 'shape'], [-1]),
    'diagram.nodes[0].shape[0]',
    'expected  a count',
  ],
  [changed(['diagram', 'edges', 0, 'to'], 'n9'), 'diagram.edges[0].to', 'got       n9'],
  [
    changed(['diagram', 'edges', 0, 'value', 'cells'], [[3]]),
    'edges[0].value.cells[0][0]',
    'a text',
  ],
  [
    changed(['diagram', 'frames'], [{ id: 'g0', label: '', kind: 'layer', parent: 'g0' }]),
    'parent',
  ],
])('JSON that is no drawing is refused: %#', (json, ...said) => {
  for (const text of ['PARSE readDrawing: this is no drawing', ...said]) {
    expect(() => readDrawing(json)).toThrow(text)
  }
})
