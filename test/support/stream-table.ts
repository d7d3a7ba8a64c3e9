/** Tables that are read as streams, small ones: many blocks of few rows. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '../../src/data/index.ts'

/** A folder for the files of a test, and what removes it. */
export async function testFolder(): Promise<{
  readonly at: (name: string) => string
  readonly write: (name: string, contents: string | Uint8Array) => Promise<string>
  readonly remove: () => Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-stream-'))
  const at = (name: string) => join(folder, name)
  return {
    at,
    async write(name, contents) {
      await writeFile(at(name), contents)
      return at(name)
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** Two numbers, a color, and a class that follows from them. */
export function smallTable(rows: number): string {
  const colors = ['red', 'green', 'blue']
  const lines = Array.from({ length: rows }, (_, row) => {
    const a = ((row * 37) % 101) / 10 - 5
    const b = ((row * 53) % 97) * 100
    const color = colors[(row * 7) % 3]
    return `${a},${b},${color},${a + b / 2000 > 0 ? 'high' : 'low'}\n`
  })
  return `a,b,color,kind\n${lines.join('')}`
}

/** The numbers of batches, one example after another: inputs, then target. */
export async function rowsOf(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
): Promise<readonly string[]> {
  const rows: string[] = []
  for await (const { inputs, targets } of batches) {
    const count = inputs.shape[0] ?? 0
    const width = inputs.data.length / count
    for (let row = 0; row < count; row++) {
      const numbers = inputs.data.subarray(row * width, (row + 1) * width)
      rows.push(`${numbers.join()} → ${targets.data[row]}`)
    }
  }
  return rows
}
