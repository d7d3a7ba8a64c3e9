/** Writes formulas as Unicode text: · ⊙ ᵀ ² ∂ Σ, and fractions as a/b. */
import {
  type Formula,
  type Fraction,
  grouped,
  isFunction,
  isPrefix,
  type Part,
  type Script,
  strengthOf,
  strengths,
} from './formula.ts'
import { parseLatex } from './parse-latex.ts'

/** The LaTeX of a formula as text: `\frac{2(\hat{y} - y)}{n}` → `2(ŷ − y)/n`. */
export function plainText(latex: string): string {
  return textOf(parseLatex(latex))
}

/** The formula as text. */
export function textOf(formula: Formula): string {
  const pieces = formula.map((_, index) => gapBefore(formula, index) + pieceOf(formula, index))
  return pieces.join('').trim()
}

function pieceOf(formula: Formula, index: number): string {
  const part = formula[index]
  if (part?.kind !== 'fraction') return part ? writePart(part) : ''
  const isAlone = [formula[index - 1], formula[index + 1]].every(
    (neighbour) => neighbour === undefined || neighbour.kind === 'operator',
  )
  const isDivided = [formula[index - 1], formula[index + 1]].some(
    (neighbour) => neighbour?.kind === 'operator' && neighbour.text === '/',
  )
  return isAlone && !isDivided ? writeFraction(part) : `(${writeFraction(part)})`
}

function gapBefore(formula: Formula, index: number): string {
  const before = formula[index - 1]
  const part = formula[index]
  if (!before || !part) return ''
  if (part.kind === 'operator' && !isPrefix(formula, index)) {
    return part.level === 'separator' || part.text === '/' ? '' : ' '
  }
  if (before.kind === 'operator') {
    return isPrefix(formula, index - 1) || before.text === '/' ? '' : ' '
  }
  if (isFunction(before)) {
    const name = before.kind === 'script' ? before.base : before
    const argument = part.kind === 'script' ? part.base : part
    // A function's name touches its parentheses, words do not.
    return argument.kind === 'group' && !writePart(name).includes(' ') ? '' : ' '
  }
  if (isFunction(part)) return ' '
  return needsGap(writePart(before), writePart(part)) ? ' ' : ''
}

/** Two factors side by side run together only where both can still be told apart. */
function needsGap(before: string, after: string): boolean {
  const isWordBefore = /[\p{L}\p{N}]$/u.test(before)
  const isWordAfter = /^[\p{L}\p{N}]/u.test(after)
  if (!isWordBefore || !isWordAfter) return false
  return before.length > 1 || after.length > 1 || /\d/.test(after)
}

function writePart(part: Part): string {
  switch (part.kind) {
    case 'symbol':
      return part.text === "'" ? '′' : part.text
    case 'operator':
    case 'words':
      return part.text
    case 'group':
      return `${part.open.text}${textOf(part.body)}${part.close.text}`
    case 'fraction':
      return writeFraction(part)
    case 'root':
      return strengthOf(part.body) >= strengths.atom
        ? `√${textOf(part.body)}`
        : `√(${textOf(part.body)})`
    case 'script':
      return writeScript(part)
    case 'slot':
      return '□'
  }
}

function writeFraction({ over, under }: Fraction): string {
  const hasProduct = over.some((part) => part.kind === 'operator')
  const isQuotient = strengthOf(over) === strengths.quotient
  const upper = hasProduct || isQuotient ? `(${textOf(over)})` : textOf(over)
  return `${upper}/${inParentheses(under, strengths.power)}`
}

function writeScript({ base, upper, lower }: Script): string {
  const isHeld = base.kind === 'group' && base.open.text === ''
  const written = isHeld ? writePart(grouped(base.body)) : writePart(base)
  return `${written}${lower ? writeLower(lower) : ''}${upper ? writeUpper(upper) : ''}`
}

const raised: Readonly<Record<string, string>> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
  '−': '⁻',
  '+': '⁺',
  '⊤': 'ᵀ',
  T: 'ᵀ',
  n: 'ⁿ',
  '′': '′',
}
const lowered: Readonly<Record<string, string>> = {
  '0': '₀',
  '1': '₁',
  '2': '₂',
  '3': '₃',
  '4': '₄',
  '5': '₅',
  '6': '₆',
  '7': '₇',
  '8': '₈',
  '9': '₉',
  i: 'ᵢ',
  j: 'ⱼ',
}

function writeUpper(upper: Formula): string {
  return translated(textOf(upper), raised) ?? `^${inParentheses(upper, strengths.atom)}`
}

function writeLower(lower: Formula): string {
  return translated(textOf(lower), lowered) ?? `_${inParentheses(lower, strengths.atom)}`
}

function translated(text: string, table: Readonly<Record<string, string>>): string | undefined {
  const signs = [...text].map((sign) => table[sign])
  return signs.every((sign) => sign !== undefined) ? signs.join('') : undefined
}

function inParentheses(formula: Formula, strength: number): string {
  return strengthOf(formula) >= strength ? textOf(formula) : `(${textOf(formula)})`
}
