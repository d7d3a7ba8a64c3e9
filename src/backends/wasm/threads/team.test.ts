import type * as workerThreads from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import { faultAddress, maximumPages } from '../memory.ts'
import { ModuleBuilder } from '../module-builder.ts'
import { type Barrier, emitBarrier, importHost } from './barrier.ts'
import { Pool, type SharedProgram } from './pool.ts'
import { Team, type TeamOptions } from './team.ts'
import { addresses, phases } from './words.ts'

const first = 4096
const pools: Pool[] = []
const restore: (() => void)[] = []

afterEach(() => {
  for (const undo of restore.splice(0)) undo()
  for (const pool of pools.splice(0)) pool.close()
})

describe.each([2, 3, 4])('%i threads', (threads) => {
  test('pass a barrier only when all have come to it', async () => {
    const rounds = 300
    // Each notes the round, then looks at what all have noted; a difference is the step's failure.
    const program = programOf((f, { thread, count, barrier }) => {
      const own = f.let(i32.mul(thread, 64))
      f.for({ from: 0, to: rounds }, (round) => {
        f.do(i32.store(own, round, first))
        f.do(barrier.call(count, 0))
        f.for({ from: 0, to: count }, (other) => {
          const noted = i32.load(i32.mul(other, 64), first)
          f.if(i32.ne(noted, round), () => f.do(i32.store(0, 1, faultAddress)))
        })
        f.do(barrier.call(count, 0))
      })
    })
    const team = await teamOf(program, threads)
    for (let step = 0; step < 20; step++) expect(team.step()).toBe(0)
    const noted = new Int32Array(program.memory.buffer, first, threads * 16)
    const last = noted.filter((_, index) => index % 16 === 0)
    expect([...last]).toEqual(Array.from({ length: threads }, () => rounds - 1))
  })

  test('all see the same verdict, and a failure ends with its step', async () => {
    // The last thread fails where the word says so; each then notes the verdict that it has seen.
    const program = programOf((f, { thread, count, barrier, verdict }) => {
      f.if(i32.eq(thread, i32.sub(count, 1)), () => {
        f.do(i32.store(0, i32.load(0, first), faultAddress))
      })
      f.do(barrier.call(count, phases.checks))
      f.do(i32.store(i32.mul(thread, 64), verdict(), first + 64))
      f.do(i32.store(0, 7, faultAddress)) // what comes after the barrier changes no verdict
      f.do(barrier.call(count, phases.end))
    })
    const team = await teamOf(program, threads)
    const words = new Int32Array(program.memory.buffer)
    for (const fault of [2, 0, 1]) {
      words[first / 4] = fault
      team.step()
      const seen = words.slice(first / 4 + 16, first / 4 + 16 * (threads + 1))
      expect([...seen.filter((_, index) => index % 16 === 0)]).toEqual(
        Array.from({ length: threads }, () => fault),
      )
    }
  })
})

test('threads sleep at a barrier that is far off, and are woken', async () => {
  const program = programOf((f, { thread, count, barrier }) => {
    const owner = f.local('i32')
    f.for({ from: 0, to: 6 }, (round) => {
      f.set(owner, i32.remU(round, count))
      f.if(i32.eq(owner, thread), () => {
        // Some ten milliseconds, and something that must not be left out.
        f.for({ from: 0, to: 20_000_000 }, (i) => {
          f.do(i32.store(0, i, first + 128))
        })
        f.do(i32.store(0, i32.add(i32.load(0, first), 1), first))
      })
      f.do(barrier.call(count, 0))
    })
  })
  const team = await teamOf(program, 3)
  expect(team.step()).toBe(0)
  expect(new Int32Array(program.memory.buffer)[first / 4]).toBe(6)
})

test('a program runs alone until the workers have started', async () => {
  const program = programOf((f, { count, barrier }) => f.do(barrier.call(count, 0)))
  let alone = 0
  const team = new Team(poolOf(2), {
    ...{ program, threads: 2 },
    alone: () => {
      alone++
      return 0
    },
  })
  expect(team.isReady).toBe(false)
  team.step()
  expect(alone).toBe(1)
  await team.ready()
  team.step()
  expect(alone).toBe(1)
})

test('programs take turns in the same workers', async () => {
  const pool = poolOf(2)
  const made = [1, 2, 3].map((number) => {
    const program = programOf((f, { thread, count, barrier }) => {
      f.do(i32.atomicAdd(0, i32.mul(i32.add(thread, 1), number), first))
      f.do(barrier.call(count, 0))
    })
    return { program, team: new Team(pool, { program, threads: 2, alone: () => 99 }) }
  })
  for (const { team } of made) await team.ready()
  for (let round = 0; round < 50; round++) for (const { team } of made) team.step()
  const totals = made.map(({ program }) => new Int32Array(program.memory.buffer)[first / 4])
  expect(totals).toEqual([150, 300, 450])
})

describe('where a worker is lost', () => {
  test('by an exception, the step is run again alone', async () => {
    const program = programOf((f, { thread, count, barrier }) => {
      f.if(thread, () => f.unreachable())
      f.do(barrier.call(count, 0))
    })
    const team = await teamOf(program, 2, { alone: () => 42 })
    expect(team.threads).toBe(2)
    expect(team.step()).toBe(42)
    expect(team.threads).toBe(1)
    expect(team.step()).toBe(42)
  })

  test('because it never comes, the step is run again alone once patience is at its end', async () => {
    const program = programOf((f, { thread, count, barrier }) => {
      f.if(thread, () => f.loop((again) => f.branch(again)))
      f.do(barrier.call(count, 0))
    })
    const team = await teamOf(program, 3, { alone: () => 42, patienceMs: 60 })
    const start = performance.now()
    expect(team.step()).toBe(42)
    expect(performance.now() - start).toBeGreaterThan(60)
    expect(team.threads).toBe(1)
  })

  test('while states are changed, the step says so', async () => {
    const program = programOf((f, { thread, count, barrier }) => {
      f.do(barrier.call(count, phases.commits))
      f.if(thread, () => f.unreachable())
      f.do(barrier.call(count, phases.end))
    })
    const team = await teamOf(program, 2, { alone: () => 42 })
    expect(() => team.step()).toThrow(
      'THREADS run: a worker thread ended while states were being changed',
    )
    expect(team.step()).toBe(42)
  })

  test('between two steps, the next one is run alone at once', async () => {
    const program = programOf((f, { count, barrier }) => f.do(barrier.call(count, 0)))
    const ended = recordWorkers()
    const team = await teamOf(program, 2, { alone: () => 42 })
    expect(team.step()).toBe(0)
    await ended[0]?.terminate()
    expect(team.threads).toBe(1)
    const start = performance.now()
    expect(team.step()).toBe(42)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('between two steps and nobody has told, the next one finds out', async () => {
    const program = programOf((f, { count, barrier }) => f.do(barrier.call(count, 0)))
    const ended = recordWorkers()
    const team = await teamOf(program, 2, { alone: () => 42, patienceMs: 60 })
    // Without `await`: the event that tells of the end waits behind this test.
    void ended[0]?.terminate()
    expect(team.threads).toBe(2)
    expect(team.step()).toBe(42)
    expect(team.threads).toBe(1)
  })

  test('a mistake of the starting thread is told as it is, and stops the others', async () => {
    const program = programOf((f, { thread, count, barrier }) => {
      f.if(i32.eqz(thread), () => f.unreachable())
      f.do(barrier.call(count, 0))
    })
    const team = await teamOf(program, 2, { alone: () => 42 })
    expect(() => team.step()).toThrow(WebAssembly.RuntimeError)
    expect(team.step()).toBe(42)
  })
})

test('where there are no workers to be had, a pool stays empty', () => {
  const original = process.getBuiltinModule
  restore.push(() => {
    process.getBuiltinModule = original
  })
  const refuse = () => {
    throw new Error('a policy forbids it')
  }
  for (const replacement of [() => undefined, refuse]) {
    process.getBuiltinModule = replacement as typeof original // stands for other engines
    expect(new Pool({ isEager: true }).grow(3)).toBe(0)
  }
})

/** Handles on the workers that are started from here on. */
function recordWorkers(): workerThreads.Worker[] {
  const made: workerThreads.Worker[] = []
  const builtin = process.getBuiltinModule('node:worker_threads')
  const { Worker } = builtin
  class Recorded extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given)
      made.push(this)
    }
  }
  builtin.Worker = Recorded
  restore.push(() => {
    builtin.Worker = Worker
  })
  return made
}

function poolOf(threads: number): Pool {
  const pool = new Pool({ isEager: true })
  pools.push(pool)
  expect(pool.grow(threads - 1)).toBe(threads - 1)
  return pool
}

async function teamOf(
  program: SharedProgram,
  threads: number,
  options: Pick<TeamOptions, 'patienceMs'> & { readonly alone?: () => number } = {},
): Promise<Team> {
  const team = new Team(poolOf(threads), { program, threads, alone: () => 99, ...options })
  await team.ready()
  expect(team.isReady).toBe(true)
  return team
}

interface Parts {
  readonly thread: Local<'i32'>
  readonly count: Local<'i32'>
  readonly barrier: Barrier
  verdict(): ReturnType<typeof i32.load>
}

/** A program in a memory of its own; it gives the verdict. */
function programOf(body: (f: FunctionBuilder, parts: Parts) => void): SharedProgram {
  const module = new ModuleBuilder()
  const pages = { minimumPages: 1, maximumPages, isShared: true }
  module.importMemory({ module: 'host', name: 'memory', ...pages })
  const barrier = emitBarrier(module, importHost(module), faultAddress)
  const signature = { takes: ['i32', 'i32'], gives: 'i32' } as const
  const share = module.function('share', signature, (f, thread, count) => {
    const verdict = () => i32.load(0, addresses.verdict)
    body(f, { thread, count, barrier, verdict })
    f.return(verdict())
  })
  module.export('share', share)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared: true })
  return { module: new WebAssembly.Module(module.toBytes()), memory }
}
