/** What must hold of accesses: they fit the loops around them and stay in their buffers. */
import type { Access, Buffer } from './routine.ts'

/** The loops around an access: their extents, and the counts of the repeats. */
export interface Loops {
  readonly extents: readonly number[]
  readonly turns: readonly number[]
}

/** What is wrong with an access, moved by an index where there is one. */
export function faultOfAccess(
  { buffer, offset, strides, turns }: Access,
  loops: Loops,
  buffers: readonly Buffer[],
  moved: { readonly stride: number; readonly length: number } = { stride: 0, length: 1 },
): string | undefined {
  const target = buffers[buffer]
  if (!target) return `there is no buffer ${buffer}`
  const { name, length } = target
  if (strides.length !== loops.extents.length) {
    return `${name} has ${strides.length} strides for ${loops.extents.length} axes`
  }
  if (turns.length !== loops.turns.length) {
    return `${name} has ${turns.length} turns in ${loops.turns.length} repeats`
  }
  const steps = [...strides, ...turns, moved.stride]
  const extents = [...loops.extents, ...loops.turns, moved.length]
  if (![offset, ...steps].every(Number.isInteger)) return `${name} is accessed between elements`
  if (extents.includes(0)) return undefined
  let low = offset
  let high = offset
  steps.forEach((step, axis) => {
    const reach = step * ((extents[axis] ?? 1) - 1)
    if (reach < 0) low += reach
    else high += reach
  })
  if (low >= 0 && high < length) return undefined
  return `reaches ${name}[${low < 0 ? low : high}], which has ${length} elements`
}

/** What is wrong with storing into a buffer that more than one point may see. */
export function faultOfSharing(
  at: number,
  { buffers, phase }: { readonly buffers: readonly Buffer[]; readonly phase: string },
): string | undefined {
  const { role, name } = buffers[at] as Buffer // its access has been checked
  if (phase === 'checks') return 'checks store nothing'
  if (role.kind === 'input') return `${name} is an input`
  if (role.kind === 'constant') return `${name} is a constant`
  return role.kind === 'state' && phase !== 'commits'
    ? `only commits store into ${name}`
    : undefined
}

/**
 * Two axes along which a store meets one element twice, as far as one or two of them tell: i and i'
 * on one axis, j and j' on the other, where (i − i') · stride = (j' − j) · other stride.
 */
export function hasTwice(strides: readonly number[], extents: readonly number[]): boolean {
  if (extents.includes(0)) return false
  const axes = strides.flatMap((stride, axis) => {
    const extent = extents[axis] ?? 1
    return extent > 1 ? [{ stride: Math.abs(stride), extent }] : []
  })
  return axes.some(
    (a, at) =>
      a.stride === 0 ||
      axes.slice(at + 1).some((b) => {
        const divisor = greatestDivisor(a.stride, b.stride)
        return b.stride / divisor < a.extent && a.stride / divisor < b.extent
      }),
  )
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
