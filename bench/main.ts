/**
 * Runs the rows of the benchmark and prints their tables.
 *
 *   npm --prefix bench start                       all rows
 *   npm --prefix bench start -- --only W1,K1       some of them
 *   npm --silent --prefix bench start -- --json    plain data instead of tables
 *   npm --prefix bench start -- --quick            one run each: does it work? The numbers are worth nothing
 */
import { readFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { torchVersion } from './python.ts'
import { resultText } from './report.ts'
import { type Row, type RowResult, verdictOf } from './row.ts'
import { rows } from './rows/index.ts'

try {
  await main()
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  })
  const start = performance.now()
  const machine = { ...describeMachine(), peers: await peerVersions() }
  const results: { readonly row: Row; readonly result: RowResult }[] = []
  for (const row of chosen(options.only)) {
    const report = (line: string) => console.error(`${row.id}  ${line}`)
    results.push({ row, result: await row.run({ isQuick: options.quick, report }) })
  }
  console.error(`took ${Math.round((performance.now() - start) / 1000)} s`)
  if (options.json) {
    const plain = results.map(({ row: { id, title }, result }) => ({
      id,
      title,
      measurements: result.measurements,
      targets: result.targets.map((target) => ({ ...target, verdict: verdictOf(target) })),
    }))
    console.log(JSON.stringify({ machine, quick: options.quick, rows: plain }, undefined, 2))
    return
  }
  console.log(
    Object.entries(machine)
      .map(([name, fact]) => `- ${name}: ${fact}`)
      .join('\n'),
  )
  for (const { row, result } of results) console.log(`\n${resultText(row, result)}`)
}

function chosen(only: string | undefined): readonly Row[] {
  if (only === undefined) return rows
  return only.split(',').map((name) => {
    const found = rows.find(({ id }) => id.toLowerCase() === name.trim().toLowerCase())
    if (found) return found
    throw new Error(`there is no row ${name}; there are ${rows.map(({ id }) => id).join(', ')}`)
  })
}

function describeMachine(): Readonly<Record<string, string | number>> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    // Above 0.5 or so, others are at work here and the numbers are worth less.
    loadAtStart: Number((loadavg()[0] ?? 0).toFixed(2)),
  }
}

/** Those that are installed. */
async function peerVersions(): Promise<string> {
  // Seen from bench/dist.
  const read = async (path: string) =>
    JSON.parse(await readFile(new URL(`../${path}package.json`, import.meta.url), 'utf8'))
  const { optionalDependencies } = await read('')
  const versions = Object.keys(optionalDependencies).map(async (name) => {
    try {
      return `${name} ${(await read(`node_modules/${name}/`)).version}`
    } catch {
      return `${name} not installed`
    }
  })
  const torch = await torchVersion()
  return [...(await Promise.all(versions)), ...(torch ? [`PyTorch ${torch}`] : [])].join(', ')
}
