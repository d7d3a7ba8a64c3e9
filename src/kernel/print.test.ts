import { describe, expect, test } from 'vitest'
import {
  at,
  binary,
  buffer,
  constant,
  contract,
  literal,
  load,
  nest,
  once,
  over,
  product,
  reduce,
  repeat,
  routine,
  scatter,
  store,
  unary,
} from '../../test/support/hand-routine.ts'
import { add } from '../gates/add.ts'
import { constant as constantGate } from '../gates/constant.ts'
import { tensor } from '../ir/tensor.ts'
import { printKernel, printRoutine } from './print.ts'

describe('printRoutine', () => {
  test('prints buffers, kernels, checks, commits and outputs in order', () => {
    const text = printRoutine(
      routine({
        buffers: [
          buffer('input', 'x', 12),
          { ...buffer('state', 'W', 6), role: { kind: 'state', key: '0.weight' } },
          constant('c', tensor([1, -2.5, 0.1])),
          buffer('temporary', 't0', 8),
        ],
        kernels: [
          contract({
            ...{ rows: [4], columns: [2], depth: [3], a: at(0, [3, 1]), b: at(1, [2, 1]) },
            epilogue: [product(7), store(at(3, [2, 1]), 7)],
          }),
        ],
        checks: [nest([8], once(load(0, at(3, [1])), { op: 'checkFinite', x: 0 }))],
        commits: [nest([6], once(load(0, at(3, [1], 2)), store(at(1, [1]), 0)))],
        outputs: { J: 3 },
      }),
    )
    expect(text).toBe(`routine {
  x: input f32[12]
  W: state f32[6] "0.weight"
  c: constant f32[3] = [1, -2.5, 0.1]
  t0: temporary f32[8]
  contract f32 batch [] rows [4] columns [2] depth [3] {
    a = x[3i + k]
    b = W[2k + j]
    %0 = product f32
    store t0[2i + j] = %0
  }
  check nest [8] {
    %0 = load t0[i]
    checkFinite %0
  }
  commit nest [6] {
    %0 = load t0[i + 2]
    store W[i] = %0
  }
  output J = t0
}
`)
  })

  test('shows the first 8 elements of a constant', () => {
    const contents = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8], { dtype: 'i32' })
    expect(printRoutine(routine({ buffers: [constant('c', contents)] }))).toBe(`routine {
  c: constant i32[9] = [0, 1, 2, 3, 4, 5, 6, 7, …]
}
`)
  })
})

describe('printKernel', () => {
  const buffers = [
    buffer('input', 'x', 64),
    buffer('input', 'ids', 8, 'i32'),
    buffer('temporary', 't0', 64),
    buffer('temporary', 'h', 64, 'f16'),
  ]

  test('counts references from 0, whatever their ids, and marks those that nothing gives', () => {
    const kernel = nest([2], once(literal(41, -0), binary(17, 'add', [41, 99])))
    expect(printKernel(kernel, buffers)).toBe(`nest [2] {
  %0 = literal f32 -0
  %1 = add f32 %0, %?
}`)
  })

  test('gives stages with axes a block each, and a second stage without axes too', () => {
    const kernel = nest(
      [4, 3],
      over([16], load(0, at(0, [0, 16, -1], 15)), reduce(1, 'max', 0)),
      once(unary(2, 'exp', 1)),
      once(store(at(2, [3, 1]), 2)),
    )
    expect(printKernel(kernel, buffers)).toBe(`nest [4, 3] {
  over [16] {
    %0 = load x[16j - k + 15]
    %1 = reduce max f32 %0
  }
  %2 = exp f32 %1
  over [] {
    store t0[3i + j] = %2
  }
}`)
  })

  test('names the axes of a batched contraction in the order of its loops', () => {
    const kernel = contract({
      ...{ batch: [2], rows: [3], columns: [4], depth: [5], a: at(0, [15, 5, 1]) },
      ...{ b: at(0, [20, 1, 5]), epilogue: [product(0), store(at(2, [12, 4, 1]), 0)] },
    })
    expect(printKernel(kernel, buffers)).toBe(
      `contract f32 batch [2] rows [3] columns [4] depth [5] {
  a = x[15i + 5j + l]
  b = x[20i + l + 5k]
  %0 = product f32
  store t0[12i + 4j + k] = %0
}`,
    )
  })

  test('writes where an index moves an access and how far it may go', () => {
    const moved = { ...load(1, at(0, [0, 1])), at: { index: 0, stride: 16, length: 4 } }
    const gather = nest([2, 16], once(load(0, at(1, [1, 0]), 'i32'), moved))
    const scattered = scatter({
      ...{ extents: [2, 16], index: at(1, [1, 0]), source: at(0, [16, 1]) },
      ...{ target: at(2, [0, 1]), stride: 16, length: 4 },
    })
    expect(printKernel(gather, buffers)).toBe(`nest [2, 16] {
  %0 = load ids[i]
  %1 = load x[j + 16·%0] where %0 < 4
}`)
    expect(printKernel(scattered, buffers)).toBe(`scatter f32 [2, 16] {
  index = ids[i] where index < 4
  t0[j + 16·index] += x[16i + j]
}`)
  })

  test('names the turns of repeats from the outermost on', () => {
    const body = nest([], once(load(0, at(0, [], 1, [8, -2])), store(at(2, [], 0, [0, 0]), 0)))
    expect(printKernel(repeat(3, [repeat(4, [body], true)]), buffers)).toBe(`repeat 3 {
  repeat 4 reversed {
    nest [] {
      %0 = load x[8·turn0 - 2·turn1 + 1]
      store t0[0] = %0
    }
  }
}`)
  })

  test('says how elements are read where it is not as the buffer declares them', () => {
    const kernel = nest([64], once(load(0, at(3, [1]), 'u16'), store(at(3, [1]), 0, 'u16')))
    expect(printKernel(kernel, buffers)).toBe(`nest [64] {
  %0 = load h[i] as u16
  store h[i] as u16 = %0
}`)
  })

  test('prints every other operation', () => {
    const kernel = nest(
      [2],
      once(
        { op: 'position', id: 0, dtype: 'u32', offset: 3, strides: [2] },
        { op: 'randomBits', id: 1, dtype: 'u32', a: 0, b: 0, position: 0 },
        { op: 'compare', id: 2, dtype: 'bool', operation: 'less', a: 0, b: 1 },
        { op: 'select', id: 3, dtype: 'u32', condition: 2, a: 0, b: 1 },
        { op: 'cast', id: 4, dtype: 'f32', x: 3 },
      ),
    )
    expect(printKernel(kernel, buffers)).toBe(`nest [2] {
  %0 = position u32 2i + 3
  %1 = randomBits %0, %0, %0
  %2 = less %0, %1
  %3 = select u32 %2, %0, %1
  %4 = cast f32 %3
}`)
  })

  test('lists up to 8 gates that a kernel holds', () => {
    const sum = add(constantGate([1, 2]), 3)
    const kernel = { ...nest([1]), gates: new Array(10).fill(sum) }
    expect(printKernel(kernel, buffers)).toBe(`nest [1] {  // ${'add, '.repeat(8)}… 2 more
}`)
  })
})
