import { expect, test } from 'vitest'
import '../methods.ts'
import { crossEntropy, input, parameter, softplus } from '../gates/index.ts'
import { trace } from '../read.ts'
import { explain } from './index.ts'

function classifier() {
  const x = input('pixels', [12, 9])
  const labels = input('labels', [12], { dtype: 'i32' })
  const W = parameter('weight', [9, 5], { init: 0 })
  const J = crossEntropy(softplus(x.matmul(W)).named('activation'), labels).named('J')
  const feeds = {
    pixels: Array(12).fill([1, 2, 3, 4, 5, 6, 7, 8, 9.87654321]),
    labels: Array(12).fill(1),
  }
  return { J, feeds }
}

test('without numbers, an equation takes one line, or two where it is long', () => {
  expect(explain(classifier().J).toText()).toBe(`GIVEN
  pixels [12, 9], weight [9, 5], labels [12]

FORWARD
F1  u1 = pixels · weight                       [12, 9]·[9, 5] → [12, 5]  matmul: switch
F2  activation = log(1 + exp(u1))              [12, 5] → [12, 5]         softplus: scaler
F3  J = mean(−log softmax(activation)_labels)  [12, 5], [12] → []        crossEntropy: criterion

BACKWARD, from dJ/dJ = 1
B1  dJ/dactivation = (softmax(activation) − oneHot(labels))/n
      [12, 5], [12] → [12, 5]  crossEntropy: criterion
B2  dJ/du1 = dJ/dactivation ⊙ σ(u1)               [12, 5]⊙[12, 5] → [12, 5]  softplus: scaler
B3  dJ/dpixels = dJ/du1 · weightᵀ                 [12, 5]·[5, 9] → [12, 9]   matmul: switch
B4  dJ/dweight = pixelsᵀ · dJ/du1                 [9, 12]·[12, 5] → [9, 5]   matmul: switch

PARTS
  matmul: switch — each input gets the gradient times the other input
  softplus: activation (scaler) — the gradient times its own derivative
  crossEntropy: criterion — gives the first gradient, from the error
  n: the number of terms that the mean is taken over: its elements, or the labels of a crossEntropy`)
})

test.each([60, 80, 100, 140])('no line is longer than %i columns', async (width) => {
  const { J, feeds } = classifier()
  const text = explain(J, { values: await trace(J, feeds) }).toText({ width })
  const widest = Math.max(...text.split('\n').map((line) => line.length))
  expect(widest).toBeLessThanOrEqual(width)
  // Nothing is lost by breaking lines.
  for (const equation of explain(J).equations) {
    expect(text.replace(/\s+/g, ' ')).toContain(`${equation.id} ${equation.text}`)
  }
})

test('a sum of gradients breaks before a plus, and never within a share or a shape', () => {
  const x = input('features', [4, 3])
  const J = x.multiply(x).multiply(x).add(x.tanh()).add(x.exp()).sum().named('J')
  const lines = explain(J).toText({ width: 60 }).split('\n')
  const sum = lines.findIndex((line) => line.startsWith('B12 '))
  expect(lines.slice(sum, sum + 5)).toEqual([
    'B12  dJ/dfeatures = dJ/dfeatures (via F5)',
    '       + dJ/dfeatures (via F3) + dJ/dfeatures (via F2)',
    '       + dJ/dfeatures (via F1, a) + dJ/dfeatures (via F1, b)',
    '       [4, 3] + [4, 3] + [4, 3] + [4, 3] + [4, 3] → [4, 3]',
    '       add: adder',
  ])
})

test('long tensors are shortened, equal elements said once, digits as asked for', async () => {
  const { J, feeds } = classifier()
  const explanation = explain(J, { values: await trace(J, feeds), digits: 3 })
  const text = explanation.toText()
  expect(text).toContain('[[1, 2, 3, …, 7, 8, 9.88],')
  expect(text).toContain('weight  [9, 5]   all 0')
  expect(explanation.toText({ digits: 6 })).toContain('9.87654]')
  // JSON holds them in full.
  expect(explanation.toJSON().given[0]?.value).toHaveLength(12)
})

test('the n of a mean is said, unless n is a name of the graph', () => {
  const legend = 'n: the number of terms that the mean is taken over'
  const x = input('x', [3])
  expect(explain(x.mean().named('J')).toText()).toContain(legend)
  expect(explain(x.sum().named('J')).toText()).not.toContain(legend)
  const n = input('n', [3])
  expect(explain(n.mean().named('J')).toText()).not.toContain(legend)
})
