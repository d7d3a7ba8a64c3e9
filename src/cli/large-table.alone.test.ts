/** A table that is larger than what training on it takes: what `npm run large` does for gigabytes. */
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtExecutable } from '../../test/support/built.ts'
import { startNode } from '../../test/support/cli-process.ts'
import { writeLargeTable } from '../../test/support/large-table.ts'
import { testFolder } from '../../test/support/stream-table.ts'

const reportPeak = fileURLToPath(new URL('../../test/support/report-peak.js', import.meta.url))

let folder: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  folder = await testFolder()
})
afterAll(() => folder.remove())

test('60 MB of rows take no more memory than windows of them', async () => {
  const small = await peakOf('small.csv', 1e6)
  const large = await peakOf('large.csv', 60e6)
  // Held in memory, 375,000 rows of 24 inputs are 72 MB in f64, as much in two parts, 36 MB in f32, all
  // at once. Streaming takes a window of 32 MiB and the blocks of the next, whatever the file; the rest
  // is room for what the collector has not collected.
  const grownMiB = large - small
  expect(grownMiB, `${small} MiB, then ${large} MiB`).toBeLessThan(130)
})

async function peakOf(name: string, bytes: number): Promise<number> {
  const path = folder.at(name)
  await writeLargeTable(path, bytes)
  expect((await stat(path)).size).toBeGreaterThan(bytes)
  const options = ['--target', 'y', '--stream', '--epochs', '1', '--threads', '1']
  const argv = [await builtExecutable(), 'train', path, ...options]
  const process = startNode(['--import', reportPeak, ...argv])
  expect(await process.ended, process.written.err).toBe(0)
  expect(process.written.out).toMatch(/^held-out R² 0\.9/)
  const [, peak] = /peak memory (\d+) MiB\n$/.exec(process.written.err) ?? []
  return Number(peak)
}
