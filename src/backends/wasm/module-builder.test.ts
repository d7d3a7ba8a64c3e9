import { expect, test, vi } from 'vitest'
import { ByteWriter } from './byte-writer.ts'
import type { FunctionBuilder, Label, Local } from './function-builder.ts'
import { f32, f32x4, i32, i32x4, memory, v128 } from './instructions.ts'
import { ModuleBuilder } from './module-builder.ts'

const page = { module: 'host', name: 'memory', minimumPages: 1, maximumPages: 2 }

function instantiate(
  builder: ModuleBuilder,
  host: Record<string, WebAssembly.ImportValue> = {},
): Record<string, (...operands: number[]) => number> {
  const module = new WebAssembly.Module(builder.toBytes())
  const { exports } = new WebAssembly.Instance(module, { host })
  return exports as Record<string, (...operands: number[]) => number> // all exports are functions
}

/** A module with one exported function `run` on integers. */
function running(
  count: number,
  body: (f: FunctionBuilder, ...operands: Local<'i32'>[]) => void,
): (...operands: number[]) => number {
  const builder = new ModuleBuilder()
  const takes = new Array<'i32'>(count).fill('i32')
  const run = builder.function('run', { takes, gives: 'i32' }, body)
  builder.export('run', run)
  return (...operands) => instantiate(builder).run?.(...operands) ?? Number.NaN
}

test('a function calls itself: 10! = 3628800', () => {
  const builder = new ModuleBuilder()
  const factorial = builder.declare('factorial', { takes: ['i32'], gives: 'i32' })
  builder.define(factorial, (f, n) => {
    f.if(i32.leS(n, 1), () => f.return(1))
    f.return(i32.mul(n, factorial.call(i32.sub(n, 1))))
  })
  builder.export('factorial', factorial)
  expect(instantiate(builder).factorial?.(10)).toBe(3628800)
})

test('a loop runs from its first number up to, without, its last', () => {
  const run = running(3, (f, from, to, _) => {
    const sum = f.local('i32')
    f.for({ from, to, step: 3 }, (i) => f.set(sum, i32.add(sum, i)))
    f.return(sum)
  })
  expect(run(1, 11)).toBe(1 + 4 + 7 + 10)
  expect(run(1, 10)).toBe(1 + 4 + 7)
  expect(run(5, 5)).toBe(0)
  expect(run(5, -5)).toBe(0)
})

test('branches leave blocks and start loops again at any depth', () => {
  // The least divisor above 1.
  const run = running(1, (f, n) => {
    const divisor = f.let(i32.constant(2))
    f.block((found) => {
      f.loop((again) => {
        f.branch(found, i32.eqz(i32.remU(n, divisor)))
        f.set(divisor, i32.add(divisor, 1))
        f.if(
          i32.ltU(divisor, 1000),
          () => f.branch(again),
          () => f.set(divisor, -1),
        )
      })
    })
    f.return(divisor)
  })
  expect(run(77)).toBe(7)
  expect(run(1009)).toBe(-1)
})

test('a branch table goes to the block of its index, the last for what is beyond', () => {
  const run = running(1, (f, index) => {
    f.block((other) => {
      f.block((one) => {
        f.block((zero) => f.branchTable(index, [zero, one, other]))
        f.return(100)
      })
      f.return(101)
    })
    f.return(102)
  })
  expect([0, 1, 2, 3, -1].map((index) => run(index))).toEqual([100, 101, 102, 102, 102])
})

test('the sum of two arrays goes through vectors of memory', () => {
  const builder = new ModuleBuilder()
  builder.importMemory(page)
  const add = builder.function('add', { takes: ['i32', 'i32'], gives: 'nothing' }, (f, at, end) => {
    f.for({ from: at, to: end, step: 16 }, (p) => {
      f.do(v128.store(p, f32x4.add(v128.load(p), v128.load(p, 1024)), 2048))
    })
  })
  builder.export('add', add)
  const host = new WebAssembly.Memory({ initial: 1, maximum: 2 })
  const numbers = new Float32Array(host.buffer)
  for (let i = 0; i < 8; i++) {
    numbers[i] = i
    numbers[256 + i] = 10 * i
  }
  instantiate(builder, { memory: host }).add?.(0, 32)
  expect([...numbers.subarray(512, 521)]).toEqual([0, 11, 22, 33, 44, 55, 66, 77, 0])
})

test('data, globals, imported functions and the size of the memory are there', () => {
  const builder = new ModuleBuilder()
  builder.importMemory(page)
  const twice = builder.importFunction('host', 'twice', { takes: ['f32'], gives: 'f32' })
  builder.data(64, Uint8Array.from(new Uint8Array(Float32Array.of(1.25).buffer)))
  const calls = builder.global('i32', 40)
  const run = builder.function('run', { takes: [], gives: 'f32' }, (f) => {
    f.setGlobal(calls, i32.add(calls, 1))
    f.do(memory.grow(1))
    f.return(f32.add(twice.call(f32.load(64)), f32.convertI32S(i32.add(calls, memory.size()))))
  })
  builder.export('run', run)
  const host = new WebAssembly.Memory({ initial: 1, maximum: 2 })
  const { run: start } = instantiate(builder, { memory: host, twice: (x: number) => 2 * x })
  expect(start?.()).toBe(2.5 + 41 + 2)
  expect(start?.()).toBe(2.5 + 42 + 2)
})

test('a shared memory takes atomic instructions: a count, and a wait that times out', () => {
  const builder = new ModuleBuilder()
  builder.importMemory({ ...page, isShared: true })
  const run = builder.function('run', { takes: [], gives: 'i32' }, (f) => {
    f.do(i32.atomicAdd(8, 5))
    f.do(memory.fence())
    f.do(i32.atomicNotify(8, 1))
    // In a local: V8's baseline compiler (Node 20) loses what lies below a wait on the stack.
    const waited = f.let(i32.atomicWait(8, i32.atomicLoad(8), 1000))
    f.return(i32.add(i32.mul(10, i32.atomicLoad(8)), waited))
  })
  builder.export('run', run)
  const host = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
  expect(instantiate(builder, { memory: host }).run?.()).toBe(52)
})

test('functions of one signature share its type, and stacks show their names', () => {
  const builder = new ModuleBuilder()
  const trap = builder.function('theOneThatTraps', { takes: [], gives: 'i32' }, (f) => {
    f.unreachable()
  })
  const other = builder.function('other', { takes: [], gives: 'i32' }, (f) => f.return(trap.call()))
  builder.export('other', other)
  const typeSection = [1, 5, 1, 0x60, 0, 1, 0x7f]
  expect([...builder.toBytes().subarray(8, 15)]).toEqual(typeSection)
  let stack = ''
  try {
    instantiate(builder).other?.()
  } catch (error) {
    stack = error instanceof Error ? `${error.stack}` : ''
  }
  expect(stack).toContain('theOneThatTraps')
})

test.each<{ name: string; body: (f: FunctionBuilder) => void; message: string }>([
  {
    name: 'an expression used twice',
    body: (f) => {
      const sum = i32.add(1, 2)
      f.return(i32.mul(sum, sum))
    },
    message: 'an expression is used twice',
  },
  { name: 'no return', body: (f) => f.let(i32.constant(1)), message: 'does not end with a return' },
  {
    name: 'a return inside a block only',
    body: (f) => f.block(() => f.return(1)),
    message: 'does not end with a return',
  },
  { name: 'a return without its value', body: (f) => f.return(), message: 'return takes i32' },
  {
    name: 'a return of another type',
    body: (f) => f.return(i32x4.constant(1)),
    message: 'return: an operand must be i32',
  },
  {
    name: 'a local of another type',
    body: (f) => f.set(f.local('v128') as Local, 1),
    message: 'set: an operand must be v128',
  },
  {
    name: 'a branch to a closed block',
    body: (f) => {
      const labels: Label[] = []
      f.block((label) => labels.push(label))
      for (const label of labels) f.branch(label)
    },
    message: 'a branch to a block that is not open',
  },
  {
    name: 'finishing inside a block',
    body: (f) => f.block(() => f.finish()),
    message: '1 blocks are still open',
  },
  {
    name: 'a local of another function',
    body: (f) => {
      new ModuleBuilder().function('other', { takes: ['i32'], gives: 'nothing' }, (_, x) => {
        f.return(x)
      })
    },
    message: 'takes a local of another function',
  },
])('$name throws INTERNAL', ({ body, message }) => {
  const build = () => new ModuleBuilder().function('broken', { takes: [], gives: 'i32' }, body)
  expect(build).toThrow(message)
  expect(build).toThrow('INTERNAL')
})

test.each<{ name: string; build: (builder: ModuleBuilder) => void; message: string }>([
  {
    name: 'a function without a body',
    build: (builder) => builder.declare('missing', { takes: [], gives: 'i32' }),
    message: 'missing: is declared but never defined',
  },
  {
    name: 'an import after a declaration',
    build: (builder) => {
      builder.declare('own', { takes: [], gives: 'i32' })
      builder.importFunction('host', 'late', { takes: [], gives: 'i32' })
    },
    message: 'late: imported after a function was declared',
  },
  {
    name: 'a call with too few operands',
    build: (builder) => {
      const own = builder.declare('own', { takes: ['i32'], gives: 'i32' })
      Reflect.apply(own.call, undefined, [])
    },
    message: 'own: takes 1 operands',
  },
  {
    name: 'a second memory',
    build: (builder) => {
      builder.importMemory(page)
      builder.importMemory(page)
    },
    message: 'a module has one memory',
  },
  {
    name: 'a shared memory without a maximum',
    build: (builder) =>
      builder.importMemory({ module: 'host', name: 'memory', minimumPages: 1, isShared: true }),
    message: 'a shared memory has a maximum',
  },
  {
    name: 'data without a memory',
    build: (builder) => builder.data(0, Uint8Array.of(1)),
    message: 'data needs a memory',
  },
])('$name throws INTERNAL', ({ build, message }) => {
  const whole = () => {
    const builder = new ModuleBuilder()
    build(builder)
    builder.toBytes()
  }
  expect(whole).toThrow(message)
  expect(whole).toThrow('INTERNAL')
})

/** The bytes that are copied from one writer to another to make a function of so many sums. */
function bytesCopied(sums: number): number {
  const append = vi.spyOn(ByteWriter.prototype, 'append')
  const builder = new ModuleBuilder()
  const run = builder.function('run', { takes: ['i32'], gives: 'i32' }, (f, x) => {
    const sum = f.local('i32')
    for (let i = 0; i < sums; i++) f.set(sum, i32.add(sum, x))
    f.return(sum)
  })
  builder.export('run', run)
  builder.toBytes()
  const copied = append.mock.calls.reduce((total, [values]) => total + values.length, 0)
  append.mockRestore()
  expect(instantiate(builder).run?.(3)).toBe(3 * sums)
  return copied
}

test('ten times the instructions are ten times the bytes to copy, up to 100,000 of them', () => {
  const few = bytesCopied(2_500)
  expect(few).toBeGreaterThan(0)
  // A little of it is the module around the function.
  expect(bytesCopied(25_000) / few).toBeCloseTo(10, 0)
})
