import '../methods.ts'
import { expect, test } from 'vitest'
import * as gates from '../gates/index.ts'
import { trace } from '../read.ts'
import { draw } from './index.ts'
import { themes } from './theme.ts'

const v = gates.input('v', [])
const square = v.multiply(v).named('J')

test('an SVG is one file without script that says what it shows', () => {
  const svg = draw(square).toSvg()
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .* role="img"/)
  expect(svg).toContain('<title>The graph of J</title>')
  expect(svg).toContain('<desc>Given: v. F1: multiply takes v and v.</desc>')
  expect(svg).not.toMatch(/<script|href|url\(/)
  expect(svg.endsWith('</svg>\n')).toBe(true)
})

test('names cannot break out of the markup', () => {
  const name = '</text><script>&"\u0000'
  const svg = draw(gates.input(name, []).multiply(2).named('y')).toSvg()
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;&amp;&quot;\ufffd')
  expect(svg).not.toContain('<script>')
})

test('gradients are told apart by dashes and slanted letters, not by colour alone', async () => {
  const svg = draw(square, { values: await trace(square, { v: 3 }), theme: 'print' }).toSvg()
  expect(svg).toContain('.sluice .gradient{font-style:italic}')
  expect(svg).toContain('.sluice .line.gradient{stroke-dasharray:5 3}')
  expect(svg).toMatch(/<text class="gradient"[^>]*>dJ\/dv<\/text>/)
  expect(svg).toMatch(/<path class="line gradient"/)
})

test('the theme follows the reader unless it is given', () => {
  const drawing = draw(square)
  expect(drawing.toSvg()).toContain('@media (prefers-color-scheme:dark)')
  expect(drawing.toSvg({ theme: 'dark' })).toContain(`.paper{fill:${themes.dark.background}}`)
  expect(drawing.toSvg({ theme: 'light' })).not.toContain('@media')
})

/** The contrast of two colours as WCAG 2.2 defines it, 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [bright = 0, dim = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one)
  return (bright + 0.05) / (dim + 0.05)
}

test('all text has the contrast that WCAG asks for, 4.5, on paper and in nodes', () => {
  for (const { background, texts, nodes } of Object.values(themes)) {
    for (const colour of Object.values(texts)) {
      expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5)
    }
    for (const { fill } of Object.values(nodes)) {
      for (const kind of ['label', 'detail', 'sign', 'shape'] as const) {
        expect(contrast(texts[kind], fill)).toBeGreaterThanOrEqual(4.5)
      }
    }
  }
})
