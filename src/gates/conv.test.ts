import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { toNested } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { add, constant, conv, conv2d, input, multiply, sum } from './index.ts'

const x = constant([
  [
    [1, -2, 3, 1],
    [2, 0, -1, 4],
  ],
  [
    [0, 5, 1, -3],
    [1, 1, 2, -1],
  ],
])
const kernel = constant([[[1, 2, -1]], [[-1, 3, 2]]])
const options = { strides: [3], padding: [[3, -1]], inputDilation: [2], groups: 2 } as const
const weights = constant([
  [
    [1, 2, 3],
    [1, 2, 3],
  ],
  [
    [1, 2, 3],
    [1, 2, 3],
  ],
])

function read(values: Readonly<Record<string, Value>>): Record<string, unknown> {
  const { outputs } = evaluate(new Graph(values))
  return Object.fromEntries(Object.entries(outputs).map(([name, one]) => [name, toNested(one)]))
}

const square = (value: Value) => multiply(value, value)

// Expected values: jax.lax.conv_general_dilated and jax.grad. All numbers are whole and small, so
// f32 holds them exactly. Stride, asymmetric and negative padding, dilation and groups at once.
test('conv and both of its gradients are closed under all of its options', () => {
  const y = conv(x, kernel, options)
  const [dx, dKernel] = gradients(sum(multiply(weights, square(y))), [x, kernel])
  expect(read({ y, dx, dKernel })).toEqual({
    y: [
      [
        [0, 3, 6],
        [0, -2, -3],
      ],
      [
        [0, -5, 2],
        [0, 1, 6],
      ],
    ],
    dx: [
      [
        [12, -12, 72, 0],
        [8, -16, -54, 0],
      ],
      [
        [-20, 20, 24, 0],
        [-4, 8, 108, 0],
      ],
    ],
    dKernel: [[[12, 120, -124]], [[-12, 90, 4]]],
  })
})

test('the gradients of conv have the gradients that JAX gives them', () => {
  const y = conv(x, kernel, options)
  const [dx, dKernel] = gradients(sum(multiply(weights, square(y))), [x, kernel])
  const steepness = add(sum(square(dx)), sum(square(dKernel)))
  const [ddx, ddKernel] = gradients(steepness, [x, kernel])
  expect(read({ ddx, ddKernel })).toEqual({
    ddx: [
      [
        [2560, -5248, 20736, 0],
        [704, -1088, -12312, 0],
      ],
      [
        [-5760, 10240, 6912, 0],
        [-192, 224, 24624, 0],
      ],
    ],
    ddKernel: [[[3360, 25920, -32032]], [[-1088, 24840, 416]]],
  })
})

test('conv2d knows batch and outputs as types, and height and width as it is built', () => {
  const images = input('images', [8, 1, 28, 28])
  const window = input('window', [4, 1, 3, 3])
  const features: Value<readonly [8, 4, number, number], 'f32'> = conv2d(images, window)
  expect(features.shape).toEqual([8, 4, 26, 26])
  expect(conv2d(images, window, { padding: 'same' }).shape).toEqual([8, 4, 28, 28])
  expect(conv2d(images, window, { padding: 'same', dilation: [1, 4] }).shape).toEqual([
    8, 4, 28, 28,
  ])
  expect(conv2d(images, window, { stride: 2, padding: 1 }).shape).toEqual([8, 4, 14, 14])
  // @ts-expect-error f32 and f64 do not mix
  expect(() => conv2d(images, input('window', [4, 1, 3, 3], { dtype: 'f64' }))).toThrow(/^DTYPE/)
})

test("conv2d turns away padding 'same' with a stride", () => {
  const images = input('images', [8, 1, 28, 28])
  const window = input('window', [4, 1, 3, 3])
  expect(() =>
    conv2d(images, window, { padding: 'same', stride: [1, 2] }),
  ).toThrow(`ATTRIBUTE conv2d: padding 'same' keeps the size, a stride does not
  expected  stride 1 with padding 'same'
  got       stride [1, 2]
  fix       give the padding as a number`)
})

test('conv2d says which channels do not fit', () => {
  const images = input('images', [8, 3, 28, 28])
  const window = input('window', [4, 2, 3, 3])
  expect(() => conv2d(images, window)).toThrow('SHAPE conv2d: x has 3 channels, the kernel takes 2')
  expect(() => conv2d(images, input('one', [4, 1, 3, 3]), { groups: 3 })).toThrow(
    'SHAPE conv2d: 3 groups do not divide 4 outputs',
  )
})

test('an axis of no elements that is padded has gradients of no elements', () => {
  const x = input('x', [1, 1, 0])
  const kernel = constant([[[2]]])
  const [dx, dKernel] = gradients(sum(conv(x, kernel, { padding: [[1, 2]] })), [x, kernel])
  expect(dx.shape).toEqual([1, 1, 0])
  expect(dKernel.shape).toEqual([1, 1, 1])
  const feeds = { x: { shape: x.shape, dtype: x.dtype, data: new Float32Array(0) } }
  const { outputs } = evaluate(new Graph({ dKernel }), { feeds })
  expect(outputs.dKernel?.data).toEqual(Float32Array.of(0))
})
