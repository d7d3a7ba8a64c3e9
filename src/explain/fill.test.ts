import { expect, test } from 'vitest'
import { fill } from './fill.ts'
import type { Formula } from './formula.ts'
import { parseLatex, slotCharacter } from './parse-latex.ts'
import { textOf } from './plain-text.ts'
import { nameSymbol, numberSymbol } from './symbols.ts'
import { latexOf } from './write-latex.ts'

const matrix = { shape: [2, 2], dtype: 'f32' } as const
const [A, B] = [slotCharacter(0), slotCharacter(1)]
const name = (text: string): Formula => [nameSymbol(text, matrix)]

function filled(template: string, terms: readonly Formula[], options?: Parameters<typeof fill>[2]) {
  const termOf = (slot: number) => ({ formula: terms[slot] ?? [], shape: matrix.shape })
  return fill(parseLatex(template), termOf, options)
}

test.each([
  [`${A} + ${B}`, 'x + y', 'x + y + z'],
  [`${B} - ${A}`, 'x + y', 'z − (x + y)'],
  [String.raw`${A} \odot ${B}`, 'x + y', '(x + y) ⊙ z'],
  [String.raw`${A} \odot ${B}`, String.raw`x \odot y`, 'x ⊙ y ⊙ z'],
  [String.raw`${A} \odot ${B}`, '-x', '−x ⊙ z'],
  [String.raw`${B} \odot ${A}`, '-x', 'z ⊙ (−x)'],
  [`-${A}`, '-x', '−(−x)'],
  [`-${A}`, 'x - y', '−(x − y)'],
  [`${A}^2`, String.raw`x \odot y`, '(x ⊙ y)²'],
  [`${A}^2`, 'x^3', '(x³)²'],
  [`${A}^2`, String.raw`\frac{x}{y}`, '(x/y)²'],
  [`${B}^{${A}}`, 'x + 1', 'z^(x + 1)'],
  [String.raw`\frac{${A}}{${B}}`, 'x + y', '(x + y)/z'],
  [String.raw`\frac{${B}}{${A}}`, String.raw`x \odot y`, 'z/(x ⊙ y)'],
  [String.raw`\exp(${A})`, 'x + y', 'exp(x + y)'],
  [String.raw`\sum ${A}`, 'x + y', 'Σ(x + y)'],
  [`2${A}`, 'x + y', '2(x + y)'],
  [`2${A}`, '3', '2(3)'],
  [`${A}[0]`, 'x + y', '(x + y)[0]'],
])('%s filled with %s gives %s', (template, term, text) => {
  expect(textOf(filled(template, [parseLatex(term), name('z')]))).toBe(text)
})

test('a product of matrices is kept apart from an elementwise one', () => {
  const product = filled(String.raw`${A} \cdot ${B}`, [name('x'), name('W')], {
    isContraction: true,
  })
  const scaled = filled(String.raw`${A} \odot ${B}`, [product, name('y')])
  expect(textOf(scaled)).toBe('(x · W) ⊙ y')
  const again = filled(String.raw`${A} \cdot ${B}`, [product, name('V')], { isContraction: true })
  expect(textOf(again)).toBe('x · W · V')
})

test('an elementwise product with a scalar is written with a dot', () => {
  const terms = [
    { formula: name('W'), shape: [2, 2] },
    { formula: [numberSymbol(0.5)], shape: [] },
  ]
  const template = parseLatex(String.raw`${A} \odot ${B}`)
  const half = fill(template, (slot) => terms[slot] ?? { formula: [], shape: [] })
  expect(textOf(half)).toBe('W · 0.5')
  expect(latexOf(half)).toBe(String.raw`W \cdot 0.5`)
})

test('a name with an index can be raised and indexed again', () => {
  expect(latexOf(filled(`${A}^\\top`, [name('W1')]))).toBe(String.raw`W_1^\top`)
  expect(latexOf(filled(`${A}_i`, [name('W1')]))).toBe('{W_1}_i')
  expect(latexOf(filled(`${A}^2`, [name('h⁽²⁾')]))).toBe('{h^{(2)}}^2')
})
