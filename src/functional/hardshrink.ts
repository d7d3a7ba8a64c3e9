import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { lambdaIsASize, type Shrink, type ShrinkAttributes, shrinkCall } from './shrinking.ts'

/**
 * x, or 0 where |x| ≤ lambda, element by element.
 *
 * Throws: ATTRIBUTE unless lambda is finite and not negative.
 * Source: PyTorch `hardshrink`.
 */
export const hardshrink: Gate<Shrink> = defineGate<Shrink, ['x'], ShrinkAttributes>({
  name: 'hardshrink',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  call: shrinkCall,
  constraints: { C1: lambdaIsASize },
  element: ({ x, attributes: { lambda } }) => x.abs().lessEqual(lambda).select(0, x),
  backward: ({ gates, x, attributes: { lambda }, upstream }) => ({
    x: gates.where(gates.lessEqual(gates.abs(x), lambda), 0, upstream),
  }),
  equation: ({ x, attributes: { lambda } }) =>
    String.raw`${x} \odot [\lvert ${x} \rvert > ${lambda}]`,
  local: ({ x, attributes: { lambda } }) => String.raw`[\lvert ${x} \rvert > ${lambda}]`,
  // Expected values: torch 1.13, torch.nn.functional.hardshrink in f64.
  samples: [
    { x: [-4, -1.5, -0.25, 0.5, 2, 5], output: [-4, -1.5, 0, 0, 2, 5] },
    { x: [-4, -1.5, -0.25, 0.5, 2, 5], with: [{ lambda: 1.75 }], output: [-4, 0, 0, 0, 2, 5] },
    { x: [-Infinity, 0.5, Infinity], output: [-Infinity, 0, Infinity] },
  ],
})
