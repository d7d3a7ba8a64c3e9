/** Writes a diagram for a terminal. */
import type { Diagram } from './diagram.ts'
import { lineText, type TextKind } from './terminal-line.ts'
import { textBoxes } from './text-boxes.ts'
import { textList } from './text-list.ts'

export interface DrawingTextOptions {
  /** Columns of the terminal. Default 80. */
  readonly width?: number
  /** Nothing but ASCII: `|`, `+`, `->`. Default false. */
  readonly ascii?: boolean
  /**
   * `boxes` is a picture of boxes and lines, values flowing down; `list` has a line for each node,
   * and room for numbers. By default boxes where they fit, else the list.
   */
  readonly form?: 'boxes' | 'list'
  /** Paints a text, for example with colours of the terminal. Default: as it is. */
  readonly style?: (text: string, kind: TextKind) => string
}

/** The diagram as text; no line is wider than `width`. */
export function toText(diagram: Diagram, shapes: boolean, options: DrawingTextOptions): string {
  const { ascii = false, form, style = (text: string) => text } = options
  const width = Math.max(20, Math.floor(options.width ?? 80))
  const boxes = form === 'list' ? undefined : textBoxes(diagram, shapes, ascii)
  const fits = boxes !== undefined && (form === 'boxes' || boxes.width <= width)
  const lines = fits ? boxes.lines : textList(diagram, shapes)
  const notes = diagram.notes.map((text) => [{ text, kind: 'note' as const }])
  const look = { width, ascii, style }
  return [...lines, ...notes].map((line) => `${lineText(line, look)}\n`).join('')
}
