/** Convolutions of one channel a group are nests; their numbers stand in test/torch-convolutions.test.ts. */
import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { compile } from '../compile.ts'
import { conv1d, conv3d } from '../functional/index.ts'
import { constant, conv2d, input, multiply, sum } from '../gates/index.ts'
import type { Value } from '../ir/value.ts'

/** A convolution and both its gradients, read from a program of one thread. */
async function computed(y: Value, x: Value, kernel: Value, feeds: Record<string, Float64Array>) {
  const [dx, dKernel] = gradients(sum(multiply(y, y)), [x, kernel])
  const program = await compile({ y, dx, dKernel }, { threads: 1 })
  const handles = program.run(feeds)
  return {
    kinds: new Set(program.explainKernels().map(({ kind }) => kind)),
    y: [...handles.y.dataSync()].map(Number),
    dx: [...handles.dx.dataSync()].map(Number),
    dKernel: [...handles.dKernel.dataSync()].map(Number),
  }
}

test('a depthwise convolution and its gradients need no contraction', async () => {
  const x = input('x', [1, 2, 2, 2], { dtype: 'f64' })
  const kernel = constant([[[[1, 2]]], [[[3, -1]]]], { dtype: 'f64' })
  const y = conv2d(x, kernel, { padding: [0, 1], groups: 2 })
  const { kinds, ...numbers } = await computed(y, x, kernel, {
    x: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  })
  expect(kinds).toEqual(new Set(['nest']))
  // By hand: rows 0 1 2 0 and 0 3 4 0 with (1, 2), then 0 5 6 0 and 0 7 8 0 with (3, −1).
  expect(numbers.y).toEqual([2, 5, 2, 6, 11, 4, -5, 9, 18, -7, 13, 24])
  // By hand: 2 y with the kernel turned round, and 2 y times what it saw.
  expect(numbers.dx).toEqual([18, 24, 46, 52, 64, 90, 92, 118])
  expect(numbers.dKernel).toEqual([116, 148, 872, 168])
})

test('a sequence too long for a near cache is padded in memory, to the same numbers', async () => {
  const length = 70_000
  const x = input('x', [1, 1, length], { dtype: 'f64' })
  const kernel = constant([[[1, 1, 1]]], { dtype: 'f64' })
  const { y, dx, dKernel } = await computed(conv1d(x, kernel, { padding: 1 }), x, kernel, {
    x: new Float64Array(length).fill(1),
  })
  // By hand: 2 at both ends, 3 between; a gradient sums twice three neighbours of these.
  expect([y[0], y[1], y[length - 1]]).toEqual([2, 3, 2])
  expect([dx[0], dx[1], dx[2], dx[length - 1]]).toEqual([10, 16, 18, 10])
  // The middle tap sees all, the others all but the last or first place.
  expect(dKernel).toEqual([6 * length - 8, 6 * length - 4, 6 * length - 8])
})

test('a window of more taps than are written out is a contraction', async () => {
  const x = input('x', [1, 1, 6, 8, 8])
  const kindsWith = async (window: readonly number[]) => {
    const kernel = input('kernel', [1, 1, ...window])
    const { explainKernels } = await compile({ y: conv3d(x, kernel) }, { threads: 1 })
    return explainKernels().map(({ kind }) => kind)
  }
  expect(await kindsWith([2, 4, 4])).toEqual(['nest'])
  expect(await kindsWith([3, 4, 4])).toContain('contract')
})
