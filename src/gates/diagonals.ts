/** What diagonal and diagEmbed share: which diagonal of which two axes. */
import { SluiceError } from '../errors.ts'
import { normalizeAxis } from '../ir/shape.ts'
import { wholeDiagonal } from './triangle.ts'

export interface DiagonalOptions {
  /** 0 is the main diagonal, 1 the one above it, −1 the one below. Default 0. */
  readonly offset?: number
  readonly axis1?: number
  readonly axis2?: number
}

export interface DiagonalAttributes {
  readonly [name: string]: number
  readonly offset: number
  /** Counted from the front. */
  readonly axis1: number
  readonly axis2: number
}

/** Throws ATTRIBUTE for axes that are not there or are one, and an offset that is not whole. */
export function diagonalAttributes(
  gate: string,
  rank: number,
  options: DiagonalOptions,
): DiagonalAttributes {
  const axis1 = normalizeAxis(options.axis1 ?? 0, rank, gate)
  const axis2 = normalizeAxis(options.axis2 ?? 1, rank, gate)
  if (axis1 !== axis2) return { offset: wholeDiagonal(options.offset ?? 0, gate), axis1, axis2 }
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `${gate}: axis ${axis1} is named twice`,
    expected: 'two different axes',
    got: `axis1 ${options.axis1} and axis2 ${options.axis2} of ${rank}`,
    fix: 'name the two axes that the diagonal runs through',
  })
}
