/**
 * `npm run fuzz -- --readers --minutes 10 --seed 1`: damaged and hostile files for all readers, until the
 * time is up. A failure is printed with what makes it again: `--readers --only torch --seed 1 --case 57`.
 */
import { Dice } from '../dice.ts'
import { hostileCases } from './hostile.ts'
import type { HostileCase } from './hostile-case.ts'
import { judge, judgeMemory, peakOf } from './judge.ts'
import { damagedFile } from './mutations.ts'
import { type Target, targets } from './targets.ts'

export interface ReaderFuzzOptions {
  readonly minutes: number
  readonly seed: number
  /** The only reader that is tried. */
  readonly only?: string | undefined
  /** Whether hostile files that take long are left out. */
  readonly isQuick: boolean
  /** The only case of the seed that is tried. */
  readonly case?: number | undefined
}

/** What damaged files may ask for. */
const maxBytes = 2 ** 24
/** What hostile ones may, some of which are whole. */
const hostileMaxBytes = 2 ** 28

/** How many damaged files one measurement of memory covers. */
const batch = 20

/** Runs hostile files once and damaged ones until the time is up; gives how many failed. */
export async function fuzzReaders(options: ReaderFuzzOptions): Promise<number> {
  const { minutes, seed, only } = options
  const chosen = targets.filter(({ name }) => only === undefined || name === only)
  const hostile = hostileCases.filter(({ isLong = false }) => !(options.isQuick && isLong))
  await warmUp(chosen)
  let failures = options.case === undefined ? await tryHostile(chosen, hostile) : 0
  const end = Date.now() + minutes * 60_000
  const counts = new Map<string, { cases: number; read: number }>()
  for (let first = options.case ?? 0; Date.now() < end; first += batch) {
    for (const target of chosen) {
      const length = options.case === undefined ? batch : 1
      const found = await tryBatch(target, { seed, first, length })
      failures += found.failures
      const count = counts.get(target.name) ?? { cases: 0, read: 0 }
      counts.set(target.name, { cases: count.cases + length, read: count.read + found.read })
    }
    if (options.case !== undefined) break
  }
  const told = Array.from(counts, ([name, { cases, read }]) => `${name} ${cases} (${read} read)`)
  console.log(`${failures} failures; ${hostile.length} hostile files; damaged: ${told.join(', ')}`)
  return failures
}

/** So that code which is loaded and compiled late does not count as a file's memory. */
async function warmUp(chosen: readonly Target[]): Promise<void> {
  for (const target of chosen) {
    for (let round = 0; round < 20; round++) {
      for (const { parts, pack } of target.seeds) await judge(target, pack(parts, false), maxBytes)
    }
  }
}

async function tryHostile(
  chosen: readonly Target[],
  hostile: readonly HostileCase[],
): Promise<number> {
  let failures = 0
  for (const { title, target: name, make, isWhole = false } of hostile) {
    const target = chosen.find((one) => one.name === name)
    if (!target) continue
    const bytes = make()
    const { fault, isRead } = await judgeMemory(target, bytes, hostileMaxBytes)
    const wrong = isWhole && !isRead ? 'it was refused, and is whole' : undefined
    const harm = !isWhole && isRead ? 'it was read' : undefined
    const found = fault ?? wrong ?? harm
    if (found === undefined) continue
    failures++
    console.log(`--readers --only ${JSON.stringify(name)}: ${title}\n${found}`)
  }
  return failures
}

interface Batch {
  readonly seed: number
  readonly first: number
  readonly length: number
}

async function tryBatch(target: Target, { seed, first, length }: Batch) {
  const files = Array.from({ length }, (_, index) => damaged(target, seed, first + index))
  let read = 0
  const faults = new Map<number, string>()
  const { peakBytes } = await peakOf(async () => {
    for (const [index, bytes] of files.entries()) {
      const { fault, isRead } = await judge(target, bytes, maxBytes)
      if (isRead) read++
      if (fault !== undefined) faults.set(index, fault)
    }
  })
  // Too much for all of them together: which is it, if any?
  for (const [index, bytes] of peakBytes > 2 ** 26 ? files.entries() : []) {
    const { fault } = await judgeMemory(target, bytes, maxBytes)
    if (fault !== undefined) faults.set(index, fault)
  }
  for (const [index, fault] of faults) {
    const again = `--readers --only ${JSON.stringify(target.name)} --seed ${seed} --case ${first + index}`
    console.log(`${again}\n${fault}`)
  }
  return { failures: faults.size, read }
}

function damaged({ name, seeds }: Target, seed: number, index: number): Uint8Array {
  const dice = new Dice(seed * 1_000_003 + index * 7919 + name.length)
  const chosen = dice.one(seeds)
  return chosen ? damagedFile(chosen, seeds, dice) : new Uint8Array()
}
