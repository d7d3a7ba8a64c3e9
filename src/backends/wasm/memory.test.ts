import { describe, expect, test } from 'vitest'
import { formatBytes, WasmMemory } from './memory.ts'

const passing = (bytes: number) => ({ purpose: 'a step', bytes })
const lasting = (...sizes: number[]) => sizes.map((bytes) => ({ purpose: 'states', bytes }))

describe.each([true, false])('a memory that is shared: %s', (isShared) => {
  test('what lasts lies apart, at the start of cache lines', () => {
    const memory = new WasmMemory({ isShared })
    expect(memory.claim({ lasting: lasting(4, 100), passing: passing(8) })).toEqual({
      lasting: [1024, 1088],
      passing: 1216,
    })
  })

  test('programs take turns in one region; the last one grows in place', () => {
    const memory = new WasmMemory({ isShared })
    const first = memory.claim({ lasting: [], passing: passing(1000) }).passing
    expect(memory.claim({ lasting: [], passing: passing(500) }).passing).toBe(first)
    const grown = memory.claim({ lasting: lasting(8), passing: passing(5000) })
    expect(grown.passing).toBe(first)
    expect(grown.lasting[0]).toBeGreaterThanOrEqual(first + 5000)
  })

  test('a region that cannot grow in place is given a new one', () => {
    const memory = new WasmMemory({ isShared })
    const first = memory.claim({ lasting: [], passing: passing(100) }).passing
    const [between = 0] = memory.claim({ lasting: lasting(8), passing: passing(50) }).lasting
    const { passing: moved } = memory.claim({ lasting: [], passing: passing(200) })
    expect(between).toBeGreaterThanOrEqual(first + 100)
    expect(moved).toBeGreaterThanOrEqual(between + 8)
    expect(memory.claim({ lasting: [], passing: passing(150) }).passing).toBe(moved)
  })

  test('elements stay where they are when it grows', () => {
    const memory = new WasmMemory({ isShared })
    const [at = 0] = memory.claim({ lasting: lasting(8), passing: passing(0) }).lasting
    memory.view('f32', at, 2).set(Float32Array.of(1, 2) as never) // f32 on both sides
    memory.claim({ lasting: lasting(10 * 65536), passing: passing(0) })
    expect([...memory.view('f32', at, 2)]).toEqual([1, 2])
  })

  test('more than 4 GiB is refused with what takes it; nothing has changed', () => {
    const memory = new WasmMemory({ isShared })
    const claim = { lasting: lasting(2 ** 30, 2 ** 30), passing: passing(3 * 2 ** 30) }
    expect(() => memory.claim(claim)).toThrow(
      [
        'MEMORY compile: the program takes more memory than WebAssembly has: 5 GiB',
        '  expected  4 GiB at most, with the other programs of the store',
        '  got       3 GiB for a step',
        '            2 GiB for states',
        '  fix       feed smaller batches, use fewer or narrower parameters, or compile it with { backend: interpreter }',
      ].join('\n'),
    )
    expect(memory.buffer.byteLength).toBe(65536)
    expect(memory.claim({ lasting: lasting(4), passing: passing(0) }).lasting).toEqual([1024])
  })

  test('memory that the machine does not give is an error too; nothing has changed', () => {
    const memory = new WasmMemory({ isShared })
    Object.defineProperty(memory.memory, 'grow', {
      value: () => {
        throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory')
      },
    })
    expect(() => memory.claim({ lasting: lasting(2 ** 20), passing: passing(0) })).toThrow(
      [
        'MEMORY compile: the machine does not give the 1 MiB of memory that the program takes',
        '  expected  memory that can grow to that size',
        '  got       1 MiB for states',
        '            RangeError: WebAssembly.Memory.grow(): Unable to grow instance memory',
      ].join('\n'),
    )
    expect(memory.claim({ lasting: lasting(4), passing: passing(0) }).lasting).toEqual([1024])
  })
})

test('a cell reads and writes the memory, and what it has given stays as it was', () => {
  const memory = new WasmMemory({ isShared: true })
  const cell = memory.cell({ shape: [2], dtype: 'f32' }, 1024, 2)
  cell.write({ shape: [2], dtype: 'f64', data: Float64Array.of(0.1, 2) })
  const before = cell.read()
  cell.write({ shape: [2], dtype: 'f32', data: Float32Array.of(3, 4) })
  expect([...before.data]).toEqual([Math.fround(0.1), 2])
  expect([...memory.view('f32', 1024, 2)]).toEqual([3, 4])
  expect(before.data.buffer).toBeInstanceOf(ArrayBuffer)
})

test('sizes are written in the unit that suits them', () => {
  expect([12, 1024, 1.5 * 2 ** 20, 2 ** 32].map(formatBytes)).toEqual([
    '12 bytes',
    '1 KiB',
    '1.5 MiB',
    '4 GiB',
  ])
})
