import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochOrder } from './block-order.ts'
import { pickerOf, shareOf } from './held-out.ts'

const options = { seed: 1, epoch: 1, shuffle: true, windowRows: 40 }

/** The examples in their order, as block and row. */
function places(counts: Uint32Array, given: Partial<typeof options> = {}): readonly string[] {
  const order = epochOrder(counts, { ...options, ...given })
  return order.windows.flatMap(({ blocks }, window) => {
    const held = blocks.flatMap((block) =>
      Array.from({ length: counts[block] ?? 0 }, (_, row) => `${block}:${row}`),
    )
    return Array.from(order.within(window), (row) => held[row] ?? '')
  })
}

test('every example comes once, whatever the blocks', () => {
  const blocks = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 })
  fc.assert(
    fc.property(blocks, fc.boolean(), (list, shuffle) => {
      const counts = Uint32Array.from(list)
      const found = places(counts, { shuffle })
      const total = list.reduce((sum, count) => sum + count, 0)
      expect(found.length).toBe(total)
      expect(new Set(found).size).toBe(total)
    }),
  )
})

test('windows hold what may be held, but for a block that is larger by itself', () => {
  const { windows } = epochOrder(Uint32Array.of(30, 5, 100, 20, 20), options)
  expect(windows.every(({ blocks, length }) => length <= 40 || blocks.length === 1)).toBe(true)
  const starts = windows.map(({ start }) => start)
  expect(starts).toEqual(
    windows.map((_, at) => windows.slice(0, at).reduce((sum, { length }) => sum + length, 0)),
  )
})

test('seed and epoch decide the order, and nothing else does', () => {
  const counts = new Uint32Array(20).fill(10)
  expect(places(counts)).toEqual(places(counts))
  expect(places(counts, { epoch: 2 })).not.toEqual(places(counts))
  expect(places(counts, { seed: 2 })).not.toEqual(places(counts))
})

test('without shuffling they come as they stand', () => {
  const counts = Uint32Array.of(2, 0, 1)
  expect(places(counts, { shuffle: false })).toEqual(['0:0', '0:1', '2:0'])
})

test('the two parts share no example, and leave none out, wherever blocks begin', () => {
  const division = { seed: 3, share: 0.25 }
  const numbers = (part: 'train' | 'heldOut', step: number) => {
    const pick = pickerOf(division, part)
    const found: number[] = []
    for (let first = 0; first < 4000; first += step) {
      for (const place of pick(first, Math.min(step, 4000 - first))) found.push(first + place)
    }
    return found
  }
  const heldOut = numbers('heldOut', 100)
  expect(numbers('heldOut', 333)).toEqual(heldOut)
  expect([...heldOut, ...numbers('train', 7)].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 4000 }, (_, index) => index),
  )
  // A binomial of 4000 and ¼ has a deviation of 27: four of them to either side.
  expect(Math.abs(heldOut.length - 1000)).toBeLessThan(110)
})

test('what is held out may be a share, a number, or some', () => {
  expect([0.3, 500, 'some' as const].map((asked) => shareOf(asked, 1e4))).toEqual([0.3, 0.05, 0.2])
  expect(shareOf('some', 2e6)).toBe(0.05)
  for (const wrong of [-0.1, 1e4, Number.NaN]) {
    expect(() => shareOf(wrong, 1e4)).toThrow('OPTION heldOut: that is no part of the examples')
  }
})
