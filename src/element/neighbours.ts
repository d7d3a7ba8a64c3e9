/** Where the arrow keys lead from a node or an edge. */
import type { Box, Point, Scene, SceneLine } from '../draw/scene.ts'

export type Arrow = 'ArrowRight' | 'ArrowLeft' | 'ArrowUp' | 'ArrowDown'

/** The joints of a scene, made once for many steps. */
export interface Joints {
  readonly boxes: ReadonlyMap<string, Box>
  readonly into: ReadonlyMap<string, readonly SceneLine[]>
  readonly outOf: ReadonlyMap<string, readonly SceneLine[]>
  readonly lines: ReadonlyMap<string, SceneLine>
}

export function jointsOf({ nodes, lines }: Scene): Joints {
  const values = lines.filter(({ kind }) => kind !== 'gradient')
  return {
    boxes: new Map(nodes.map(({ id, box }) => [id, box])),
    into: grouped(values, ({ to }) => to),
    outOf: grouped(values, ({ from }) => from),
    lines: new Map(values.map((line) => [line.id, line])),
  }
}

function grouped(
  lines: readonly SceneLine[],
  keyOf: (line: SceneLine) => string,
): ReadonlyMap<string, readonly SceneLine[]> {
  const groups = new Map<string, SceneLine[]>()
  for (const line of lines) {
    const group = groups.get(keyOf(line))
    if (group) group.push(line)
    else groups.set(keyOf(line), [line])
  }
  return groups
}

/**
 * Right: what takes the value, left: what makes it, up and down: what shares a maker or a taker with
 * it. Undefined where there is none.
 */
export function neighbourOf(id: string, arrow: Arrow, joints: Joints): string | undefined {
  const { boxes, into, outOf, lines } = joints
  const line = lines.get(id)
  if (line) return arrow === 'ArrowRight' || arrow === 'ArrowDown' ? line.to : line.from
  const own = boxes.get(id)
  if (!own) return undefined
  if (arrow === 'ArrowRight')
    return nearest(
      own,
      (outOf.get(id) ?? []).map(({ to }) => to),
      boxes,
    )
  if (arrow === 'ArrowLeft')
    return nearest(
      own,
      (into.get(id) ?? []).map(({ from }) => from),
      boxes,
    )
  const sign = arrow === 'ArrowDown' ? 1 : -1
  const isBeyond = (other: string) => {
    const box = boxes.get(other)
    return box !== undefined && sign * stepBetween(own, box) > 0
  }
  return nearest(own, siblingsOf(id, joints).filter(isBeyond), boxes)
}

function siblingsOf(id: string, { into, outOf }: Joints): readonly string[] {
  const takers = (outOf.get(id) ?? []).flatMap(({ to }) => into.get(to) ?? [])
  const makers = (into.get(id) ?? []).flatMap(({ from }) => outOf.get(from) ?? [])
  const all = new Set([...takers.map(({ from }) => from), ...makers.map(({ to }) => to)])
  return [...all].filter((other) => other !== id)
}

/** Down is more: along y, or along x where they stand rather beside each other. */
function stepBetween(from: Box, to: Box): number {
  const [one, other] = [middleOf(from), middleOf(to)]
  const [dx, dy] = [other.x - one.x, other.y - one.y]
  return Math.abs(dy) >= 1 ? dy : dx
}

function nearest(
  own: Box,
  ids: readonly string[],
  boxes: ReadonlyMap<string, Box>,
): string | undefined {
  const from = middleOf(own)
  const distance = (id: string) => {
    const box = boxes.get(id)
    if (!box) return Number.POSITIVE_INFINITY
    const to = middleOf(box)
    return Math.hypot(to.x - from.x, to.y - from.y)
  }
  return [...ids].sort((one, other) => distance(one) - distance(other))[0]
}

function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 }
}
