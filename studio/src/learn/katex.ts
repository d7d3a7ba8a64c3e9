/** KaTeX with its fonts: a chunk of its own. */
import katex from 'katex'
import 'katex/dist/katex.min.css'

/** Throws nothing: what KaTeX cannot set stays as red text. */
export function render(latex: string, place: HTMLElement): void {
  katex.render(latex, place, { throwOnError: false, displayMode: true, output: 'htmlAndMathml' })
}
