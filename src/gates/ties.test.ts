import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { tensor, toNested } from '../ir/tensor.ts'
import { input, max, min } from './index.ts'

const rows = [
  [1, 3, 3],
  [2, 2, 2],
  [5, Number.NaN, 1],
]

/** The gradient of rows, where 6 reaches the result of each. */
function gradientOf(gate: typeof max | typeof min) {
  const x = input('x', [3, 3])
  const upstream = input('upstream', [3])
  const [gradient] = gradients(gate(x, 1), [x], { upstream })
  const feeds = { x: tensor(rows), upstream: tensor([6, 6, 6]) }
  return toNested(evaluate(graph({ gradient }), { feeds }).outputs.gradient ?? tensor([]))
}

const nan = Number.NaN

// Expected: torch 1.13, the gradients of torch.amax and torch.amin.
test('elements that tie for the largest share its gradient, and a NaN spoils its row', () => {
  expect(gradientOf(max)).toEqual([
    [0, 3, 3],
    [2, 2, 2],
    [nan, nan, nan],
  ])
})

test('elements that tie for the smallest share its gradient', () => {
  expect(gradientOf(min)).toEqual([
    [6, 0, 0],
    [2, 2, 2],
    [nan, nan, nan],
  ])
})
