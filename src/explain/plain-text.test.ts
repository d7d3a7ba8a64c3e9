import { expect, test } from 'vitest'
import { parseLatex } from './parse-latex.ts'
import { plainText } from './plain-text.ts'
import { latexOf } from './write-latex.ts'

test.each([
  [String.raw`\frac{2(\hat{y} - y)}{n}`, '2(ŷ − y)/n'],
  [String.raw`a \odot (1 - a)`, 'a ⊙ (1 − a)'],
  [String.raw`x \cdot W^\top`, 'x · Wᵀ'],
  [String.raw`1 - a^2`, '1 − a²'],
  [String.raw`\frac{\partial J}{\partial z}`, '∂J/∂z'],
  [String.raw`\frac{a}{b + c}`, 'a/(b + c)'],
  [String.raw`\frac{a}{b c}`, 'a/(bc)'],
  [String.raw`\frac{a \cdot b}{c^2}`, '(a · b)/c²'],
  [String.raw`\frac{\frac{a}{b}}{c}`, '(a/b)/c'],
  [String.raw`\frac{1}{2} [a = b]`, '(1/2)[a = b]'],
  [String.raw`-\frac{1}{x}`, '−1/x'],
  [String.raw`\left(\frac{a}{b}\right)^2`, '(a/b)²'],
  [String.raw`{a + b}^2`, '(a + b)²'],
  [String.raw`e^{-x}`, 'e^(−x)'],
  [String.raw`e^{-2}`, 'e⁻²'],
  [String.raw`x_i + x_{max}`, 'xᵢ + x_(max)'],
  [String.raw`x^23`, 'x² 3'],
  [String.raw`\sqrt{x}`, '√x'],
  [String.raw`\sqrt{x + 1}`, '√(x + 1)'],
  [String.raw`\sum \exp(x)`, 'Σ exp(x)'],
  [String.raw`\sum (u \odot x)`, 'Σ(u ⊙ x)'],
  [String.raw`\operatorname{prod}_{j \ne i}(x)`, 'prod_(j ≠ i)(x)'],
  [String.raw`-\log \operatorname{softmax}(x)_{t}`, '−log softmax(x)_t'],
  [String.raw`\operatorname{scan}_{5}(x, y)`, 'scan₅(x, y)'],
  [String.raw`\lvert a - b \rvert`, '|a − b|'],
  [String.raw`\lfloor x \rfloor`, '⌊x⌋'],
  [String.raw`[-1 \le x \le 2]`, '[−1 ≤ x ≤ 2]'],
  [String.raw`x[0:3, ::2]`, 'x[0:3, ::2]'],
  [String.raw`\max(x, 0)`, 'max(x, 0)'],
  [String.raw`a - -b`, 'a − −b'],
  [String.raw`x \text{ where } y`, 'x where y'],
])('%s reads %s', (latex, text) => {
  expect(plainText(latex)).toBe(text)
})

test('LaTeX that is read and written again stays the same', () => {
  for (const latex of [
    String.raw`\frac{2(\hat{y} - y)}{n}`,
    String.raw`\frac{1}{2}[a = b] + \sqrt{x_1^2 + \alpha}`,
    String.raw`\operatorname{clamp}(x, -1, 1) \odot W^\top`,
    String.raw`\left(\frac{a}{b}\right)^2`,
  ]) {
    expect(latexOf(parseLatex(latex))).toBe(latex)
  }
})

test('LaTeX that is broken or unknown is kept, not lost', () => {
  expect(plainText('a) + b}')).toBe('a) + b')
  expect(plainText('(a + b')).toBe('(a + b')
  expect(plainText(String.raw`\heartsuit x`)).toBe('heartsuit x')
  expect(plainText(String.raw`\begin{cases} a & b \\ c \end{cases}`)).not.toMatch(/[\\{}]/)
})
