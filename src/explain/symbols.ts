/** How names, numbers and gradients are written, in LaTeX and as text. */
import type { DType } from '../ir/dtype.ts'
import type { Shape } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import { type SymbolPart, strengths } from './formula.ts'
import { greek } from './latex-table.ts'

interface Type {
  readonly shape: Shape
  readonly dtype: DType
}

/** A value of the graph under its name. */
export function nameSymbol(name: string, { shape, dtype }: Type): SymbolPart {
  return {
    kind: 'symbol',
    latex: latexOfName(name),
    text: name,
    strength: strengths.atom,
    isNumber: false,
    shape,
    dtype,
  }
}

/** A number, with at most `digits` significant digits. */
export function numberSymbol(number: number, digits = 6): SymbolPart {
  const text = formatNumber(number, digits)
  const isNegative = text.startsWith('−')
  return {
    kind: 'symbol',
    latex: latexOfNumber(text),
    text,
    strength: isNegative ? strengths.negation : strengths.atom,
    isNumber: true,
    shape: [],
  }
}

/** A letter or sign of a rule, which stands for no value of the graph. */
export function letterSymbol(latex: string, text: string): SymbolPart {
  return { kind: 'symbol', latex, text, strength: strengths.atom, isNumber: false, shape: [] }
}

/** A constant tensor written out, or a truth value. */
export function literalSymbol(text: string, shape: Shape): SymbolPart {
  const latex = /^[a-z]/.test(text) ? String.raw`\text{${text}}` : latexOfNumber(text)
  return { kind: 'symbol', latex, text, strength: strengths.atom, isNumber: false, shape }
}

/**
 * The gradient of `J` with respect to `of`, which has the shape of `of`. `via` names the forward
 * equation that this share of it came back through.
 */
export function gradientSymbol(J: SymbolPart, of: SymbolPart, via?: string): SymbolPart {
  const fraction = String.raw`\frac{\partial ${J.latex}}{\partial ${of.latex}}`
  const text = `d${wordOf(J.text)}/d${wordOf(of.text)}`
  return {
    ...of,
    latex: via === undefined ? fraction : String.raw`\left.${fraction}\right|_{${latexOfVia(via)}}`,
    text: via === undefined ? text : `${text} (${/^[A-Z]\d/.test(via) ? 'via ' : ''}${via})`,
    strength: strengths.quotient,
  }
}

/** The local gradient of a gate that does not say how it is written: ∂z/∂x. */
export function localSymbol(output: SymbolPart, operand: SymbolPart): SymbolPart {
  return {
    ...operand,
    latex: String.raw`\frac{\partial ${output.latex}}{\partial ${operand.latex}}`,
    text: `∂${wordOf(output.text)}/∂${wordOf(operand.text)}`,
    strength: strengths.quotient,
    isNumber: false,
  }
}

const accents: Readonly<Record<string, string>> = {
  '\u0302': 'hat',
  '\u0303': 'tilde',
  '\u0304': 'bar',
  '\u0307': 'dot',
  '\u0308': 'ddot',
  '\u20d7': 'vec',
}

const greekWords = new Set(Object.values(greek))

/**
 * LaTeX of a name: `z2` → `z_2`, `ŷ` → `\hat{y}`, `alpha` → `\alpha`; what is no mathematical name
 * stands in `\text{}` with the characters that LaTeX reserves escaped.
 */
export function latexOfName(name: string): string {
  const plain = name.normalize('NFKD').replaceAll('′', "'")
  const named =
    /^([A-Za-z]+|\p{Script=Greek})(\p{M}?)(?:_([\p{L}\d]+)|(\d+))?('*)(\(\d+\))?$/u.exec(plain)
  const [, letters = '', accent = '', word, digits, primes = '', times] = named ?? []
  const letter = letters.length === 1 ? (greekLetter(letters) ?? letters) : greekWord(letters)
  const isWritten = letter !== undefined && letters !== '' && (accent === '' || accent in accents)
  if (!isWritten) return String.raw`\text{${escapeText(name)}}`
  const base = accent === '' ? letter : `\\${accents[accent]}{${letter}}`
  return `${base}${subscript(word ?? digits)}${primes}${times === undefined ? '' : `^{${times}}`}`
}

function greekLetter(letter: string): string | undefined {
  const word = greek[letter]
  return word && `\\${word}`
}

function greekWord(word: string): string | undefined {
  return greekWords.has(word) ? `\\${word}` : undefined
}

function subscript(word: string | undefined): string {
  if (word === undefined) return ''
  if (word.length === 1 && /[\dA-Za-z]/.test(word)) return `_${word}`
  return /^\d+$/.test(word) ? `_{${word}}` : String.raw`_{\text{${escapeText(word)}}}`
}

const escapes: Readonly<Record<string, string>> = {
  '\\': String.raw`\textbackslash{}`,
  '^': String.raw`\textasciicircum{}`,
  '~': String.raw`\textasciitilde{}`,
  '′': "'",
  '−': '-',
}

function escapeText(text: string): string {
  return text.replace(/[\\{}$&#%_^~′−]|\p{Script=Greek}/gu, (sign) => {
    const word = greek[sign]
    return word === undefined ? (escapes[sign] ?? `\\${sign}`) : `$\\${word}$`
  })
}

/** Names that read as more than one word stand in parentheses under a fraction bar. */
function wordOf(name: string): string {
  return /[\s/+·⊙−*=()-]/.test(name) ? `(${name})` : name
}

function latexOfVia(via: string): string {
  const [, letter, number = '', operand] = /^([A-Z])([\d.]+)(?:, (.+))?$/.exec(via) ?? []
  if (letter === undefined) return String.raw`\text{${escapeText(via)}}`
  const id = `${letter}_${number.length === 1 ? number : `{${number}}`}`
  return operand === undefined ? id : `${id}, ${latexOfName(operand)}`
}

function latexOfNumber(text: string): string {
  const plain = text.replaceAll('−', '-').replaceAll('∞', String.raw`\infty`)
  if (plain === 'NaN') return String.raw`\text{NaN}`
  return plain.replace(
    /(\d+(?:\.\d+)?)e([+-]?)(\d+)/g,
    (_, mantissa: string, sign: string, power: string) =>
      `${mantissa === '1' ? '' : String.raw`${mantissa} \cdot `}10^{${sign === '-' ? '-' : ''}${power}}`,
  )
}
