/** Numbers of gates as colours and texts on the nodes that stand for them. */
import type { DiagramNode } from 'sluice/draw'
import type { OverlayEntry } from 'sluice/element'
import type { FoldedPicture, Measure } from '../engine/explore-protocol.ts'
import { shortNumber } from '../learn/numbers.ts'
import { type GraphIndex, gatesOf } from './graph-index.ts'

export const measureTitles: Readonly<Record<Measure, string>> = {
  parameters: 'Parameters',
  flops: 'FLOPs, forward',
  time: 'Time per step, compiled',
  gradient: 'Gradient norm',
}

export interface Overlay {
  readonly entries: ReadonlyMap<string, OverlayEntry>
  /** The largest of what is seen. */
  readonly most: string
  /** Whether equal steps of colour are equal factors: where numbers are of many sizes. */
  readonly isLogarithmic: boolean
}

/** From so many times the median on, most nodes would be of one colour. */
const manySizes = 20

/** Groups have the sum of their gates; of gradients the largest, since norms do not add up. */
export function overlayOf(
  index: GraphIndex,
  picture: FoldedPicture,
  { of, numbers }: { readonly of: Measure; readonly numbers: Float64Array },
): Overlay {
  const known = picture.diagram.nodes.flatMap((node): (readonly [string, number])[] => {
    const number = isMeasured(node)
      ? together(of, gatesOf(index, node.id, picture.rests), numbers)
      : Number.NaN
    return Number.isNaN(number) ? [] : [[node.id, number]]
  })
  const finite = known.map(([, number]) => number).filter(Number.isFinite)
  const most = Math.max(0, ...finite)
  const positive = finite.filter((number) => number > 0).sort((a, b) => a - b)
  const [least = 1, median = 1] = [positive[0], positive[positive.length >> 1]]
  const isLogarithmic = most > manySizes * median
  const shareOf = (number: number) => {
    if (!Number.isFinite(number)) return 1
    if (!isLogarithmic) return most > 0 ? number / most : 0
    return number <= 0 ? 0 : Math.log1p(number / least) / Math.log1p(most / least)
  }
  return {
    entries: new Map(
      known.map(([id, number]) => [id, { share: shareOf(number), text: measureText(of, number) }]),
    ),
    ...{ most: measureText(of, most), isLogarithmic },
  }
}

function isMeasured({ kind }: DiagramNode): boolean {
  return kind === 'operation' || kind === 'group'
}

/** NaN where none of the gates has a number. */
export function together(of: Measure, gates: readonly number[], numbers: Float64Array): number {
  const own = gates.flatMap((at) => {
    const number = numbers[at] ?? Number.NaN
    return Number.isNaN(number) ? [] : [number]
  })
  if (own.length === 0) return Number.NaN
  return of === 'gradient' ? Math.max(...own) : own.reduce((sum, number) => sum + number, 0)
}

/** `24.3 k`, `0.13 ms`: with the unit of its measure. */
export function measureText(of: Measure, number: number): string {
  if (of === 'gradient') return shortNumber(number)
  if (of === 'time') {
    return number < 0.1 ? `${shortNumber(number * 1000)} µs` : `${shortNumber(number)} ms`
  }
  return countText(number)
}

/** `1 gate`, `5,071 gates`. */
export function gatesText(count: number): string {
  return count === 1 ? '1 gate' : `${count.toLocaleString('en')} gates`
}

/** `850`, `24.3 k`, `1.2 M`. */
export function countText(count: number): string {
  const steps = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const
  const step = steps.find(([size]) => count >= size)
  if (!step) return String(Math.round(count))
  const [size, sign] = step
  return `${shortNumber(count / (sign === 'k' ? 1e3 : size))} ${sign}`
}
