/** Frames around what is open, and where their titles find room. */
import { lineRow, placeBlock, type Row, sizeOfBlock } from './block.ts'
import { around, overlaps } from './box.ts'
import type { DiagramFrame } from './diagram.ts'
import type { Places } from './layout.ts'
import type { Box, SceneFrame, SceneLabel, SceneNode } from './scene.ts'

/** Between a frame and what it holds, and above that for its title. */
const padding = 5
const step = 8

interface Around {
  readonly places: Places
  readonly nodes: readonly SceneNode[]
  readonly labels: readonly SceneLabel[]
}

export function placeFrames(
  frames: readonly DiagramFrame[],
  { places, nodes, labels }: Around,
): { readonly frames: readonly SceneFrame[]; readonly labels: readonly SceneLabel[] } {
  const boxes = new Map<string, Box>()
  const titles: SceneLabel[] = []
  const taken = [...nodes, ...labels].map(({ box }) => box)
  // From the innermost outwards, so that a frame goes around the titles inside it.
  for (const frame of [...frames].reverse()) {
    const inner = frames.flatMap(({ id, parent }) =>
      parent === frame.id ? (boxes.get(id) ?? []) : [],
    )
    const place = places.frames.get(frame.id)
    const rows = [lineRow({ text: frame.label, class: 'detail' })]
    const { box, title } = titled(around([...(place ? [place] : []), ...inner]), rows, taken)
    boxes.set(frame.id, box)
    taken.push(title.box)
    titles.push({ owner: frame.id, of: 'frame', ...title })
  }
  const placed = frames.flatMap(({ id }): SceneFrame[] => {
    const box = boxes.get(id)
    return box ? [{ id, box }] : []
  })
  return { frames: placed, labels: [...labels, ...titles.reverse()] }
}

type Title = Pick<SceneLabel, 'box' | 'texts' | 'brackets'>

/** A frame with its title along the upper border: the first place where nothing else stands. */
function titled(
  { x, y, width, height }: Box,
  rows: readonly Row[],
  taken: readonly Box[],
): { readonly box: Box; readonly title: Title } {
  const size = sizeOfBlock(rows)
  const box = {
    x: x - padding,
    y: y - padding,
    width: width + 2 * padding,
    height: height + 2 * padding,
  }
  const inside = Math.max(box.width, size.width + 2 * padding)
  for (let top = box.y + 2; ; top -= 4) {
    const last = box.x + inside - size.width - padding
    for (let left = box.x + padding; left <= last; left += step) {
      const title = placeBlock(rows, { x: left, y: top, anchor: 'start' })
      if (taken.some((other) => overlaps(title.box, other))) continue
      const upper = Math.min(box.y, top - 2)
      return { box: { ...box, y: upper, width: inside, height: box.height + box.y - upper }, title }
    }
  }
}
