/** Small arithmetic on numbers that are there already, so that they can be read as equations say. */

import { sizeOf } from '../ir/shape.ts'
import { fromNumbers, numberAt, type Tensor, toNumbers } from '../ir/tensor.ts'
import { lastTwoSwapped } from './formula-shape.ts'

/** The tensor with its last two axes swapped, as ᵀ writes it. */
export function transposed(source: Tensor): Tensor {
  const [rows = 1, columns = 1] = source.shape.slice(-2)
  const matrix = rows * columns
  const numbers = Array.from({ length: sizeOf(source.shape) }, (_, index) => {
    const within = index % matrix
    const from = (within % rows) * columns + Math.floor(within / rows)
    return numberAt(source, index - within + from)
  })
  const { dtype } = source
  return { shape: lastTwoSwapped(source.shape), dtype, data: fromNumbers(numbers, dtype) }
}

/** The sum of tensors of one type, added from left to right. */
export function added(tensors: readonly Tensor[]): Tensor | undefined {
  const [first] = tensors
  if (!first) return undefined
  const { shape, dtype } = first
  const total = new Float64Array(sizeOf(shape))
  for (const one of tensors) {
    toNumbers(one).forEach((number, index) => {
      total[index] = (total[index] ?? 0) + number
    })
  }
  return { shape, dtype, data: fromNumbers(total, dtype) }
}
