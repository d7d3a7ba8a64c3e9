import { createHash } from 'node:crypto'
import { expect, it, test } from 'vitest'
import type { Expression } from './expression.ts'
import { probeFeatures } from './features.ts'
import {
  f32,
  f32x4,
  f64,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  memory,
  select,
  v128,
} from './instructions.ts'
import * as memoryTables from './memory-opcodes.ts'
import { ModuleBuilder } from './module-builder.ts'
import * as scalarTables from './scalar-opcodes.ts'
import { type ResultType, typesOf, type ValueType } from './types.ts'
import * as vectorTables from './vector-opcodes.ts'

probeFeatures() // turns relaxed SIMD on where it is behind a flag

type Loose = (...operands: (Expression | number)[]) => Expression
type Rows = Readonly<Record<string, readonly [number, string, string, unknown?]>>

const namespaces: Readonly<Record<string, object>> = {
  ...{ i32, i64, f32, f64, v128, i8x16, i16x8, i32x4, i64x2, f32x4, f64x2, memory },
}

/** Every row of every table, with the namespace that offers it. */
const rows = Object.entries({
  ...scalarTables,
  ...vectorTables,
  ...memoryTables,
  ...memoryTables.laneOpcodes,
}).flatMap(([table, entries]) => {
  if (table === 'laneOpcodes') return []
  const namespace = table.replace(/(Lane)?(Memory)?Opcodes$/, '')
  return Object.entries(entries as Rows).map(([name, [opcode, takes, gives]]) => {
    const lane = /Lane$|Lane[SU]$/.test(name)
    const form = { lane, replaces: lane && name.startsWith('replace') }
    return { namespace, name, opcode, takes: typesOf(takes), gives: typesOf(gives)[0], form }
  })
})

/** A module whose one function gives what the instruction makes of its parameters. */
function moduleOf(row: (typeof rows)[number]): Uint8Array<ArrayBuffer> {
  const { namespace, name, takes, gives = 'nothing', form } = row
  const make = Reflect.get(namespaces[namespace] ?? {}, name) as Loose // the table says it is there
  return moduleWith(takes, gives, (...operands) => {
    if (form.replaces) return make(...operands.slice(0, 1), 1, ...operands.slice(1))
    return make(...operands, ...(form.lane ? [1] : []))
  })
}

function moduleWith(
  takes: readonly ValueType[],
  gives: ResultType,
  make: (...operands: Expression[]) => Expression,
): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder()
  const pages = { minimumPages: 1, maximumPages: 1 }
  builder.importMemory({ module: 'test', name: 'memory', ...pages, isShared: true })
  builder.function('probe', { takes, gives }, (f, ...operands) => {
    const value = make(...operands)
    if (gives === 'nothing') f.do(value)
    else f.return(value)
  })
  return builder.toBytes()
}

it.each(rows)('$namespace.$name assembles to a module that validates', (row) => {
  expect(WebAssembly.validate(moduleOf(row))).toBe(true)
})

test('each opcode is the one that wabt 1.0.39 assembles for that name', () => {
  // The digest of the table that wat2wasm gave for the names in the text format, all 420 of them.
  const lines = rows.map(({ namespace, name, opcode }) => `${namespace}.${name} ${opcode}`).sort()
  expect(lines.length).toBe(420)
  expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(
    '5080290ae6886a66b5f38bef73de86c0807b19adc294e28a0ae16fc9a8563037',
  )
})

test.each([
  {
    of: 'numbers',
    make: (c: Expression<'i32'>) => i32.wrapI64(select(c, i64.constant(7), i64.constant(9))),
  },
  {
    of: 'vectors',
    make: (c: Expression<'i32'>) =>
      i32x4.extractLane(select(c, i32x4.constant(7), i32x4.constant(9)), 3),
  },
])('select takes the first of two $of where the condition holds', ({ make }) => {
  const choose = compute(['i32'], 'i32', (c) => make(c as Expression<'i32'>)) // the type asked for
  expect(choose(1)).toBe(7)
  expect(choose(0)).toBe(9)
})

test('shuffle takes bytes of both vectors', () => {
  const lanes = [20, 21, 22, 23, 0, 1, 2, 3, 28, 29, 30, 31, 12, 13, 14, 15]
  const shuffled = (lane: number) =>
    compute([], 'i32', () =>
      i32x4.extractLane(
        i8x16.shuffle(i32x4.constant(0, 1, 2, 3), i32x4.constant(4, 5, 6, 7), lanes),
        lane,
      ),
    )()
  expect([0, 1, 2, 3].map(shuffled)).toEqual([5, 0, 7, 3])
})

test.each([[0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31), 8191, 8192]])(
  'the i32 constant comes out as it went in',
  (...values) => {
    for (const value of values) expect(compute([], 'i32', () => i32.constant(value))()).toBe(value)
  },
)

test('constants of 64 bits keep every bit', () => {
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x123456789abcdefn]) {
    expect(compute([], 'i64', () => i64.constant(value))()).toBe(value)
  }
  expect(compute([], 'f64', () => f64.constant(-0))()).toBe(-0)
  expect(compute([], 'f64', () => f64.constant(5e-324))()).toBe(5e-324)
  expect(compute([], 'f32', () => f32.constant(0.1))()).toBe(Math.fround(0.1))
  const half = () => f64x2.extractLane(f64x2.constant(1.5, -2.5), 1)
  expect(compute([], 'f64', half)()).toBe(-2.5)
})

test.each([
  {
    name: 'an operand of another type',
    make: () => i32.add(f32.constant(1) as never, 2),
    message: 'i32.add: an operand must be i32',
  },
  {
    name: 'a missing operand',
    make: () => Reflect.apply(i32.add, undefined, [1]),
    message: 'i32.add: takes 2 operands',
  },
  {
    name: 'a number for a vector',
    make: () => v128.not(1 as never),
    message: 'v128.not: an operand must be v128',
  },
  {
    name: 'a lane that is not there',
    make: () => f32x4.extractLane(f32x4.constant(0), 4),
    message: 'f32x4.extractLane: a lane is from 0 to 3',
  },
  {
    name: 'a lane of memory that is not there',
    make: () => v128.load64Lane(0, f32x4.constant(0), 2),
    message: 'v128.load64Lane: a lane is from 0 to 1',
  },
  {
    name: 'an alignment above the natural one',
    make: () => i32.load(0, 0, 8),
    message: 'i32.load: the alignment is a power of two to 4',
  },
  {
    name: 'an atomic of less than its natural alignment',
    make: () => i32.atomicAdd(0, 1, 0, 1),
    message: 'i32.atomicAdd: the alignment',
  },
  {
    name: 'a negative offset',
    make: () => v128.load(0, -16),
    message: 'v128.load: the offset is from 0 to 2^32 - 1',
  },
  {
    name: 'three lanes of four',
    make: () => f32x4.constant(1, 2, 3),
    message: 'constant: takes 1 or 4 lanes',
  },
  {
    name: 'an integer that is too wide',
    make: () => i32.constant(2 ** 32),
    message: 'i32 constant: a whole number of 32 bits',
  },
  {
    name: 'a fraction for an integer',
    make: () => i32.add(0.5, 1),
    message: 'i32 constant: a whole number of 32 bits',
  },
])('$name throws INTERNAL', ({ make, message }) => {
  expect(make).toThrow(message)
  expect(make).toThrow('INTERNAL')
})

/** The instance's function of `make` over its parameters. */
function compute(
  takes: readonly ValueType[],
  gives: ValueType,
  make: (...operands: Expression[]) => Expression,
): (...operands: number[]) => unknown {
  const builder = new ModuleBuilder()
  const run = builder.function('run', { takes, gives }, (f, ...operands) => {
    f.return(make(...operands))
  })
  builder.export('run', run)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.toBytes()))
  return exports.run as (...operands: number[]) => unknown // exported above
}
