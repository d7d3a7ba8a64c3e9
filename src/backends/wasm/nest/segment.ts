/** How the turns of one loop are grouped: vectors several at a time, one at a time, then the rest. */
import type { Lanes } from './body-writer.ts'

export interface Segment {
  readonly lanes: Lanes
  /** How many vectors, or elements, one turn takes. */
  readonly copies: number
  /** How many turns; undefined: as many as there is room for. */
  readonly count: number | undefined
}

export interface Grouping {
  readonly lanes: Lanes
  readonly copies: number
}

/** Of a loop of `extent` elements. */
export function segmentsOf(extent: number, { lanes, copies }: Grouping): readonly Segment[] {
  const step = lanes * copies
  const count = Math.floor(extent / step)
  const vectors = Math.floor((extent % step) / lanes)
  const rest = extent % lanes
  const segments: Segment[] = []
  if (count > 0) segments.push({ lanes, copies, count })
  if (vectors > 0) segments.push({ lanes, copies: vectors, count: 1 })
  if (rest > 0) segments.push({ lanes: 1, copies: 1, count: rest })
  return segments
}

/** Of a loop whose ends are known only when it runs. */
export function openSegments({ lanes, copies }: Grouping): readonly Segment[] {
  const segments: Segment[] = [{ lanes, copies, count: undefined }]
  if (copies > 1) segments.push({ lanes, copies: 1, count: undefined })
  if (lanes > 1) segments.push({ lanes: 1, copies: 1, count: undefined })
  return segments
}
