/** Where threads wait for each other within a step. */
import { i32 } from '../instructions.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'
import { addresses } from './words.ts'

/** What a module is given to wait with once looking again and again has taken too long. */
export interface Host {
  /** Returns when the generation is no longer that one, or when a thread is lost. */
  readonly wait: WasmFunction<readonly ['i32'], 'nothing'>
  readonly wake: WasmFunction<readonly [], 'nothing'>
}

const hostModule = 'host'

/** The host's functions, to be imported before the module declares its own. */
export function importHost(module: ModuleBuilder): Host {
  return {
    wait: module.importFunction(hostModule, 'wait', { takes: ['i32'], gives: 'nothing' }),
    wake: module.importFunction(hostModule, 'wake', { takes: [], gives: 'nothing' }),
  }
}

/** Takes how many threads meet, and the phase that begins when they have. */
export type Barrier = WasmFunction<readonly ['i32', 'i32'], 'nothing'>

/**
 * A function that returns when all threads have called it; it traps where one is lost. The thread
 * that comes last notes for all of them whether the step has failed: one that is ahead may fail while
 * another still looks.
 */
export function emitBarrier(module: ModuleBuilder, host: Host, faultAddress: number): Barrier {
  const signature = { takes: ['i32', 'i32'], gives: 'nothing' } as const
  return module.function('barrier', signature, (f, threads, phase) => {
    const generation = f.let(i32.atomicLoad(0, addresses.generation))
    const before = f.let(i32.atomicAdd(0, 1, addresses.arrived))
    f.if(
      i32.eq(before, i32.sub(threads, 1)),
      () => {
        f.do(i32.store(0, i32.load(0, faultAddress), addresses.verdict))
        f.do(i32.atomicStore(0, phase, addresses.phase))
        f.do(i32.atomicStore(0, 0, addresses.arrived))
        f.do(i32.atomicStore(0, i32.add(generation, 1), addresses.generation))
        const sleepers = f.let(i32.atomicLoad(0, addresses.sleepers))
        f.if(sleepers, () => f.do(host.wake.call()))
      },
      () => {
        const left = f.let(i32.load(0, addresses.spins))
        f.block((met) => {
          f.loop((again) => {
            const now = f.let(i32.atomicLoad(0, addresses.generation))
            f.branch(met, i32.ne(now, generation))
            f.branch(again, f.tee(left, i32.sub(left, 1)))
          })
          f.do(host.wait.call(generation))
        })
      },
    )
    const broken = f.let(i32.atomicLoad(0, addresses.broken))
    f.if(broken, () => f.unreachable())
  })
}
