/** Layers over sequences, images and volumes: what they own, and what they hand to their gates. */
import { expect, test } from 'vitest'
import { input } from '../gates/input.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { toNested, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import * as nn from './index.ts'

const row = [[[1, 2, 3, 4]]]

function outputOf(layer: (x: Value) => Value, data: readonly unknown[], shape: readonly number[]) {
  const x = input('x', shape, { dtype: 'f64' })
  const flat = Float64Array.from(data.flat(Number.POSITIVE_INFINITY) as number[]) // numbers in lists
  const feeds = { x: { shape, dtype: 'f64', data: flat } as const }
  const { y } = evaluate(new Graph({ y: layer(x) }), { feeds }).outputs
  return y && toNested(y)
}

// Shapes: torch 1.13, layer(zeros(shape)).shape and layer.weight.shape.
test.each([
  [nn.conv1d(4, 6, 3, { groups: 2, stride: 2, padding: 1 }), [2, 4, 9], [2, 6, 5], [6, 2, 3]],
  [nn.conv2d(3, 8, [3, 5], { padding: 'same' }), [2, 3, 7, 6], [2, 8, 7, 6], [8, 3, 3, 5]],
  [nn.conv3d(1, 2, 2), [1, 1, 3, 4, 5], [1, 2, 2, 3, 4], [2, 1, 2, 2, 2]],
  [nn.convTranspose1d(4, 6, 3, { groups: 2, stride: 2 }), [1, 4, 5], [1, 6, 11], [4, 3, 3]],
  [nn.convTranspose2d(3, 2, 2, { stride: 2 }), [1, 3, 4, 5], [1, 2, 8, 10], [3, 2, 2, 2]],
  [nn.convTranspose3d(2, 3, 2, { padding: 1 }), [1, 2, 3, 3, 3], [1, 3, 2, 2, 2], [2, 3, 2, 2, 2]],
])('$description has the weight and the output that torch.nn has', (layer, given, made, weight) => {
  expect(layer(input('x', given)).shape).toEqual(made)
  expect(layer.parameters.weight?.shape).toEqual(weight)
  expect(layer.parameters.bias?.shape).toEqual([made[1]])
  expect(layer.torch).toEqual({ weight: { name: 'weight' }, bias: { name: 'bias' } })
})

test('a convolution begins evenly within one over the root of its inputs', () => {
  // torch counts a transposed weight's second axis: 1/√(2 · 3 · 3) and 1/√(8 · 3 · 3).
  const drawn = (layer: nn.Layer) => {
    const { w } = evaluate(new Graph({ w: layer.parameters.weight as Value })).outputs // it has one
    return Math.max(...(w ? toNumbers(w) : []).map(Math.abs))
  }
  const plain = drawn(nn.conv2d(4, 64, 3, { groups: 2 }))
  expect(plain).toBeLessThanOrEqual(1 / Math.sqrt(18))
  expect(plain).toBeGreaterThan(0.95 / Math.sqrt(18))
  const transposed = drawn(nn.convTranspose2d(64, 8, 3))
  expect(transposed).toBeLessThanOrEqual(1 / Math.sqrt(72))
  expect(transposed).toBeGreaterThan(0.95 / Math.sqrt(72))
})

test('a convolution pads with what its padding mode says', () => {
  const sumOfThree = (paddingMode: 'zeros' | 'reflect' | 'replicate' | 'circular') =>
    nn.conv1d(1, 1, 3, {
      ...{ paddingMode, padding: 'same', bias: false, dtype: 'f64' },
      weightInit: [[[1, 1, 1]]],
    })
  // By hand, with 0, 2 and 3, 1 and 4, 4 and 1 beyond the ends.
  expect(outputOf(sumOfThree('zeros'), row, [1, 1, 4])).toEqual([[[3, 6, 9, 7]]])
  expect(outputOf(sumOfThree('reflect'), row, [1, 1, 4])).toEqual([[[5, 6, 9, 10]]])
  expect(outputOf(sumOfThree('replicate'), row, [1, 1, 4])).toEqual([[[4, 6, 9, 11]]])
  expect(outputOf(sumOfThree('circular'), row, [1, 1, 4])).toEqual([[[7, 6, 9, 8]]])
})

test('pads take the last axis first, before and then after, as torch.nn does', () => {
  const image = [[[[1, 2]]]]
  // torch 1.13, torch.nn.ZeroPad2d((1, 2, 0, 1)) and torch.nn.ConstantPad2d((0, 1, 1, 0), 9).
  expect(outputOf(nn.zeroPad2d([1, 2, 0, 1]), image, [1, 1, 1, 2])).toEqual([
    [
      [
        [0, 1, 2, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
  ])
  expect(outputOf(nn.constantPad2d([0, 1, 1, 0], 9), image, [1, 1, 1, 2])).toEqual([
    [
      [
        [9, 9, 9],
        [1, 2, 9],
      ],
    ],
  ])
  expect(outputOf(nn.constantPad1d(1, 7), row, [1, 1, 4])).toEqual([[[7, 1, 2, 3, 4, 7]]])
  expect(outputOf(nn.reflectionPad1d([2, 0]), row, [1, 1, 4])).toEqual([[[3, 2, 1, 2, 3, 4]]])
  expect(outputOf(nn.replicationPad1d([1, 0]), row, [1, 1, 4])).toEqual([[[1, 1, 2, 3, 4]]])
  expect(outputOf(nn.circularPad1d([0, 1]), row, [1, 1, 4])).toEqual([[[1, 2, 3, 4, 1]]])
})

test('a pad with a number too few says how they are counted', () => {
  expect(() => nn.reflectionPad2d([1, 2])).toThrow(
    'expected  a number, or 4: before and after, the last axis first',
  )
})

// Shapes: torch 1.13.
test.each([
  [nn.maxPool1d(3, { stride: 2 }), [1, 2, 9], [1, 2, 4]],
  [nn.maxPool3d(2, { ceilMode: true }), [1, 2, 3, 4, 5], [1, 2, 2, 2, 3]],
  [nn.avgPool1d(2), [1, 2, 9], [1, 2, 4]],
  [nn.avgPool3d([1, 2, 2]), [1, 2, 3, 4, 5], [1, 2, 3, 2, 2]],
  [nn.lpPool1d(2, 3), [1, 2, 9], [1, 2, 3]],
  [nn.lpPool2d(2, 2), [1, 2, 5, 6], [1, 2, 2, 3]],
  [nn.lpPool3d(2, 2), [1, 2, 4, 5, 6], [1, 2, 2, 2, 3]],
  [nn.adaptiveAvgPool1d(4), [1, 2, 7], [1, 2, 4]],
  [nn.adaptiveAvgPool2d([3, null]), [1, 2, 7, 5], [1, 2, 3, 5]],
  [nn.adaptiveAvgPool3d(1), [1, 2, 3, 4, 5], [1, 2, 1, 1, 1]],
  [nn.adaptiveMaxPool1d(4), [1, 2, 7], [1, 2, 4]],
  [nn.adaptiveMaxPool2d(2), [1, 2, 7, 5], [1, 2, 2, 2]],
  [nn.adaptiveMaxPool3d([1, 2, 2]), [1, 2, 3, 4, 5], [1, 2, 1, 2, 2]],
  [nn.upsample({ scaleFactor: 2, mode: 'bilinear' }), [1, 2, 3, 4], [1, 2, 6, 8]],
  [nn.pixelShuffle(2), [1, 8, 3, 4], [1, 2, 6, 8]],
  [nn.pixelUnshuffle(2), [1, 2, 6, 8], [1, 8, 3, 4]],
  [nn.channelShuffle(2), [1, 8, 3, 4], [1, 8, 3, 4]],
  [nn.unfold(2, { stride: 2 }), [1, 3, 4, 6], [1, 12, 6]],
  [nn.fold([4, 6], 2, { stride: 2 }), [1, 12, 6], [1, 3, 4, 6]],
  [nn.reflectionPad3d(1), [1, 1, 2, 3, 4], [1, 1, 4, 5, 6]],
  [nn.replicationPad2d(2), [1, 1, 3, 4], [1, 1, 7, 8]],
  [nn.replicationPad3d([1, 0, 0, 2, 0, 0]), [1, 1, 2, 3, 4], [1, 1, 2, 5, 5]],
  [nn.circularPad2d([0, 1, 2, 0]), [1, 1, 3, 4], [1, 1, 5, 5]],
  [nn.circularPad3d(1), [1, 1, 2, 3, 4], [1, 1, 4, 5, 6]],
  [nn.constantPad3d(1, 2), [1, 1, 2, 3, 4], [1, 1, 4, 5, 6]],
])('$description makes of x what torch.nn makes', (layer, given, made) => {
  expect(layer(input('x', given)).shape).toEqual(made)
})
