/** Gates alone, with a weight behind each so that what reaches them is not 1. */
import { add, constant, matmul, multiply, parameter, sigmoid, sum } from 'sluice'
import type { BuiltModel } from './built-model.ts'

/** J = 2 sigmoid(1.5). */
export function sigmoidAlone(): BuiltModel {
  const a = sigmoid(parameter('z', [], { init: 1.5 })).named('a')
  return { J: multiply(a, constant(2)).named('J'), feeds: {} }
}

/** Two matrices, and a weight for each element of their product. */
export function matrixProduct(): BuiltModel {
  const A = parameter('A', [2, 3], {
    init: [
      [1, 2, -1],
      [0.5, -2, 3],
    ],
  })
  const B = parameter('B', [3, 2], {
    init: [
      [2, 0.5],
      [-1, 1],
      [3, -0.5],
    ],
  })
  const weights = constant([
    [1, -2],
    [0.5, 3],
  ]).named('w')
  const weighted = multiply(matmul(A, B).named('C'), weights).named('D')
  return { J: sum(weighted).named('J'), feeds: {} }
}

/** J = 2(ab + a) at a = 3, b = −4. */
export function usedTwice(): BuiltModel {
  const a = parameter('a', [], { init: 3 })
  const product = multiply(a, parameter('b', [], { init: -4 })).named('p')
  return { J: multiply(add(product, a).named('z'), constant(2)).named('J'), feeds: {} }
}
