/** The forms that a model leaves the studio in. */
import type { PictureForm } from '../engine/share-protocol.ts'

export type FormName = PictureForm | 'latex' | 'png'

export interface Form {
  readonly name: FormName
  readonly title: string
  /** What it is good for, in a sentence. */
  readonly about: string
  /** How its files end. */
  readonly ending: string
  readonly mediaType: string
  /** Whether what is written follows from the step, and from whether numbers stand in it. */
  readonly isPicture: boolean
  readonly hasTheme: boolean
  /** Whether its colours can follow what each reader prefers; else they are those of one theme. */
  readonly isAdaptive?: true
}

const picture = { isPicture: true, hasTheme: true } as const

export const forms: readonly Form[] = [
  {
    ...{ name: 'svg', title: 'SVG', ending: '.svg', mediaType: 'image/svg+xml', ...picture },
    isAdaptive: true,
    about: 'A drawing that stays sharp at any size, for pages and documents.',
  },
  {
    ...{ name: 'png', title: 'PNG', ending: '.png', mediaType: 'image/png', ...picture },
    about: 'An image of pixels, for slides and messages.',
  },
  {
    ...{ name: 'html', title: 'HTML', ending: '.html', mediaType: 'text/html', ...picture },
    isAdaptive: true,
    about: 'One page that needs nothing else, to be stepped through without a network.',
  },
  {
    ...{ name: 'latex', title: 'LaTeX', ending: '-equations.tex', mediaType: 'application/x-tex' },
    ...{ isPicture: false, hasTheme: false },
    about: 'The equations, forward and backward, in align environments.',
  },
  {
    ...{ name: 'tikz', title: 'TikZ', ending: '.tex', mediaType: 'application/x-tex', ...picture },
    about: 'The drawing as a LaTeX document, with formulas set by TeX.',
  },
  {
    ...{ name: 'dot', title: 'DOT', ending: '.dot', mediaType: 'text/vnd.graphviz', ...picture },
    about: 'The graph for Graphviz, which places it anew.',
  },
  {
    ...{ name: 'mermaid', title: 'Mermaid', ending: '.mmd', mediaType: 'text/plain', ...picture },
    isAdaptive: true,
    about: 'The graph for Markdown pages that draw it.',
  },
  {
    ...{ name: 'json', title: 'JSON', ending: '.json', mediaType: 'application/json' },
    ...{ isPicture: true, hasTheme: false },
    about: 'What is drawn and where it stands, as data that readDrawing reads.',
  },
]

/** The name of a file after its model and step: `network-b4.svg`. */
export function fileName(
  { ending, isPicture }: Form,
  model: string,
  step: string | undefined,
): string {
  const parts = [model, ...(isPicture && step !== undefined ? [step] : [])]
  const stem = parts.map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, '-')).join('-')
  return `${stem.replace(/^-+|-+$/g, '') || 'model'}${ending}`
}
