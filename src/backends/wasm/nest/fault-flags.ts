/** What a kernel finds wrong, gathered in locals and written to the memory at its end. */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, v128 } from '../instructions.ts'
import { faults } from '../kernel-context.ts'
import type { Term } from './lane-code.ts'
import { loose } from './loose.ts'

export class FaultFlags {
  readonly #f: FunctionBuilder
  #index: Local<'i32'> | undefined
  #nonFinite: Local<'i32'> | undefined
  #nonFiniteLanes: Local<'v128'> | undefined

  constructor(f: FunctionBuilder) {
    this.#f = f
  }

  /** Remembers an index out of range where an i32 is not 0. */
  index(isOutside: Term): void {
    this.#index ??= this.#f.local('i32')
    this.#set(this.#index, loose(i32).or(this.#index, isOutside))
  }

  /** Remembers a number that is not finite where an i32, or a bit of a vector, is not 0. */
  nonFinite(isBad: Term): void {
    if (isBad.type === 'v128') {
      this.#nonFiniteLanes ??= this.#f.local('v128')
      this.#set(this.#nonFiniteLanes, loose(v128).or(this.#nonFiniteLanes, isBad))
    } else {
      this.#nonFinite ??= this.#f.local('i32')
      this.#set(this.#nonFinite, loose(i32).or(this.#nonFinite, isBad))
    }
  }

  /** Writes what was found to that address. */
  store(address: number): void {
    const f = this.#f
    const fail = (why: number) => () => f.do(i32.store(0, why, address))
    if (this.#nonFiniteLanes) f.if(v128.anyTrue(this.#nonFiniteLanes), fail(faults.nonFinite))
    if (this.#nonFinite) f.if(this.#nonFinite, fail(faults.nonFinite))
    if (this.#index) f.if(this.#index, fail(faults.index))
  }

  #set(flag: Local, value: Term): void {
    this.#f.set(flag, value as Local) // of the flag's type
  }
}
