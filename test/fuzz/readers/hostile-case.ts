/** A file that somebody made to do harm. */
import { zipArchive } from '../../support/zip-archive.ts'

export interface HostileCase {
  readonly title: string
  /** The target that reads it. */
  readonly target: string
  readonly make: () => Uint8Array
  /** Whether it is strange or large, but whole, and so has to be read. */
  readonly isWhole?: boolean
  /** Whether it takes a second, and is much like another one: for the long run alone. */
  readonly isLong?: boolean
}

export const megabyte: number = 2 ** 20

export function text(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

/** 64 MB of zeros, deflated, that say they are of another size. */
export function bomb(path: string, sizeBytes: number): Uint8Array {
  return zipArchive([{ path, bytes: new Uint8Array(64 * megabyte), isDeflated: true, sizeBytes }])
}
