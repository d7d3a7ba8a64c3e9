/** The vector functions by name: written in place, or as functions of the module to call. */
import type { FunctionBuilder } from '../function-builder.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'
import { atan } from './atan.ts'
import { cos } from './cos.ts'
import { erf } from './erf.ts'
import { erfInverse } from './erf-inverse.ts'
import { erfc } from './erfc.ts'
import { exp } from './exp.ts'
import { exp2 } from './exp2.ts'
import { expm1 } from './expm1.ts'
import { defineHugeAngle } from './huge-angle.ts'
import { type Context, type Emitter, type LaneType, lanesOf, type Vector } from './lanes.ts'
import { log } from './log.ts'
import { log2, log10 } from './log-base.ts'
import { log1p } from './log1p.ts'
import { pow } from './pow.ts'
import { sigmoid } from './sigmoid.ts'
import { sin } from './sin.ts'
import { softplus } from './softplus.ts'
import { tanh } from './tanh.ts'

/** Every name, in a fixed order. */
export const mathsNames = [
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'erf',
  'sin',
  'cos',
  'expm1',
  'log1p',
  'softplus',
  'erfInverse',
  'erfc',
  'atan',
  'exp2',
  'log2',
  'log10',
] as const
export type MathsName = (typeof mathsNames)[number]

const emitters: Readonly<Record<MathsName, Emitter>> = {
  exp,
  log,
  tanh,
  sigmoid,
  erf,
  sin,
  cos,
  expm1,
  log1p,
  softplus,
  erfInverse,
  erfc,
  atan,
  exp2,
  log2,
  log10,
}

export interface MathsOptions {
  /** Takes relaxed SIMD: faster, but the last bit may differ between machines. */
  readonly isRelaxed: boolean
}

/** The vector functions of one module; each is defined in it where it is first asked for. */
export class MathsLibrary {
  readonly #module: ModuleBuilder
  readonly #isRelaxed: boolean
  readonly #functions = new Map<string, WasmFunction<readonly ['v128'], 'v128'>>()
  readonly #powers = new Map<LaneType, WasmFunction<readonly ['v128', 'v128'], 'v128'>>()
  #hugeAngle: WasmFunction<readonly ['f64'], 'v128'> | undefined

  constructor(module: ModuleBuilder, { isRelaxed }: MathsOptions) {
    this.#module = module
    this.#isRelaxed = isRelaxed
  }

  /** Writes the function into f: for a loop that calls it often enough to save the call. */
  inline(f: FunctionBuilder, name: MathsName, type: LaneType, x: Vector): Vector {
    return emitters[name](this.#context(f, type), x)
  }

  /** Writes x to the power of y into f. */
  inlinePow(f: FunctionBuilder, type: LaneType, x: Vector, y: Vector): Vector {
    return pow(this.#context(f, type), x, y)
  }

  /** The power, (x, y) → v128, as a function of the module: it is long. */
  pow(type: LaneType): WasmFunction<readonly ['v128', 'v128'], 'v128'> {
    const known = this.#powers.get(type)
    if (known !== undefined) return known
    const signature = { takes: ['v128', 'v128'], gives: 'v128' } as const
    const made = this.#module.function(`${type}.pow`, signature, (f, x, y) => {
      f.return(this.inlinePow(f, type, x, y))
    })
    this.#powers.set(type, made)
    return made
  }

  /** The function of the module, v128 → v128. */
  function(name: MathsName, type: LaneType): WasmFunction<readonly ['v128'], 'v128'> {
    const key = `${type}.${name}`
    const known = this.#functions.get(key)
    if (known !== undefined) return known
    const signature = { takes: ['v128'], gives: 'v128' } as const
    const made = this.#module.function(key, signature, (f, x) => {
      f.return(this.inline(f, name, type, x))
    })
    this.#functions.set(key, made)
    return made
  }

  #context(f: FunctionBuilder, type: LaneType): Context {
    const hugeAngle = () => (this.#hugeAngle ??= defineHugeAngle(this.#module))
    return { f, lanes: lanesOf(type, this.#isRelaxed), hugeAngle }
  }
}
