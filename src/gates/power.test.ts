import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { constant } from './constant.ts'
import { ones } from './creation.ts'
import { power } from './power.ts'

test('a literal exponent gives 3x², 6x, 6 and 0 as the derivatives of x³, at 0 too', () => {
  const x = constant([-2, 0, 0.5], { dtype: 'f64' })
  const slope = derivative(power(x, 3), x)
  const bend = derivative(slope, x)
  const third = derivative(bend, x)
  expect(numbers(slope)).toEqual([12, 0, 0.75])
  expect(numbers(bend)).toEqual([-12, 0, 3])
  expect(numbers(third)).toEqual([6, 6, 6])
  expect(numbers(derivative(third, x))).toEqual([0, 0, 0])
})

test('a literal exponent of 0 passes no gradient, where 0 · 0^-1 would be NaN', () => {
  const x = constant([0, Number.NaN, 2], { dtype: 'f64' })
  expect(numbers(derivative(power(x, 0), x))).toEqual([0, 0, 0])
})

test('a computed exponent gives the same derivatives of x², x¹ and x⁰ at 0', () => {
  const x = constant([0, 0, 0], { dtype: 'f64' })
  const exponent = constant([2, 1, 0], { dtype: 'f64' })
  const slope = derivative(power(x, exponent), x)
  expect(numbers(slope)).toEqual([0, 1, 0])
  expect(numbers(derivative(slope, x))).toEqual([2, 0, 0])
})

// d/db (e b^(e-1)) has a part b^(e-1) that is not 0 at e = 0; PyTorch 1.13 gives 0 for one order.
test('the mixed second derivative at exponent 0 is 1 / base in both orders', () => {
  const base = constant([0.5, 4], { dtype: 'f64' })
  const exponent = constant([0, 0], { dtype: 'f64' })
  const output = power(base, exponent)
  expect(numbers(derivative(derivative(output, base), exponent))).toEqual([2, 0.25])
  expect(numbers(derivative(derivative(output, exponent), base))).toEqual([2, 0.25])
})

test('at base 0 the gradient of an exponent that is not negative is 0', () => {
  const base = constant([0, 0, 0], { dtype: 'f64' })
  const exponent = constant([0, 0.5, 2], { dtype: 'f64' })
  expect(numbers(derivative(power(base, exponent), exponent))).toEqual([0, 0, 0])
})

function derivative(output: Value, x: Value): Value {
  return gradients(output, [x], { upstream: ones(output.shape, { dtype: 'f64' }) })[0]
}

function numbers(value: Value): number[] {
  const { out } = evaluate(new Graph({ out: value })).outputs
  // -0 and 0 are one derivative.
  return out ? toNumbers(out).map((number) => number + 0) : []
}
