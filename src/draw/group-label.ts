/** What a group is called. */
import type { Piece } from './fold.ts'

/** `linear 0` of a closed layer; `linear, relu` of equal blocks in a row. */
export function labelOfGroup({ container, repeat }: Piece): string {
  if (!repeat) return container?.label ?? ''
  const labels = repeat.unit.map((piece) => {
    const label = labelOfPiece(piece)
    // The path is that of the first block alone.
    return piece.container ? label.replace(/ [^ ]*$/, '') : label
  })
  return shortList(labels)
}

/** `linear 0, relu` of one block of several. */
export function labelOfUnit(pieces: readonly Piece[]): string {
  return shortList(pieces.map(labelOfPiece))
}

function labelOfPiece({ container, operations }: Piece): string {
  return container?.label ?? operations[0]?.label ?? ''
}

function shortList(labels: readonly string[]): string {
  return labels.length > 4 ? `${labels.slice(0, 3).join(', ')}, …` : labels.join(', ')
}
