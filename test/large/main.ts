/**
 * `npm run large -- --gigabytes 2.2 --workers 1`: makes a table that is larger than what a process may
 * hold, trains on it by the command line, and reports what that took. The file is removed.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { builtExecutable } from '../support/built.ts'
import { startNode } from '../support/cli-process.ts'
import { writeLargeTable } from '../support/large-table.ts'

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '2.2' },
    workers: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '1' },
    folder: { type: 'string', default: tmpdir() },
  },
})

const folder = await mkdtemp(join(values.folder, 'sluice-large-'))
try {
  const path = join(folder, 'large.csv')
  const rows = await timed('written', () => writeLargeTable(path, Number(values.gigabytes) * 1e9))
  const { size } = await stat(path)
  console.log(`${rows} rows, ${size} bytes`)
  const executable = await builtExecutable()
  const reportPeak = fileURLToPath(new URL('../support/report-peak.js', import.meta.url))
  const { epochs, workers } = values
  const argv = ['train', path, '--target', 'y', '--epochs', epochs, '--workers', workers]
  const code = await timed('trained', async () => {
    const child = startNode(['--import', reportPeak, executable, ...argv])
    const ended = await child.ended
    console.log(`${child.written.err}${child.written.out}`)
    return ended
  })
  process.exitCode = code ?? 1
} finally {
  await rm(folder, { recursive: true })
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  console.log(`${what} in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return result
}
