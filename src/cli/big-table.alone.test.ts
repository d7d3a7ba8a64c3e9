/** A table of 50,000 rows and 30 columns: progress from the first second, and in memory once. */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtExecutable } from '../../test/support/built.ts'
import { type CliProcess, startNode } from '../../test/support/cli-process.ts'

const reportPeak = fileURLToPath(new URL('../../test/support/report-peak.js', import.meta.url))

let folder = ''
let main = ''
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-big-'))
  main = await builtExecutable()
  await writeTable(at('small.csv'), 200)
  await writeTable(at('big.csv'), 50_000)
})
afterAll(() => rm(folder, { recursive: true }))

test('progress is there from the first second, and the table is in memory once', async () => {
  const version = startNode([main, '--version'])
  const before = performance.now()
  await version.ended
  const startMs = performance.now() - before
  const small = await trained('small.csv')
  const big = await trained('big.csv')
  expect([small.code, big.code], big.process.written.err).toEqual([0, 0])
  expect(big.process.written.out).toMatch(/^held-out accuracy (9\d|100)\.\d % \(\d+ of 10000\)/)

  // A second on a machine of its own; twice that leaves room for others, and where they are so many
  // that `--version` alone takes longer, twice what that takes.
  expect(big.firstProgressMs).toBeLessThan(Math.max(2000, 2 * startMs))
  const { size } = await stat(at('big.csv'))
  expect(size).toBeGreaterThan(10e6)

  // Of 30 columns, 29 are inputs: 11.6 MB in f64 as they are read, as much again in the two parts
  // that they are split into, and 5.8 MB in f32. Text of 13 MB in strings, cells included, would
  // take a multiple of all that. The rest is room for what the collector has not collected.
  const grownMiB = big.peakMiB - small.peakMiB
  expect(grownMiB, `${small.peakMiB} MiB, then ${big.peakMiB} MiB`).toBeLessThan(100)
})

interface Trained {
  readonly code: number | null
  readonly process: CliProcess
  readonly firstProgressMs: number
  readonly peakMiB: number
}

async function trained(name: string): Promise<Trained> {
  const argv = ['train', at(name), '--target', 'kind', '--epochs', '2', '--threads', '1']
  const process = startNode(['--import', reportPeak, main, ...argv])
  const firstProgressMs = await process.saw('reading ')
  const code = await process.ended
  const [, peak] = /peak memory (\d+) MiB/.exec(process.written.err) ?? []
  return { code, process, firstProgressMs, peakMiB: Number(peak) }
}

/** 29 columns of numbers around the class of each row, and the class. */
async function writeTable(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path)
  const names = Array.from({ length: 29 }, (_, index) => `c${index}`)
  file.write(`${names.join(',')},kind\n`)
  for (let row = 0; row < rows; row++) {
    const kind = row % 3
    const cells = names.map((_, k) =>
      (Math.sin(row * 31 + k * 17) + kind * ((k % 5) / 5)).toFixed(6),
    )
    const hasRoom = file.write(`${cells.join(',')},kind${kind}\n`)
    if (!hasRoom) await once(file, 'drain')
  }
  await new Promise<void>((resolve) => {
    file.end(() => resolve())
  })
}
