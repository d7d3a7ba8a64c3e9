/** Inflating what somebody may have deflated to do harm: piece by piece, so that it can be stopped. */
import { Gunzip, Inflate } from 'fflate'
import { SluiceError } from '../errors.ts'
import { damaged } from './damaged.ts'

/** Deflate makes at most 1,032 bytes of one. */
const greatestRatio = 1032

/** Whether deflated bytes can become so many at all. */
export function canBecome(deflatedBytes: number, sizeBytes: number): boolean {
  return sizeBytes <= (deflatedBytes + 64) * greatestRatio
}

/** How many deflated bytes are taken at once: they become some 4 MB at most. */
const pieceBytes = 4096

/**
 * Inflates bytes and hands on what comes out, piece by piece; `take` may throw to stop it.
 *
 * Throws: FILE for bytes that cannot be inflated, and what `take` throws.
 */
export function inflatePieces(
  bytes: Uint8Array,
  form: 'deflate' | 'gzip',
  reading: {
    readonly name: string
    readonly where?: string
    readonly take: (piece: Uint8Array) => void
  },
): void {
  const { name, where, take } = reading
  try {
    const inflater = form === 'gzip' ? new Gunzip(take) : new Inflate(take)
    for (let at = 0; at < bytes.length || at === 0; at += pieceBytes) {
      const piece = bytes.slice(at, at + pieceBytes)
      inflater.push(piece, at + pieceBytes >= bytes.length)
    }
  } catch (error) {
    if (error instanceof SluiceError) throw error
    throw damaged(`${name} cannot be inflated`, {
      ...(where !== undefined && { where }),
      expected: `whole ${form === 'gzip' ? 'gzip' : 'deflated'} data`,
      got: error instanceof Error ? error.message : 'other bytes',
    })
  }
}
