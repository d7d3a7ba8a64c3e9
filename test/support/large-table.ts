/** A table of any size, made by a seed: 18 columns of numbers, one of texts, and a number to predict. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

const numbers = 18
const cities = ['Basel', 'Bern', 'Chur', 'Genf', 'Zürich']
/** Cells are drawn from so many of each column, so that writing takes less time than reading. */
const choices = 4096
const rowsAtOnce = 2000

/** Writes rows until there are so many bytes; gives how many rows. The last column, y, is to be predicted. */
export async function writeLargeTable(path: string, bytes: number, seed = 1): Promise<number> {
  const draw = words(seed)
  const cells = drawCells(draw)
  const file = createWriteStream(path)
  const names = Array.from({ length: numbers }, (_, column) => `c${column}`)
  file.write(`${names.join(',')},city,y\n`)
  let rows = 0
  for (let written = 0; written < bytes; rows += rowsAtOnce) {
    let text = ''
    for (let row = 0; row < rowsAtOnce; row++) text += rowOf(cells, draw)
    const part = Buffer.from(text)
    written += part.length
    if (!file.write(part)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
  return rows
}

/** 32 bits at each call. Source: G. Marsaglia, "Xorshift RNGs", 2003. */
function words(seed: number): () => number {
  let word = seed | 0
  return () => {
    word ^= word << 13
    word ^= word >>> 17
    word ^= word << 5
    return word >>> 0
  }
}

interface Cell {
  readonly text: string
  /** What it adds to y. */
  readonly share: number
}

/** From −1 to 1. */
function sizeOf(word: number): number {
  return word / 2 ** 31 - 1
}

/** Columns of different scales, 1 to 1000. */
function drawCells(draw: () => number): readonly (readonly Cell[])[] {
  return Array.from({ length: numbers }, (_, column) =>
    Array.from({ length: choices }, () => {
      const size = sizeOf(draw())
      return { text: (size * 10 ** (column % 4)).toFixed(4), share: column < 6 ? size : 0 }
    }),
  )
}

function rowOf(cells: readonly (readonly Cell[])[], draw: () => number): string {
  let text = ''
  let y = 0
  for (const column of cells) {
    const cell = column[draw() % choices]
    text += `${cell?.text},`
    y += cell?.share ?? 0
  }
  const city = draw() % cities.length
  return `${text}${cities[city]},${(y + city + sizeOf(draw()) / 10).toFixed(5)}\n`
}
