/** What the commands of LaTeX that formulas may use look like as text. */
import type { Operator } from './formula.ts'

/** Greek letters by the word that LaTeX has for them. */
export const greek: Readonly<Record<string, string>> = {
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  ε: 'varepsilon',
  ϵ: 'epsilon',
  ζ: 'zeta',
  η: 'eta',
  θ: 'theta',
  ι: 'iota',
  κ: 'kappa',
  λ: 'lambda',
  μ: 'mu',
  ν: 'nu',
  ξ: 'xi',
  π: 'pi',
  ρ: 'rho',
  σ: 'sigma',
  τ: 'tau',
  υ: 'upsilon',
  φ: 'varphi',
  ϕ: 'phi',
  χ: 'chi',
  ψ: 'psi',
  ω: 'omega',
  Γ: 'Gamma',
  Δ: 'Delta',
  Θ: 'Theta',
  Λ: 'Lambda',
  Ξ: 'Xi',
  Π: 'Pi',
  Σ: 'Sigma',
  Φ: 'Phi',
  Ψ: 'Psi',
  Ω: 'Omega',
}

/** Commands that are a letter or a sign by themselves. */
export const signs: ReadonlyMap<string, string> = new Map([
  ...Object.entries(greek).map(([letter, word]): [string, string] => [`\\${word}`, letter]),
  ['\\partial', '∂'],
  ['\\nabla', '∇'],
  ['\\infty', '∞'],
  ['\\top', '⊤'],
  ['\\prime', '′'],
  ['\\ldots', '…'],
  ['\\cdots', '…'],
  ['\\dots', '…'],
  ['\\ell', 'ℓ'],
  ['\\emptyset', '∅'],
  ['\\{', '{'],
  ['\\}', '}'],
  ['\\_', '_'],
  ['\\%', '%'],
  ['\\#', '#'],
  ['\\&', '&'],
  ['\\$', '$'],
])

/** Functions that LaTeX has a command for, and signs that act on what follows. */
export const functions: ReadonlyMap<string, string> = new Map([
  ...[
    'max',
    'min',
    'log',
    'ln',
    'exp',
    'sin',
    'cos',
    'tan',
    'sinh',
    'cosh',
    'tanh',
    'arg',
    'det',
    'lim',
    'sup',
    'inf',
    'gcd',
    'Pr',
  ].map((name): [string, string] => [`\\${name}`, name]),
  ['\\sum', 'Σ'],
  ['\\prod', 'Π'],
  ['\\int', '∫'],
  ['\\lnot', '¬'],
  ['\\neg', '¬'],
])

const levels: Readonly<Record<Operator['level'], Readonly<Record<string, string>>>> = {
  separator: { ',': ',', ';': ';', '\\\\': ';' },
  relation: {
    '=': '=',
    '<': '<',
    '>': '>',
    '\\le': '≤',
    '\\leq': '≤',
    '\\ge': '≥',
    '\\geq': '≥',
    '\\ne': '≠',
    '\\neq': '≠',
    '\\approx': '≈',
    '\\in': '∈',
    '\\to': '→',
    '\\leftarrow': '←',
    '\\rightarrow': '→',
    '\\mapsto': '↦',
    '\\sim': '∼',
    '\\mid': '|',
  },
  sum: { '+': '+', '-': '−', '\\pm': '±', '\\lor': '∨', '\\vee': '∨', '\\oplus': '⊕' },
  product: {
    '*': '*',
    '/': '/',
    '\\cdot': '·',
    '\\odot': '⊙',
    '\\times': '×',
    '\\otimes': '⊗',
    '\\circ': '∘',
    '\\ast': '∗',
    '\\star': '⋆',
    '\\land': '∧',
    '\\wedge': '∧',
    '\\ll': '≪',
    '\\gg': '≫',
    '\\div': '÷',
    '\\bmod': 'mod',
  },
}

/** Operators by their LaTeX. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries(levels).flatMap(([level, commands]) =>
    Object.entries(commands).map(([latex, text]): [string, Operator] => [
      latex,
      { kind: 'operator', latex, text, level: level as Operator['level'] }, // a key of `levels`
    ]),
  ),
)

/** Opening delimiters, and the closing ones. */
export const openers: ReadonlyMap<string, string> = new Map([
  ['(', '('],
  ['[', '['],
  ['\\lfloor', '⌊'],
  ['\\lceil', '⌈'],
  ['\\lvert', '|'],
  ['\\lVert', '‖'],
  ['\\langle', '⟨'],
])
export const closers: ReadonlyMap<string, string> = new Map([
  [')', ')'],
  [']', ']'],
  ['\\rfloor', '⌋'],
  ['\\rceil', '⌉'],
  ['\\rvert', '|'],
  ['\\rVert', '‖'],
  ['\\rangle', '⟩'],
])

/** Signs put over a letter, as the combining character that does so in text. */
export const overletters: ReadonlyMap<string, string> = new Map([
  ['\\hat', '\u0302'],
  ['\\widehat', '\u0302'],
  ['\\tilde', '\u0303'],
  ['\\bar', '\u0304'],
  ['\\overline', '\u0304'],
  ['\\dot', '\u0307'],
  ['\\ddot', '\u0308'],
  ['\\vec', '\u20d7'],
])

/** Commands that only change the face of what they hold. */
export const faces: ReadonlySet<string> = new Set([
  '\\mathbf',
  '\\mathrm',
  '\\mathit',
  '\\mathcal',
  '\\mathbb',
  '\\mathsf',
  '\\boldsymbol',
])

/** Commands that hold words. */
export const wordings: ReadonlySet<string> = new Set([
  '\\text',
  '\\textbf',
  '\\textit',
  '\\mbox',
  '\\mathrm',
])

/** Spaces, which say nothing. */
export const spaces: ReadonlySet<string> = new Set([
  '\\,',
  '\\;',
  '\\:',
  '\\!',
  '\\ ',
  '\\quad',
  '\\qquad',
  '~',
])
