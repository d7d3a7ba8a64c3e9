/**
 * Packing: copies a strip of an operand, as wide as one vector, so that its neighbours lie side by
 * side for every step of the depth. The wider panels are such strips beside each other.
 */
import type { Expression } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i8x16, i32, v128 } from '../instructions.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'
import type { Arithmetic } from './arithmetic.ts'
import { memo } from './memo.ts'

type Takes = readonly ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32']

/**
 * Takes the addresses of the four lanes (of f64: two, each twice), the target, the depth (at least
 * one), and either the stride over the depth in bytes or the address of a table of offsets.
 */
export type PackFunction = WasmFunction<Takes, 'nothing'>

export interface StripShape {
  /** Whether the last parameter is a table: see `offsets.ts`. */
  readonly hasTable: boolean
  /** From one step of the depth to the next in the target, in bytes. */
  readonly targetStride: number
}

const strips = memo<PackFunction>()

export function packFunction(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  shape: StripShape,
): PackFunction {
  const kind = shape.hasTable ? 'table' : 'stride'
  const name = `pack_${arithmetic.bytes}_${shape.targetStride}_${kind}`
  return strips(module, name, () =>
    module.function(
      name,
      { takes: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], gives: 'nothing' },
      (f, p0, p1, p2, p3, target, depth, steps) => {
        const { bytes, lanes } = arithmetic
        const places = lanes === 4 ? [p0, p1, p2, p3] : [p0, p2]
        const strip: Strip = { f, arithmetic, shape, places, target, depth, steps }
        const gaps = places.slice(1).map((place, i) => i32.sub(place, places[i] ?? p0))
        const areNeighbours = gaps
          .map((gap) => i32.eq(gap, bytes))
          .reduce((all, gap) => i32.and(all, gap))
        f.if(
          areNeighbours,
          () => copyNeighbours(strip),
          () => {
            if (shape.hasTable) gatherByTable(strip)
            else gatherByStride(strip)
          },
        )
      },
    ),
  )
}

/**
 * Copies whole panels whose elements lie side by side already, a step of the depth at a time: source,
 * stride over the depth, target, depth, panels (both at least one), from panel to panel in bytes.
 */
export type CopyFunction = WasmFunction<
  readonly ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  'nothing'
>

const copies = memo<CopyFunction>()

export function copyFunction(module: ModuleBuilder, widthBytes: number): CopyFunction {
  const name = `copy_${widthBytes}`
  return copies(module, name, () =>
    module.function(
      name,
      { takes: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], gives: 'nothing' },
      (f, source, stride, target, depth, panels, panelStride) => {
        const [from, to, left] = [f.local('i32'), f.local('i32'), f.local('i32')]
        f.loop((again) => {
          f.set(from, source)
          f.set(to, target)
          f.set(left, panels)
          f.loop((next) => {
            for (let at = 0; at < widthBytes; at += 16) {
              f.do(v128.store(to, v128.load(from, at), at))
            }
            f.set(from, i32.add(from, widthBytes))
            f.set(to, i32.add(to, panelStride))
            f.branch(next, f.tee(left, i32.sub(left, 1)))
          })
          f.set(source, i32.add(source, stride))
          f.set(target, i32.add(target, widthBytes))
          f.branch(again, f.tee(depth, i32.sub(depth, 1)))
        })
      },
    ),
  )
}

/** Takes where two strips of neighbours start, the target, the depth, and its stride or table. */
export type PairFunction = WasmFunction<readonly ['i32', 'i32', 'i32', 'i32', 'i32'], 'nothing'>

const pairs = memo<PairFunction>()

/** Copies two strips, a vector wide each, beside each other: what most panels are. */
export function pairFunction(module: ModuleBuilder, hasTable: boolean): PairFunction {
  const name = `pair_${hasTable ? 'table' : 'stride'}`
  return pairs(module, name, () =>
    module.function(
      name,
      { takes: ['i32', 'i32', 'i32', 'i32', 'i32'], gives: 'nothing' },
      (f, first, second, target, depth, steps) => {
        const entry = f.local('i32')
        f.loop((again) => {
          if (hasTable) f.set(entry, i32.and(i32.load(steps), -2))
          f.do(v128.store(target, v128.load(i32.add(first, entry))))
          f.do(v128.store(target, v128.load(i32.add(second, entry)), 16))
          if (hasTable) f.set(steps, i32.add(steps, 4))
          else f.set(entry, i32.add(entry, steps))
          f.set(target, i32.add(target, 32))
          f.branch(again, f.tee(depth, i32.sub(depth, 1)))
        })
      },
    ),
  )
}

interface Strip {
  readonly f: FunctionBuilder
  readonly arithmetic: Arithmetic
  readonly shape: StripShape
  readonly places: readonly Local<'i32'>[]
  readonly target: Local<'i32'>
  readonly depth: Local<'i32'>
  readonly steps: Local<'i32'>
}

/** Both operands are of one address; tables mark the starts of runs in their lowest bit. */
function copyNeighbours(strip: Strip): void {
  const { f, shape, places, target, depth, steps } = strip
  const [first = target] = places
  f.loop((again) => {
    if (shape.hasTable) {
      const place = i32.add(first, i32.and(i32.load(steps), -2))
      f.do(v128.store(target, v128.load(place)))
      f.set(steps, i32.add(steps, 4))
    } else {
      f.do(v128.store(target, v128.load(first)))
      f.set(first, i32.add(first, steps))
    }
    f.set(target, i32.add(target, shape.targetStride))
    f.branch(again, f.tee(depth, i32.sub(depth, 1)))
  })
}

function gatherByStride(strip: Strip): void {
  const { f, arithmetic, places, depth, steps } = strip
  const { lanes, bytes } = arithmetic
  f.if(i32.eq(steps, bytes), () => {
    f.block((done) => {
      f.loop((again) => {
        f.branch(done, i32.ltS(depth, lanes))
        turnOver(strip, places)
        for (const place of places) f.set(place, i32.add(place, 16))
        f.set(depth, i32.sub(depth, lanes))
        f.branch(again)
      })
    })
  })
  f.block((done) => {
    f.loop((again) => {
      f.branch(done, i32.eqz(depth))
      gatherOne(strip, places)
      for (const place of places) f.set(place, i32.add(place, steps))
      f.set(depth, i32.sub(depth, 1))
      f.branch(again)
    })
  })
}

function gatherByTable(strip: Strip): void {
  const { f, arithmetic, places, depth, steps } = strip
  const { lanes } = arithmetic
  const entry = f.local('i32')
  f.loop((again) => {
    f.set(entry, i32.load(steps))
    f.if(
      i32.and(entry, i32.geS(depth, lanes)),
      () => {
        f.set(entry, i32.and(entry, -2))
        turnOver(
          strip,
          places.map((place) => f.let(i32.add(place, entry))),
        )
        f.set(steps, i32.add(steps, 4 * lanes))
        f.set(depth, i32.sub(depth, lanes))
      },
      () => {
        gatherOne(
          strip,
          places.map((place) => f.let(i32.add(place, entry))),
        )
        f.set(steps, i32.add(steps, 4))
        f.set(depth, i32.sub(depth, 1))
      },
    )
    f.branch(again, depth)
  })
}

/** One element of each place, as one vector. */
function gatherOne({ f, arithmetic, shape, target }: Strip, places: readonly Local<'i32'>[]): void {
  const [first = target, ...others] = places
  const wide = arithmetic.lanes === 2
  let vector = wide ? v128.load64Zero(first) : v128.load32Zero(first)
  for (const [i, place] of others.entries()) {
    vector = wide ? v128.load64Lane(place, vector, i + 1) : v128.load32Lane(place, vector, i + 1)
  }
  f.do(v128.store(target, vector))
  f.set(target, i32.add(target, shape.targetStride))
}

/** As many elements of each place as there are places: a square, transposed. */
function turnOver({ f, arithmetic, shape, target }: Strip, places: readonly Local<'i32'>[]): void {
  const rows = places.map((place) => f.let(v128.load(place)))
  for (const [i, vector] of transposed(f, rows).entries()) {
    f.do(v128.store(target, vector, i * shape.targetStride))
  }
  f.set(target, i32.add(target, arithmetic.lanes * shape.targetStride))
}

type Vectors = readonly Expression<'v128'>[]

/** A square of four vectors of four lanes, or of two of two, turned over. They are variables. */
export function transposed(f: FunctionBuilder, rows: Vectors): Vectors {
  return rows.length === 4 ? transposeFour(f, rows) : transposeTwo(rows)
}

function transposeFour(f: FunctionBuilder, rows: Vectors): Vectors {
  const [a, b, c, d] = rows
  if (a === undefined || b === undefined || c === undefined || d === undefined) return []
  const words = (x: Expression<'v128'>, y: Expression<'v128'>, order: readonly number[]) =>
    i8x16.shuffle(
      x,
      y,
      order.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]),
    )
  const lowAB = f.let(words(a, b, [0, 4, 1, 5]))
  const highAB = f.let(words(a, b, [2, 6, 3, 7]))
  const lowCD = f.let(words(c, d, [0, 4, 1, 5]))
  const highCD = f.let(words(c, d, [2, 6, 3, 7]))
  return [
    words(lowAB, lowCD, [0, 1, 4, 5]),
    words(lowAB, lowCD, [2, 3, 6, 7]),
    words(highAB, highCD, [0, 1, 4, 5]),
    words(highAB, highCD, [2, 3, 6, 7]),
  ]
}

function transposeTwo([a, b]: Vectors): Vectors {
  if (a === undefined || b === undefined) return []
  return [
    i8x16.shuffle(a, b, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]),
    i8x16.shuffle(a, b, [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]),
  ]
}
