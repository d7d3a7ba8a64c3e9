/** Threefry-2x32 with 20 rounds in four lanes: see ir/threefry.ts for its source. */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32x4, v128 } from '../instructions.ts'
import type { SharedFunction } from './shared-function.ts'

type Vector = Local<'v128'>

/** The bits of the key (a, b) at the positions, lane by lane: the xor of Threefry's two words. */
export const randomBits: SharedFunction<readonly ['v128', 'v128', 'v128'], 'v128'> = {
  name: 'i32x4.randomBits',
  takes: ['v128', 'v128', 'v128'],
  gives: 'v128',
  body: (f, a, b, position) => {
    const c = f.let(v128.xor(v128.xor(a, b), i32x4.constant(0x1bd11bda)))
    const schedule = [a, b, c] as const
    // The counter's upper word is 0: positions are below 2³².
    const x0 = f.let(a)
    const x1 = f.let(i32x4.add(position, b))
    for (let group = 1; group <= 5; group++) {
      const distances = group % 2 === 1 ? [13, 15, 26, 6] : [17, 29, 16, 24]
      for (const distance of distances) round(f, x0, x1, distance)
      const [first, second] = [schedule[group % 3] ?? a, schedule[(group + 1) % 3] ?? a]
      f.set(x0, i32x4.add(x0, first))
      f.set(x1, i32x4.add(i32x4.add(x1, second), i32x4.constant(group)))
    }
    f.return(v128.xor(x0, x1))
  },
}

function round(f: FunctionBuilder, x0: Vector, x1: Vector, distance: number): void {
  f.set(x0, i32x4.add(x0, x1))
  const rotated = v128.or(i32x4.shl(x1, distance), i32x4.shrU(x1, 32 - distance))
  f.set(x1, v128.xor(rotated, x0))
}
