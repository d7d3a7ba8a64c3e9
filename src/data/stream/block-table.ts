/** Where the parts of a file are that are read at once, and what was found in them the first time. */
import { SluiceError } from '../../errors.ts'

/** A part of a file: some rows that stand next to each other. */
export interface BlockPlace {
  /** The first byte, of a text; the first row, of a file of rows that are all alike. */
  readonly start: number
  /** How many bytes, or rows. */
  readonly size: number
  /** The line that it begins with, of a text; else the row, counted from 1. */
  readonly line: number
}

/** The blocks of a file in plain arrays, so that they can be sent to other threads: 44 bytes each. */
export interface BlockTable {
  readonly starts: Float64Array
  readonly sizes: Float64Array
  readonly lines: Float64Array
  /** The number of the first example of each. */
  readonly firsts: Float64Array
  /** How many of its examples are learned from, and how many held out. */
  readonly train: Uint32Array
  readonly heldOut: Uint32Array
  /** By what a change of the file is noticed. */
  readonly marks: Uint32Array
}

/** Throws DATA unless a block has the mark that it had at first. */
export function checkMark(name: string, { mark, line }: BlockFacts, found: number): void {
  if (found === mark) return
  throw new SluiceError({
    code: 'DATA',
    what: `${name}: the file has changed since it was first read`,
    where: `in the part that begins on line ${line}`,
    expected: 'the same bytes as before',
    got: 'others',
    fix: 'leave the file alone while it is used, and begin again',
  })
}

export type Part = 'train' | 'heldOut'

/** What a block is found to hold. */
export interface BlockFacts extends BlockPlace {
  readonly first: number
  readonly train: number
  readonly heldOut: number
  readonly mark: number
}

export function blockTable(blocks: readonly BlockFacts[]): BlockTable {
  return {
    starts: Float64Array.from(blocks, ({ start }) => start),
    sizes: Float64Array.from(blocks, ({ size }) => size),
    lines: Float64Array.from(blocks, ({ line }) => line),
    firsts: Float64Array.from(blocks, ({ first }) => first),
    train: Uint32Array.from(blocks, ({ train }) => train),
    heldOut: Uint32Array.from(blocks, ({ heldOut }) => heldOut),
    marks: Uint32Array.from(blocks, ({ mark }) => mark),
  }
}

/** The block with that number, which is one of the table's. */
export function blockAt(table: BlockTable, index: number): BlockFacts {
  const at = (numbers: Float64Array | Uint32Array) => numbers[index] ?? 0
  return {
    start: at(table.starts),
    size: at(table.sizes),
    line: at(table.lines),
    first: at(table.firsts),
    train: at(table.train),
    heldOut: at(table.heldOut),
    mark: at(table.marks),
  }
}

/**
 * 32 bits that tell bytes from others, which nobody chose to be alike: the rounds of MurmurHash3
 * (A. Appleby, public domain) over their words, then their last bytes. `mark` is that of the bytes
 * before.
 */
export function markOf(bytes: Uint8Array, mark = 0): number {
  let hash = mark | 0
  const isAligned = bytes.byteOffset % 4 === 0
  const count = isAligned ? bytes.length >> 2 : 0
  const words = new Int32Array(bytes.buffer, isAligned ? bytes.byteOffset : 0, count)
  for (let at = 0; at < count; at++) hash = mixed(hash, words[at] ?? 0)
  for (let at = 4 * count; at < bytes.length; at++) hash = mixed(hash, bytes[at] ?? 0)
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function mixed(hash: number, word: number): number {
  const turned = Math.imul(word, 0xcc9e2d51)
  const next = hash ^ Math.imul((turned << 15) | (turned >>> 17), 0x1b873593)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}
