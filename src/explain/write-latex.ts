/** Writes formulas as LaTeX. */
import { type Formula, type Group, isPrefix, type Part, type Script } from './formula.ts'

/** The formula in LaTeX, for math mode. */
export function latexOf(formula: Formula): string {
  let latex = ''
  formula.forEach((part, index) => {
    const piece = writePart(part, isPrefix(formula, index))
    // A command swallows letters that follow it without a space.
    const isGlued = /\\[A-Za-z]+$/.test(latex) && /^[A-Za-z]/.test(piece)
    const isTwoNumbers = /\d$/.test(latex) && /^\d/.test(piece)
    latex += isGlued || isTwoNumbers ? (isGlued ? ` ${piece}` : String.raw`\,${piece}`) : piece
  })
  return latex
}

function writePart(part: Part, isPrefixed: boolean): string {
  switch (part.kind) {
    case 'symbol':
    case 'words':
      return part.latex
    case 'operator':
      if (isPrefixed) return part.latex
      return part.level === 'separator' ? `${part.latex} ` : ` ${part.latex} `
    case 'group':
      return writeGroup(part)
    case 'fraction':
      return String.raw`\frac{${latexOf(part.over)}}{${latexOf(part.under)}}`
    case 'root':
      return String.raw`\sqrt{${latexOf(part.body)}}`
    case 'script':
      return writeScript(part)
    case 'slot':
      return String.raw`\square`
  }
}

function writeGroup({ open, close, body }: Group): string {
  const isTall = body.some(({ kind }) => kind === 'fraction') || latexOf(body).includes('\\frac')
  if (open.latex === '{') return `{${latexOf(body)}}`
  const isSized = isTall || open.latex === '.' || close.latex === '.'
  const [left, right] = isSized ? ['\\left', '\\right'] : ['', '']
  const inner = latexOf(body)
  const gap = /\\[A-Za-z]+$/.test(left + open.latex) && /^[A-Za-z]/.test(inner) ? ' ' : ''
  return `${left}${open.latex}${gap}${inner}${right}${close.latex}`
}

function writeScript({ base, upper, lower }: Script): string {
  const written = writePart(base, false)
  // A second index or power on one letter is an error of LaTeX.
  const isTwice = (lower && written.includes('_')) || (upper && /\^|'/.test(written))
  const held = isTwice && base.kind === 'symbol' ? `{${written}}` : written
  return `${held}${lower ? `_${argument(lower)}` : ''}${upper ? `^${argument(upper)}` : ''}`
}

function argument(formula: Formula): string {
  const latex = latexOf(formula)
  return /^([^\\{}]|\\[A-Za-z]+)$/.test(latex) ? latex : `{${latex}}`
}
