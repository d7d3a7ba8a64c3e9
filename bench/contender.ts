/**
 * A contender in a process of its own: it is told what to prepare, and then when its turn is.
 *
 *   node --expose-gc contender.js        started by stage.ts, which talks to it over IPC
 */
import { loadPeers } from './peers/index.ts'
import type { Prepared } from './peers/peer.ts'
import type { Order, PrepareOrder, Reply } from './protocol.ts'
import { isTraining } from './works/work.ts'

let prepared: Prepared | undefined
/** What one repetition takes, as far as is known. */
let estimate = 1

process.on('message', async (order: Order) => {
  try {
    answer(order.kind === 'prepare' ? await prepare(order) : await turn(order.seconds))
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const [reason = ''] = text.split('\n')
    answer({ kind: 'unavailable', reason: reason.slice(0, 160) })
  }
})
process.on('disconnect', () => process.exit())

function answer(reply: Reply): void {
  process.send?.(reply)
}

/** Builds, compiles, shows its first numbers, and then repeats until the engine has settled. */
async function prepare(order: PrepareOrder): Promise<Reply> {
  const { work, peer, checks, warmUpSeconds, checkSeconds } = order
  const load = loadPeers[peer]
  if (!load) throw new Error(`there is no peer ${peer}`)
  const begin = await load(order)
  const start = performance.now()
  const own = await begin(work)
  const numbers = [await own.run(1)]
  const firstSeconds = since(start)
  prepared = own
  if (isTraining(work)) {
    while (numbers.length < checks && since(start) < Math.max(checkSeconds, 2 * firstSeconds)) {
      numbers.push(await own.run(1))
    }
  }
  const shown = own.sample ? await own.sample() : numbers
  await warmUp(own, warmUpSeconds)
  const { note, facts } = own
  return {
    ...{ kind: 'prepared', numbers: shown, firstSeconds, facts: { ...facts }, estimate },
    ...(note !== undefined && { note }),
  }
}

/** Twice as many repetitions each time, so that hot loops of the harness are compiled as well. */
async function warmUp(own: Prepared, seconds: number): Promise<void> {
  const start = performance.now()
  let count = 1
  do {
    const begin = performance.now()
    await own.run(count)
    const took = since(begin)
    estimate = took / count
    if (took < seconds / 8) count *= 2
  } while (since(start) < seconds)
}

async function turn(seconds: number): Promise<Reply> {
  if (!prepared) throw new Error('its turn came before it was prepared')
  globalThis.gc?.()
  // Others have had the caches since its last turn.
  if (estimate < seconds / 4) await prepared.run(Math.ceil(seconds / 10 / estimate))
  const count = Math.max(1, Math.round(seconds / estimate))
  const start = performance.now()
  await prepared.run(count)
  const took = since(start)
  estimate = took / count
  const { maxRSS } = process.resourceUsage()
  return { kind: 'turned', count, seconds: took, peakMegabytes: maxRSS / 1000 }
}

function since(start: number): number {
  return (performance.now() - start) / 1000
}
