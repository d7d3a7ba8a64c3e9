/** Runs a vector function of the wasm backend over arrays, and tells how far it is off. */
import { probeFeatures } from '../../src/backends/wasm/features.ts'
import { v128 } from '../../src/backends/wasm/instructions.ts'
import type { LaneType } from '../../src/backends/wasm/maths/lanes.ts'
import { MathsLibrary, type MathsName } from '../../src/backends/wasm/maths/library.ts'
import { ModuleBuilder } from '../../src/backends/wasm/module-builder.ts'
import { erf, erfc, erfInverse, sigmoid, softplus } from '../../src/interpret/special.ts'

/** In f64; Math's are within 1 ulp of f64 in V8, which is 2⁻²⁹ ulp of f32. */
export const references: Readonly<Record<MathsName, (x: number) => number>> = {
  ...{ exp: Math.exp, log: Math.log, tanh: Math.tanh, sin: Math.sin, cos: Math.cos },
  ...{ sigmoid, erf, softplus, erfInverse, expm1: Math.expm1, log1p: Math.log1p },
  ...{ erfc, atan: Math.atan, exp2: (x) => 2 ** x, log2: Math.log2, log10: Math.log10 },
}

export interface Variant {
  readonly name: MathsName
  readonly type: LaneType
  readonly isRelaxed: boolean
}

/** A module whose `inline` and `called` go over `bytes` bytes at 0 and write behind 1 MiB. */
export function mathsModule({ name, type, isRelaxed }: Variant): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder()
  builder.importMemory({ module: 'host', name: 'memory', minimumPages: 32 })
  const library = new MathsLibrary(builder, { isRelaxed })
  const signature = { takes: ['i32'], gives: 'nothing' } as const
  const inline = builder.function('inline', signature, (f, bytes) => {
    f.for({ from: 0, to: bytes, step: 16 }, (at) => {
      f.do(v128.store(at, library.inline(f, name, type, v128.load(at)), half))
    })
  })
  const called = builder.function('called', signature, (f, bytes) => {
    f.for({ from: 0, to: bytes, step: 16 }, (at) => {
      f.do(v128.store(at, library.function(name, type).call(v128.load(at)), half))
    })
  })
  builder.export('inline', inline)
  builder.export('called', called)
  return builder.toBytes()
}

const half = 2 ** 20

/** The powers of pairs, rounded to the lanes' type first. */
export function powersOf(
  { type, isRelaxed }: Omit<Variant, 'name'>,
  pairs: readonly (readonly [x: number, y: number])[],
): number[] {
  probeFeatures()
  const builder = new ModuleBuilder()
  builder.importMemory({ module: 'host', name: 'memory', minimumPages: 32 })
  const library = new MathsLibrary(builder, { isRelaxed })
  const run = builder.function('run', { takes: ['i32'], gives: 'nothing' } as const, (f, bytes) => {
    f.for({ from: 0, to: bytes, step: 16 }, (at) => {
      const power = library.pow(type).call(v128.load(at), v128.load(at, half / 2))
      f.do(v128.store(at, power, half))
    })
  })
  builder.export('run', run)
  const memory = new WebAssembly.Memory({ initial: 32 })
  const module = new WebAssembly.Module(builder.toBytes())
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  const Floats = type === 'f32x4' ? Float32Array : Float64Array
  new Floats(memory.buffer).set(pairs.map(([x]) => x))
  new Floats(memory.buffer, half / 2).set(pairs.map(([, y]) => y))
  const start = exports.run as (bytes: number) => void // exported above
  start(pairs.length * Floats.BYTES_PER_ELEMENT)
  return [...new Floats(memory.buffer, half, pairs.length)]
}

interface Running {
  /** The first half of the memory: arguments; the second half: results. */
  readonly buffer: ArrayBuffer
  readonly resultsAt: number
  run(bytes: number): void
}

function instantiate(variant: Variant, how: 'inline' | 'called' = 'inline'): Running {
  if (variant.isRelaxed && !probeFeatures().hasRelaxedSimd) throw new Error('no relaxed SIMD')
  const memory = new WebAssembly.Memory({ initial: 32 })
  const module = new WebAssembly.Module(mathsModule(variant))
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  const run = exports[how] as (bytes: number) => void // exported above
  return { buffer: memory.buffer, resultsAt: half, run }
}

/** The function's values at f64 numbers, rounded to the lanes' type first. */
export function valuesAt(
  variant: Variant,
  xs: readonly number[],
  how: 'inline' | 'called' = 'inline',
): number[] {
  const { buffer, resultsAt, run } = instantiate(variant, how)
  const Floats = variant.type === 'f32x4' ? Float32Array : Float64Array
  new Floats(buffer).set(xs)
  run(xs.length * Floats.BYTES_PER_ELEMENT)
  return [...new Floats(buffer, resultsAt, xs.length)]
}

export interface Worst {
  /** In units of the last place of the exact result, rounded up to two digits. */
  readonly ulps: number
  readonly at: number
  readonly count: number
  /** Arguments with a NaN, an infinity or a zero where another is right: ten at most. */
  readonly wrong: readonly number[]
}

export interface Sweep {
  readonly name: MathsName
  /** Every stride-th of the 2³² bit patterns of f32. */
  readonly stride: number
  /** Against Math and special.ts, or, ten times as fast, the backend's own f64x2 functions. */
  readonly against: 'references' | 'f64x2'
}

/** Without and with relaxed SIMD, which one pass measures since the reference takes the time. */
export function sweepSingle({ name, stride, against }: Sweep): { strict: Worst; relaxed: Worst } {
  const variants = [false, true].map((isRelaxed) => instantiate({ name, type: 'f32x4', isRelaxed }))
  const [strict, relaxed] = variants.map(() => new Tally()) as [Tally, Tally] // of two
  const tallies = [strict, relaxed]
  const evaluate = against === 'references' ? referenceOf(name) : doubleOf(name)
  const patterns = new Uint32Array(block)
  const xs = new Float32Array(patterns.buffer)
  const results = variants.map(
    ({ buffer, resultsAt }) => new Float32Array(buffer, resultsAt, block),
  )
  for (let first = 0; first < 2 ** 32; first += stride * block) {
    const count = Math.min(block, Math.ceil((2 ** 32 - first) / stride))
    for (let i = 0; i < count; i++) patterns[i] = first + i * stride
    const wanted = evaluate(xs)
    for (const [index, { buffer, run }] of variants.entries()) {
      new Float32Array(buffer, 0, count).set(xs.subarray(0, count))
      run(block * 4)
      tallies[index]?.add(xs.subarray(0, count), wanted, results[index] ?? xs)
    }
  }
  return { strict: strict.worst(), relaxed: relaxed.worst() }
}

const block = 2 ** 16

type Evaluate = (xs: Float32Array) => Float64Array

function referenceOf(name: MathsName): Evaluate {
  const reference = references[name]
  const wanted = new Float64Array(block)
  return (xs) => {
    for (let i = 0; i < block; i++) wanted[i] = reference(xs[i] ?? 0)
    return wanted
  }
}

function doubleOf(name: MathsName): Evaluate {
  const { buffer, resultsAt, run } = instantiate({ name, type: 'f64x2', isRelaxed: false })
  const doubles = new Float64Array(buffer, 0, block)
  const wanted = new Float64Array(buffer, resultsAt, block)
  return (xs) => {
    doubles.set(xs)
    run(block * 8)
    return wanted
  }
}

/** The size of f32's last place for a number of that exponent in f64, biased by 1023. */
const places = Float64Array.from({ length: 2048 }, (_, e) => 2 ** (Math.max(e - 1023, -126) - 23))

class Tally {
  readonly #rounded = new Float32Array(block)
  readonly #wrong: number[] = []
  #ulps = 0
  #at = 0
  #count = 0

  add(xs: Float32Array, wanted: Float64Array, results: Float32Array): void {
    const rounded = this.#rounded
    rounded.set(wanted)
    const words = new Uint32Array(wanted.buffer, wanted.byteOffset)
    let worst = this.#ulps
    let at = this.#at
    for (let i = 0; i < xs.length; i++) {
      const want = wanted[i] as number // there are as many as xs
      const got = results[i] as number // likewise
      const place = places[((words[2 * i + 1] as number) >>> 20) & 0x7ff] as number // of 2048
      const ulps = Math.abs(got - want) / place
      // Ordinary numbers first: this runs four thousand million times.
      if (ulps <= worst && got !== 0) continue
      const right = rounded[i] as number // likewise
      if (right - right !== 0 || got - got !== 0 || (right === 0 && got === 0)) {
        if (!Object.is(right, got)) this.#wrong.push(xs[i] ?? 0)
      } else if (ulps > worst) {
        worst = ulps
        at = xs[i] ?? 0
      }
    }
    this.#ulps = worst
    this.#at = at
    this.#count += xs.length
  }

  worst(): Worst {
    const wrong = this.#wrong.slice(0, 10)
    return { ulps: Math.ceil(this.#ulps * 100) / 100, at: this.#at, count: this.#count, wrong }
  }
}
