import { expect, test } from 'vitest'
import { gradientSymbol, latexOfName, nameSymbol, numberSymbol } from './symbols.ts'

test.each([
  ['x', 'x'],
  ['z2', 'z_2'],
  ['W12', 'W_{12}'],
  ['W₁', 'W_1'],
  ['ŷ', String.raw`\hat{y}`],
  ['ỹ2', String.raw`\tilde{y}_2`],
  ['x̄', String.raw`\bar{x}`],
  ['x_i', 'x_i'],
  ['h_prev', String.raw`h_{\text{prev}}`],
  ['α', String.raw`\alpha`],
  ['beta2', String.raw`\beta_2`],
  ['Δ', String.raw`\Delta`],
  ['h⁽²⁾', 'h^{(2)}'],
  ["m'", "m'"],
  ['lr', String.raw`\text{lr}`],
  ['0.weight', String.raw`\text{0.weight}`],
  ['running_mean', String.raw`\text{running\_mean}`],
  ['50% of {x}', String.raw`\text{50\% of \{x\}}`],
  ['a^b~c\\d', String.raw`\text{a\textasciicircum{}b\textasciitilde{}c\textbackslash{}d}`],
  ['θ.0', String.raw`\text{$\theta$.0}`],
])('the name %s is %s in LaTeX', (name, latex) => {
  expect(latexOfName(name)).toBe(latex)
})

test('gradients are of J with respect to a name, and say which use they come from', () => {
  const type = { shape: [2], dtype: 'f32' } as const
  const J = nameSymbol('J', { shape: [], dtype: 'f32' })
  const whole = gradientSymbol(J, nameSymbol('ŷ', type))
  expect([whole.text, whole.latex]).toEqual([
    'dJ/dŷ',
    String.raw`\frac{\partial J}{\partial \hat{y}}`,
  ])
  const share = gradientSymbol(J, nameSymbol('x', type), 'F12, a')
  expect([share.text, share.latex]).toEqual([
    'dJ/dx (via F12, a)',
    String.raw`\left.\frac{\partial J}{\partial x}\right|_{F_{12}, a}`,
  ])
  expect(gradientSymbol(J, nameSymbol('first layer', type)).text).toBe('dJ/d(first layer)')
})

test.each([
  [0.5, '0.5', '0.5'],
  [-2, '−2', '-2'],
  [1e-8, '1e-8', '10^{-8}'],
  [2.5e-8, '2.5e-8', String.raw`2.5 \cdot 10^{-8}`],
  [1e21, '1e+21', '10^{21}'],
  [1 / 3, '0.333333', '0.333333'],
  [Number.NEGATIVE_INFINITY, '−∞', String.raw`-\infty`],
  [Number.NaN, 'NaN', String.raw`\text{NaN}`],
])('the number %d reads %s and is %s in LaTeX', (number, text, latex) => {
  const symbol = numberSymbol(number)
  expect([symbol.text, symbol.latex]).toEqual([text, latex])
})
