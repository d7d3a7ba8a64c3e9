/**
 * `npm run fuzz -- --minutes 10 --seed 1`: random training steps until the time is up. Each failure
 * is printed with its seed and path, shrunk; `--seed 1 --path 12:0:3` runs that one again. With
 * `--readers` it is files that are damaged, and the readers of them (readers/main.ts).
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { wasm } from '../../src/backends/wasm/backend.ts'
import { print } from '../../src/ir/print.ts'
import { Coverage } from './coverage.ts'
import { kernelDisagreements } from './run-kernels.ts'
import { disagreements } from './run-program.ts'
import { type TrainingCase, trainingCase } from './training-graph.ts'

interface Check {
  readonly cases: fc.Arbitrary<TrainingCase>
  readonly problems: (given: TrainingCase) => Promise<readonly string[]>
}

/** Kernels are cheap to judge only where they are small. */
const checks: Readonly<Record<string, Check>> = {
  wasm: { cases: trainingCase(), problems: (given) => disagreements(given, wasm) },
  large: {
    cases: trainingCase({ largest: 16384, maxSteps: 20 }),
    problems: (given) => disagreements(given, wasm),
  },
  kernels: { cases: trainingCase({ largest: 48, maxSteps: 30 }), problems: kernelDisagreements },
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    check: { type: 'string' },
    path: { type: 'string' },
    readers: { type: 'boolean', default: false },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    case: { type: 'string' },
  },
})

if (values.readers) {
  const { fuzzReaders } = await import('./readers/main.ts')
  const failures = await fuzzReaders({
    minutes: Number(values.minutes),
    seed: Number(values.seed),
    only: values.only,
    isQuick: values.quick,
    case: values.case === undefined ? undefined : Number(values.case),
  })
  process.exit(failures > 0 ? 1 : 0)
}

const coverage = new Coverage()
const end = Date.now() + Number(values.minutes) * 60_000
let failures = 0
for (let seed = Number(values.seed); Date.now() < end; seed++) {
  for (const [name, check] of Object.entries(checks)) {
    if (values.check !== undefined && values.check !== name) continue
    try {
      if (!(await holds(name, check, seed))) failures++
    } catch (error) {
      // A graph that cannot even be built is a find as well.
      console.log(`--check ${name} --seed ${seed}\n${error instanceof Error ? error.stack : error}`)
      failures++
    }
  }
  if (values.path !== undefined) break
}
console.log(`${failures} failures; ${coverage}`)
process.exitCode = failures > 0 ? 1 : 0

/** A hundred cases of one seed; prints the failure, made as small as it gets. */
async function holds(name: string, { cases, problems }: Check, seed: number): Promise<boolean> {
  const property = fc.asyncProperty(cases, async (given) => {
    coverage.add(given)
    const found = await problems(given)
    if (found.length > 0) throw new Error(found.slice(0, 5).join('\n'))
  })
  const left = Math.max(1000, end - Date.now())
  const result = await fc.check(property, {
    seed,
    numRuns: 100,
    ...(values.path !== undefined && { path: values.path }),
    interruptAfterTimeLimit: left,
  })
  if (!result.failed || !result.counterexample) return true
  const [given] = result.counterexample
  const path = result.counterexamplePath
  console.log(`--check ${name} --seed ${seed} --path ${path}\n${result.errorInstance}`)
  console.log(print(given.graph, { full: false }))
  return false
}
