import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import { type AlongAxis, alongAxis, shifted } from './along-axis.ts'
import { defineGate, type Gates } from './define.ts'
import type { AxisAttributes } from './gather.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    logCumSumExp(axis: number): Value<S, D>
  }
}

/**
 * At each place along an axis log(sum(exp(x))) of the elements up to there, where no exponential
 * overflows and none that matters vanishes.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `logcumsumexp`.
 */
export const logCumSumExp: Gate<AlongAxis> = defineGate<AlongAxis, ['x'], AxisAttributes>({
  name: 'logCumSumExp',
  operands: ['x'],
  role: 'mixer',
  call: alongAxis('logCumSumExp'),
  // Sums are kept relative to the largest element so far: where that grows, they shrink with it.
  expand: ({ gates, x, attributes: { axis } }) => {
    const largest = gates.stopGradient(gates.cummax(x, axis))
    const before = shifted(gates, largest, { axis, by: 1 })
    const decay = gates.exp(below(gates, before, largest))
    const total = gates.linearRecurrence(gates.exp(below(gates, x, largest)), decay, axis)
    return gates.add(gates.log(total), largest)
  },
  equation: ({ x }) => String.raw`\log(\sum_{j \le i} \exp(${x}_j))`,
  downstream: ({ x, output, upstream }) =>
    String.raw`\sum_{j \ge i} ${upstream}_j \exp(${x}_i - ${output}_j)`,
  // Expected values: torch 1.13, torch.logcumsumexp; of infinities by the definition.
  samples: [
    {
      x: [
        [0, 1, 2],
        [3, 3, -1],
      ],
      with: [1],
      output: [
        [0, 1.3132616875182228, 2.40760596444438],
        [3, 3.6931471805599454, 3.702263321439095],
      ],
    },
    { x: [-1000, 0, 1000], with: [0], output: [-1000, 0, 1000] },
    {
      x: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -2000, Infinity, 1, Number.NaN],
      with: [-1],
      output: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -2000, Infinity, Infinity, NaN],
    },
    { x: [], with: [0], output: [] },
  ],
})

/** a − b, and 0 where both are the same infinity. */
function below(gates: Gates, a: Value, b: Value): Value {
  const isInfinite = gates.equal(gates.abs(b), Number.POSITIVE_INFINITY)
  const isSame = gates.and(gates.equal(a, b), isInfinite)
  return gates.where(isSame, 0, gates.subtract(a, b))
}
