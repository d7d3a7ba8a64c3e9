import '../methods.ts'
import { expect, test } from 'vitest'
import * as gates from '../gates/index.ts'
import { trace } from '../read.ts'
import { draw, type Moment, readDrawing } from './index.ts'
import { themes } from './theme.ts'

// J = a · b + c: F1 multiplies, F2 adds.
const a = gates.input('a', [])
const b = gates.input('b', [])
const c = gates.input('c', [])
const J = a.multiply(b).named('u').add(c).named('J')
const drawing = draw(J, { values: await trace(J, { a: 3, b: -4, c: 5 }) })
const idOf = (label: string) => drawing.diagram.nodes.find((node) => node.label === label)?.id ?? ''
const edgeTo = (from: string, to: string) =>
  drawing.diagram.edges.find((edge) => edge.from === idOf(from) && edge.to === idOf(to))?.id ?? ''

/** When a · b is known, and nothing has come back. */
const afterF1: Moment = {
  isKnown: (what, edge) => what === 'value' && edge !== edgeTo('+', 'J'),
  active: idOf('·'),
  phase: 'forward',
}
const texts = (of: typeof drawing) =>
  of.scene.labels.flatMap((label) => label.texts.map(({ text }) => text))

test('what is not known by then is not drawn, and what is stays', () => {
  expect(texts(drawing)).toEqual(expect.arrayContaining(['3', '−12', '−7', 'dJ/du', 'dJ/da']))
  const shown = texts(drawing.at(afterF1))
  expect(shown).toEqual(expect.arrayContaining(['3', '−4', '−12', '5']))
  expect(shown.filter((text) => text === '−7' || text.startsWith('dJ'))).toEqual([])
  expect(drawing.at(afterF1).scene.lines.map(({ kind }) => kind)).not.toContain('gradient')
})

test('nothing moves', () => {
  const { scene } = drawing.at(afterF1)
  const { width, height, nodes } = drawing.scene
  expect([scene.width, scene.height]).toEqual([width, height])
  expect(scene.nodes.map(({ box }) => box)).toEqual(nodes.map(({ box }) => box))
  for (const label of scene.labels) expect(drawing.scene.labels).toContain(label)
})

test('where everything is known and nothing happens, the picture is the same', () => {
  const whole = drawing.at({ isKnown: () => true })
  expect(whole.toSvg()).toBe(drawing.toSvg())
  expect(whole.toDot()).toBe(drawing.toDot())
})

test('the place where it happens is strongly drawn, in the colour of its phase', () => {
  const back = drawing.at({ ...afterF1, phase: 'backward' })
  const { gradient } = themes.light.texts
  expect(back.toSvg({ theme: 'light' })).toMatch(/<circle class="operation active at-backward"/)
  expect(back.toSvg({ theme: 'light' })).toContain(`.active.at-backward{stroke:${gradient}}`)
  expect(back.toDot()).toMatch(new RegExp(`color="${gradient}"[^\\]]*penwidth="4"`))
  expect(back.toMermaid()).toContain(`style ${idOf('·')} stroke:${gradient},stroke-width:4px`)
  expect(back.toTikz()).toMatch(/\\path\[operation box, draw=.*, line width=3bp\]/)
  expect(drawing.toSvg()).not.toContain('active')
})

test('an edge can be that place', () => {
  const shown = drawing.at({ ...afterF1, active: edgeTo('·', '+') })
  expect(shown.toSvg()).toContain('<path class="line forward active"')
  expect(shown.toMermaid()).toContain('stroke-width:4px')
})

test('values and gradients that are not known are left out of every form', () => {
  const shown = drawing.at(afterF1)
  for (const form of [shown.toDot(), shown.toMermaid(), shown.toTikz(), shown.toText()]) {
    expect(form).not.toMatch(/dJ|partial|−7/)
  }
})

test('JSON holds the moment', () => {
  const read = readDrawing(JSON.stringify(drawing.at(afterF1)))
  expect(read.toDot()).toBe(drawing.at(afterF1).toDot())
  expect(read.scene.nodes.filter(({ active }) => active === 'forward')).toHaveLength(1)
})

test('a page lists the steps, and says of every part which one makes it known', () => {
  const steps = [
    { ...afterF1, title: 'F1', text: 'u = a · b', detail: '<i>' },
    { ...afterF1, isKnown: () => true, active: idOf('+'), title: 'F2', text: 'J = u + c' },
  ]
  const page = drawing.toHtml({ steps, taken: 1 })
  expect(page).toContain(
    `<li class="forward" data-at="${idOf('·')}"><b>F1</b> <span>u = a · b</span>`,
  )
  expect(page).toContain('&lt;i&gt;')
  expect(page.match(/data-since="2"/g)).toHaveLength(11) // J's value; line and text of 5 gradients
  expect(page).toContain('show(1)')
  for (const [, script = '('] of page.matchAll(/<script>(.*?)<\/script>/gs)) {
    expect(() => new Function(script)).not.toThrow()
  }
  expect(page).not.toMatch(/\bsrc=|href=|url\(/)
})
