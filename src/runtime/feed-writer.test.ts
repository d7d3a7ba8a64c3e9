import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { input } from '../gates/index.ts'
import { type DType, dtypes } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import { type TensorLike, tensor } from '../ir/tensor.ts'
import { FeedWriter } from './feed-writer.ts'
import { type Feeds, readFeeds } from './feeds.ts'

describe('a feed is copied to where the engine reads it', () => {
  const cases: readonly (readonly [string, DType, readonly number[], TensorLike, number[]])[] = [
    ['a number', 'f32', [], 1.5, [1.5]],
    ['a whole number into i32', 'i32', [], -3, [-3]],
    [
      'nested arrays',
      'f64',
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 3, 4],
    ],
    ['labels as numbers', 'i32', [3], [0, 2, 1], [0, 2, 1]],
    ['a flat typed array', 'f32', [2, 2], Float32Array.of(1, 2, 3, 4), [1, 2, 3, 4]],
    ['bytes into f32', 'f32', [3], Uint8Array.of(0, 7, 255), [0, 7, 255]],
    ['f64 into f32, rounded', 'f32', [1], Float64Array.of(0.1), [Math.fround(0.1)]],
    ['i64 into f32', 'f32', [1], BigInt64Array.of(5n), [5]],
    ['booleans', 'bool', [2], [true, false], [1, 0]],
    ['0 and 1 as bytes into bool', 'bool', [2], Uint8Array.of(1, 0), [1, 0]],
    ['a tensor', 'f32', [2], tensor([3, 4]), [3, 4]],
    ['a tensor of bytes', 'f32', [2], tensor(Uint8Array.of(3, 4)), [3, 4]],
    ['a tensor of halves', 'f32', [2], tensor([0.5, 4], { dtype: 'f16' }), [0.5, 4]],
    ['numbers into halves', 'f16', [1], [1], [0x3c00]],
  ]
  test.each(cases)('%s', (_, dtype, shape, feed, expected) => {
    const x = input('x', shape, { dtype })
    const target = dtypes[dtype].allocate(sizeOf(shape))
    new FeedWriter([x], [target]).write({ x: feed })
    expect([...target].map(Number)).toEqual(expected)
  })

  test('more elements than a short loop takes', () => {
    const target = new Float32Array(100)
    const data = Float32Array.from({ length: 100 }, (_, i) => i)
    new FeedWriter([input('x', [10, 10])], [target]).write({ x: data })
    expect(target).toEqual(data)
  })
})

test('what it takes and refuses is what readFeeds takes and refuses, in the same words', () => {
  const dtype = fc.constantFrom<DType>('f32', 'f64', 'i32', 'u32', 'bool', 'u8', 'i64', 'f16')
  const number = fc.constantFrom(0, 1, -1, 2, 0.5, 300, 2 ** 31, Number.NaN, undefined, true)
  const nested = fc.oneof(
    number,
    fc.array(number, { maxLength: 3 }),
    fc.array(fc.array(number, { maxLength: 3 }), { maxLength: 3 }),
  )
  const array = fc
    .tuple(dtype, fc.array(fc.nat(1), { maxLength: 6 }))
    .map(([of, numbers]) => tensor(numbers, { dtype: of }))
  const feed = fc.oneof(
    nested,
    array,
    array.map(({ data }) => data),
  )
  const shape = fc.constantFrom<readonly number[]>([], [1], [2], [3], [2, 2], [0], [0, 2], [2, 0])
  fc.assert(
    fc.property(
      shape,
      dtype,
      fc.dictionary(fc.constantFrom('x', 'z'), feed),
      (sizes, of, given) => {
        const x = input('x', sizes, { dtype: of })
        const feeds = given as Feeds // some of them are not: that is the point
        const target = dtypes[of].allocate(sizeOf(sizes))
        const wanted = outcome(() => readFeeds([x], feeds).x?.data)
        const write = () => {
          new FeedWriter([x], [target]).write(feeds)
          return target
        }
        expect(outcome(write)).toEqual(wanted)
      },
    ),
    { numRuns: 2000, seed: 3 },
  )
})

test('each step of a repetition is given its slice, of what is shared the same', () => {
  const targets = [new Float32Array(2), new Float32Array(1)]
  const writer = new FeedWriter([input('x', [2]), input('rate', [])], targets)
  const writeStep = writer.writeRepeated(
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      rate: 0.5,
    },
    2,
  )
  writeStep(1)
  expect(targets).toEqual([Float32Array.of(3, 4), Float32Array.of(0.5)])
  writeStep(0)
  expect(targets).toEqual([Float32Array.of(1, 2), Float32Array.of(0.5)])
})

function outcome(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return String(error)
  }
}
