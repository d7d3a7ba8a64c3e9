import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { tensor, toNested } from '../ir/tensor.ts'
import { input, prod, slice, sum } from './index.ts'

/** The gradient and the second derivative of the product of a row. */
function derivatives(row: readonly number[]) {
  const x = input('x', [row.length])
  const [first] = gradients(prod(x), [x])
  const second = row.map((_, i) => gradients(sum(slice(first, [[i, i + 1]])), [x])[0])
  const { outputs } = evaluate(graph([first, ...second]), { feeds: { x: tensor(row) } })
  const [gradient, ...hessian] = Object.values(outputs).map((value) => toNested(value))
  return { gradient, hessian }
}

// Small whole numbers: every product below is exact. The values are products of the other numbers.
test('the gradient of a product is the product of the others', () => {
  expect(derivatives([2, -3, 5])).toEqual({
    gradient: [-15, 10, -6],
    hessian: [
      [0, 5, -3],
      [5, 0, 2],
      [-3, 2, 0],
    ],
  })
})

test('one zero in a row takes the whole gradient, and nothing becomes NaN', () => {
  expect(plain(derivatives([0, -3, 5]))).toEqual({
    gradient: [-15, 0, 0],
    hessian: [
      [0, 5, -3],
      [5, 0, 0],
      [-3, 0, 0],
    ],
  })
})

test('two zeros in a row leave no gradient but a second derivative', () => {
  expect(plain(derivatives([0, -3, 0, 5]))).toEqual({
    gradient: [0, 0, 0, 0],
    hessian: [
      [0, 0, -15, 0],
      [0, 0, 0, 0],
      [-15, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  })
})

test('a row of one element has the gradient 1', () => {
  expect(derivatives([0])).toEqual({ gradient: [1], hessian: [[0]] })
})

/** −0 as 0: which of the two a product of zeros gives is nothing to rely on. */
function plain(values: unknown): unknown {
  return JSON.parse(JSON.stringify(values))
}
