import { expect, test } from 'vitest'
import { compile, constant, input, rope } from '../index.ts'

test('the product of a query and a key depends on how far apart they are', async () => {
  const query = constant([[1, 2, -0.5, 3]], { dtype: 'f64' })
  const key = constant([[0.5, -1, 2, 1]], { dtype: 'f64' })
  const product = (from: number, to: number) => {
    const at = (place: number) => ({ positions: constant([place], { dtype: 'i32' }) })
    return rope(query, at(from))
      .multiply(rope(key, at(to)))
      .sum()
  }
  const program = await compile({
    near: product(3, 5),
    far: product(103, 105),
    other: product(3, 6),
  })
  const { near, far, other } = program.run()
  const expected = Number(near.dataSync()[0])
  expect(Number(far.dataSync()[0])).toBeCloseTo(expected, 12) // f64: angles of 100 are good to 1e-14
  expect(Math.abs(Number(other.dataSync()[0]) - expected)).toBeGreaterThan(0.1)
})

test('what cannot be turned is turned away', () => {
  expect(() => rope(input('x', [4, 3]))).toThrow(
    'SHAPE rope: x does not consist of places with pairs',
  )
  const positions = input('positions', [3], { dtype: 'i32' })
  expect(() => rope(input('x', [4, 2]), { positions })).toThrow('SHAPE rope')
  expect(() => rope(input('x', [4, 2]), { base: 0 })).toThrow('OPTION rope: base or pairing')
})
