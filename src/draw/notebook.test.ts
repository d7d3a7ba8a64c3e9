import '../methods.ts'
import { expect, test } from 'vitest'
import * as gates from '../gates/index.ts'
import { Graph } from '../ir/graph.ts'
import { draw, type MediaBundle } from './index.ts'

/** What a kernel such as Deno's does with what a cell gives. */
async function shown(result: unknown): Promise<MediaBundle> {
  const display = Symbol.for('Jupyter.display')
  if (typeof result !== 'object' || result === null || !(display in result)) return {}
  return (result as { [display]: () => MediaBundle | Promise<MediaBundle> })[display]() // as kernels trust
}

const v = gates.input('v', [])
const square = v.multiply(v).named('J')

test('drawings, values and graphs show themselves as SVG, and as text where that is all', async () => {
  const drawing = draw(square)
  const bundle = { 'image/svg+xml': drawing.toSvg(), 'text/plain': drawing.toText() }
  expect(await shown(drawing)).toEqual(bundle)
  expect(await shown(square)).toEqual(bundle)
  expect(await shown(new Graph({ J: square }))).toEqual(bundle)
})

test('what has no gate is named in words', async () => {
  expect(await shown(v)).toEqual({ 'text/plain': 'v f32[]' })
})

test('what is too large for a picture says so', async () => {
  const inputs = Array.from({ length: 1600 }, (_, index) => gates.input(`x${index}`, []))
  const bundle = await shown(gates.stack(inputs).named('y'))
  expect(Object.keys(bundle)).toEqual(['text/plain'])
  expect(bundle['text/plain']).toContain('OPTION draw: there is too much to draw')
})
