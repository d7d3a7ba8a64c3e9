import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { lambdaIsASize, type Shrink, type ShrinkAttributes, shrinkCall } from './shrinking.ts'

/**
 * x, brought by lambda towards 0, element by element; 0 where |x| ≤ lambda.
 *
 * Throws: ATTRIBUTE unless lambda is finite and not negative.
 * Source: PyTorch `softshrink`.
 */
export const softshrink: Gate<Shrink> = defineGate<Shrink, ['x'], ShrinkAttributes>({
  name: 'softshrink',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: shrinkCall,
  constraints: { C1: lambdaIsASize },
  element: ({ x, attributes: { lambda } }) =>
    x
      .abs()
      .lessEqual(lambda)
      .select(0, x.subtract(x.sign().multiply(lambda))),
  backward: ({ gates, x, attributes: { lambda }, upstream }) => ({
    x: gates.where(gates.lessEqual(gates.abs(x), lambda), 0, upstream),
  }),
  equation: ({ x, attributes: { lambda } }) =>
    String.raw`\operatorname{sign}(${x}) \odot \max(\lvert ${x} \rvert - ${lambda}, 0)`,
  local: ({ x, attributes: { lambda } }) => String.raw`[\lvert ${x} \rvert > ${lambda}]`,
  // Expected values: torch 1.13, torch.nn.functional.softshrink in f64.
  samples: [
    { x: [-4, -1.5, -0.25, 0.5, 2, 5], output: [-3.5, -1, 0, 0, 1.5, 4.5] },
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      with: [{ lambda: 1.75 }],
      output: [-2.25, 0, 0, 0, 0.25, 3.25],
    },
    { x: [-Infinity, 0.5, Infinity], output: [-Infinity, 0, Infinity] },
  ],
})
