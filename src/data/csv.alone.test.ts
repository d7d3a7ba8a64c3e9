/** A large table is read row by row: what is alive meanwhile is hardly more than its numbers. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { fillRandomBits, foldIn, keyFromSeed, uniform32 } from '../ir/threefry.ts'
import { readCsv } from './read-csv.ts'

const rows = 50_000
const columns = 30

test('50,000 rows of 30 columns are read without a second copy, and tell how far they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-large-'))
  try {
    const path = join(folder, 'large.csv')
    await writeTable(path)
    const { size } = await stat(path)
    expect(size).toBeGreaterThan(12e6)
    await readCsv(new URL('../../data/iris.csv', import.meta.url)) // the parser is loaded
    const start = alive()
    const first = performance.now()
    const peak = { buffers: 0, heap: 0 }
    const progress: { readonly bytesRead: number; readonly ms: number }[] = []
    const dataset = await readCsv(path, {
      onProgress: ({ bytesRead }) => {
        progress.push({ bytesRead, ms: performance.now() - first })
        const now = alive()
        peak.buffers = Math.max(peak.buffers, now.buffers - start.buffers)
        peak.heap = Math.max(peak.heap, now.heap - start.heap)
      },
    })
    expect(dataset.inputs.shape).toEqual([rows, columns])
    expect(progress[0]?.ms).toBeLessThan(1000)
    expect(progress.at(-1)?.bytesRead).toBe(size)
    // The numbers in f64, targets included, are 12.4 MB; a second copy would double that.
    const numbers = rows * (columns + 1) * 8
    expect(peak.buffers).toBeLessThan(numbers * 1.25)
    // The text alone is 14 MB, and as cells some 60 MB; a part of the file with its rows is 1 MB.
    expect(peak.heap).toBeLessThan(8e6)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Bytes that are still reachable. */
function alive(): { readonly buffers: number; readonly heap: number } {
  globalThis.gc?.() // the full tests run with --expose-gc
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return { buffers: arrayBuffers, heap: heapUsed }
}

async function writeTable(path: string): Promise<void> {
  const file = createWriteStream(path)
  const names = Array.from({ length: columns }, (_, column) => `feature ${column}`)
  file.write(`${names.join(',')},class\n`)
  const bits = new Uint32Array(columns + 1)
  for (let row = 0; row < rows; row++) {
    fillRandomBits(foldIn(keyFromSeed(1), row), bits)
    const [first = 0, ...others] = bits
    const cells = others.map((word) => (uniform32(word) * 10 - 5).toFixed(6))
    file.write(`${cells.join(',')},${first % 2 ? 'yes' : 'no'}\n`)
  }
  file.end()
  await finished(file)
}
