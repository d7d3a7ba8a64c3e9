/** Text of a picture as LaTeX in plain ASCII, for pdfTeX as for LuaTeX and XeTeX. */
import { latexOfName } from '../explain/symbols.ts'
import type { TextClass } from './scene.ts'

/** Words, rather than names and formulas. */
const prose: ReadonlySet<TextClass> = new Set(['note'])
/** Where `d…/d…` is a gradient, rather than letters of names. */
const withGradients: ReadonlySet<TextClass> = new Set(['gradient', 'detail'])

/**
 * The text for `\node{…}`: names as `explain` writes them in LaTeX, gradients with ∂, the rest as it
 * stands. Needs amsmath, and `\sluiceunicode` for characters that have no name in LaTeX.
 */
export function latexOfText(text: string, kind: TextClass): string {
  const line = text.normalize('NFC').replace(/\s+/g, ' ')
  if (prose.has(kind)) return escaped(line)
  const hasGradients = withGradients.has(kind)
  const tokens = line.match(hasGradients ? gradientToken : token) ?? []
  const math = tokens
    .map((one, at) => (isSpacing(tokens, at) ? '' : mathOf(one, hasGradients)))
    .join('')
  return math === '' ? '' : `$${math}$`
}

const name = String.raw`\p{L}[\p{L}\p{M}\p{Nd}_]*(?:-\p{L}[\p{L}\p{M}\p{Nd}_]*)*[′']*(?:⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾)?`
const rest = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵀ]+|[₀₁₂₃₄₅₆₇₈₉]+|[^]`
const token = new RegExp(`${name}|${rest}`, 'gu')
const gradientToken = new RegExp(`d${name}/d${name}|d(?=\\()|(?<=/)d(?=\\()|${name}|${rest}`, 'gu')

/** Math has space around relations and operators by itself. */
function isSpacing(tokens: readonly string[], at: number): boolean {
  if (tokens[at] !== ' ') return false
  return [tokens[at - 1], tokens[at + 1]].some(
    (one) => one !== undefined && /^[=·⊙⊗×÷→←]$/.test(one),
  )
}

function mathOf(text: string, hasGradients: boolean): string {
  const known = signs[text]
  if (known !== undefined) return known
  if (hasGradients && text === 'd') return String.raw`\partial `
  const fraction = hasGradients ? /^d(.+)\/d(.+)$/u.exec(text) : null
  if (fraction) {
    const [over, under] = [named(fraction[1] ?? ''), named(fraction[2] ?? '')]
    return String.raw`\partial ${over}/\partial ${under}`
  }
  if (/^\p{L}/u.test(text) && !/^[ᵀ]/.test(text)) return named(text)
  const [first = ''] = text
  if (raised[first] !== undefined) return `{}^{${[...text].map((one) => raised[one]).join('')}}`
  const digit = lowered.indexOf(first)
  if (digit >= 0) return `{}_{${[...text].map((one) => lowered.indexOf(one)).join('')}}`
  const power = /^(.+)e([+-]?)(\d+)$/.exec(text)
  if (power) {
    return String.raw`${power[1]}\cdot 10^{${power[2] === '-' ? '-' : ''}${power[3]}}`
  }
  if (/^[\d.()[\]|/+=<>!:-]+$/.test(text)) return text
  return String.raw`\text{${escaped(text)}}`
}

/** As `explain` writes it; words keep their letters. */
function named(text: string): string {
  const latex = latexOfName(text)
  const isPlain = /^[ -~]+$/.test(latex) && !latex.startsWith(String.raw`\text`)
  return isPlain ? `{${latex}}` : String.raw`\text{${escaped(text)}}`
}

const lowered = '₀₁₂₃₄₅₆₇₈₉'

const raised: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((sign, digit) => [sign, String(digit)])),
  ...{ '⁻': '-', '⁺': '+', '⁽': '(', '⁾': ')', ᵀ: String.raw`\mathsf{T}` },
}

const signs: Readonly<Record<string, string>> = {
  ' ': String.raw`\ `,
  ',': '{,}',
  '−': '-',
  '·': String.raw`\cdot `,
  '⊙': String.raw`\odot `,
  '⊗': String.raw`\otimes `,
  '×': String.raw`\times `,
  '÷': String.raw`\div `,
  '±': String.raw`\pm `,
  '→': String.raw`\to `,
  '←': String.raw`\leftarrow `,
  '↔': String.raw`\leftrightarrow `,
  '∂': String.raw`\partial `,
  '∇': String.raw`\nabla `,
  '√': String.raw`\surd `,
  '∑': String.raw`\Sigma `,
  '∏': String.raw`\Pi `,
  '∞': String.raw`\infty `,
  '≈': String.raw`\approx `,
  '≤': String.raw`\le `,
  '≥': String.raw`\ge `,
  '≠': String.raw`\ne `,
  '⌊': String.raw`\lfloor `,
  '⌋': String.raw`\rfloor `,
  '…': String.raw`\ldots `,
  '*': '{*}',
}

/** Text outside math. */
function escaped(text: string): string {
  return [...text.normalize('NFD')].reduce<string>((written, sign) => {
    const accent = accents[sign]
    if (accent === undefined) return written + escapedSign(sign)
    // An accent comes after its letter in Unicode and before it in LaTeX.
    const letter = /(?:[A-Za-z]|\\[A-Za-z]+\{[^{}]*\})$/.exec(written)?.[0]
    if (letter === undefined) return written + escapedSign(sign)
    return `${written.slice(0, -letter.length)}\\${accent}{${letter}}`
  }, '')
}

function escapedSign(sign: string): string {
  const inText = reserved[sign]
  if (inText !== undefined) return inText
  if (/^[ -~]$/.test(sign)) return sign
  const inMath = signs[sign]
  if (inMath !== undefined) return `$${inMath}$`
  if (raised[sign] !== undefined) return `$^{${raised[sign]}}$`
  if (lowered.includes(sign)) return `$_{${lowered.indexOf(sign)}}$`
  const greek = latexOfName(sign)
  if (/^\\[A-Za-z]+$/.test(greek)) return `$${greek}$`
  const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase()
  // What no font has a form for is written as the sign for that.
  const isWritten = !/[\p{Cc}\p{Surrogate}\p{Cn}]/u.test(sign)
  return String.raw`\sluiceunicode{${isWritten ? code.padStart(4, '0') : 'FFFD'}}`
}

const reserved: Readonly<Record<string, string>> = {
  '\\': String.raw`\textbackslash{}`,
  '{': String.raw`\{`,
  '}': String.raw`\}`,
  $: String.raw`\$`,
  '&': String.raw`\&`,
  '#': String.raw`\#`,
  '%': String.raw`\%`,
  _: String.raw`\_`,
  '^': String.raw`\textasciicircum{}`,
  '~': String.raw`\textasciitilde{}`,
  '<': String.raw`\textless{}`,
  '>': String.raw`\textgreater{}`,
  '|': String.raw`\textbar{}`,
  '"': String.raw`\textquotedbl{}`,
  '`': String.raw`\textasciigrave{}`,
  '–': '--',
  '—': '---',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  ß: String.raw`\ss{}`,
  æ: String.raw`\ae{}`,
  Æ: String.raw`\AE{}`,
  ø: String.raw`\o{}`,
  Ø: String.raw`\O{}`,
  ł: String.raw`\l{}`,
  Ł: String.raw`\L{}`,
  œ: String.raw`\oe{}`,
}

/** LaTeX's commands of combining accents. */
const accents: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '=',
  '\u0306': 'u',
  '\u0307': '.',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030b': 'H',
  '\u030c': 'v',
  '\u0327': 'c',
  '\u0328': 'k',
}
