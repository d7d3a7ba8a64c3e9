import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drawings, hasProgram } from '../../test/support/drawings.ts'
import { latexOfText } from './latex-text.ts'

/** The log of pdfLaTeX, and whether there is a page of the document. */
function compiled(document: string): { readonly status: number | null; readonly log: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tikz-'))
  try {
    writeFileSync(join(folder, 'picture.tex'), document)
    const call = ['-halt-on-error', '-interaction=nonstopmode', 'picture.tex']
    const { status } = spawnSync('pdflatex', call, { cwd: folder })
    return { status, log: readFileSync(join(folder, 'picture.log'), 'latin1') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe.each(Object.entries(drawings))('the TikZ of %s', (_, drawing) => {
  test('is ASCII and the same every time', () => {
    expect(drawing.toTikz()).toMatch(/^[\n -~]+$/)
    expect(drawing.toTikz()).toBe(drawing.toTikz())
  })
})

// pdfLaTeX takes a second for each: the most telling ones.
test.skipIf(!hasProgram('pdflatex')).each(['network with numbers', 'awkward names'])(
  'the TikZ of %s compiles to one page without a warning (skipped without pdflatex)',
  (name) => {
    const { status, log } = compiled(drawings[name]?.toTikz({ theme: 'dark' }) ?? '')
    expect(log).not.toMatch(/^!|Warning|Missing character|Overfull/m)
    expect(log).toContain('(1 page,')
    expect(status).toBe(0)
  },
  60_000,
)

test.skipIf(!hasProgram('pdflatex'))(
  'the picture alone compiles in a document with tikz and amsmath (skipped without pdflatex)',
  () => {
    const picture = drawings['close-up']?.toTikz({ form: 'picture' }) ?? ''
    expect(picture).not.toContain('documentclass')
    const [open, close] = [String.raw`\begin{document}`, String.raw`\end{document}`]
    const packages = String.raw`\documentclass{article}\usepackage{tikz,amsmath}`
    const { status, log } = compiled(`${packages}${open}Text ${picture} text.${close}`)
    expect([status, log.includes('(1 page,')]).toEqual([0, true])
  },
  60_000,
)

test('stands where the SVG stands, pixel for pixel', () => {
  const drawing = drawings.network
  const [node] = drawing?.scene.nodes ?? []
  const round = (number = 0) => Math.round(number * 100) / 100
  const corner = `(${round(node?.box.x)},${round(node?.box.y)})`
  expect(drawing?.toTikz()).toContain(
    `${String.raw`\path[variable box, rounded corners=`}2.9bp] ${corner}`,
  )
  expect(drawing?.toTikz()).toContain('x=0.75bp, y=-0.75bp')
})

test('pictures larger than the lengths of TeX are drawn smaller', () => {
  const scene = drawings.network?.scene
  if (!scene) throw new Error('there is no such drawing')
  // 16,383 points are TeX's largest length.
  const unit = /x=([\d.]+)bp/.exec(drawings.network?.toTikz() ?? '')?.[1]
  expect(Number(unit) * scene.width).toBeLessThan(16_383)
})

test.each([
  ['W1', 'label', String.raw`${'$'}{W_1}$`],
  ['z3 = ŷ', 'name', String.raw`${'$'}{z_3}={\hat{y}}$`],
  ['dJ/dW1', 'gradient', String.raw`$\partial {J}/\partial {W_1}$`],
  ['dJ/d(two words)', 'gradient', String.raw`$\text{dJ}/\partial (\text{two}\ \text{words})$`],
  ['∂z/∂a = b = −4', 'local', String.raw`$\partial {z}/\partial {a}={b}=-4$`],
  ['−1.5e-7', 'forward', String.raw`$-1.5\cdot 10^{-7}$`],
  ['[8, 64] → [8, 32]', 'detail', String.raw`$[8{,}\ 64]\to [8{,}\ 32]$`],
  ['sigmoid', 'label', String.raw`$\text{sigmoid}$`],
  ['x²', 'label', String.raw`${'$'}{x}{}^{2}$`],
  ['50% of {a_b} & \\c', 'note', String.raw`50\% of \{a\_b\} \& \textbackslash{}c`],
  ['é ß', 'note', String.raw`\'{e} \ss{}`],
  ['名\u0000', 'note', String.raw`\sluiceunicode{540D}\sluiceunicode{FFFD}`],
] as const)('%s as %s is %s', (text, kind, latex) => {
  expect(latexOfText(text, kind)).toBe(latex)
})
