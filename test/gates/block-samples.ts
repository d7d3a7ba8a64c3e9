/** Samples of the gates that take a function, which a gate's own samples cannot hold. */
import { add, checkpoint, matmul, multiply, scan, sigmoid, tanh } from '../../src/gates/index.ts'
import type { AnyFunction, Gate } from '../../src/ir/gate.ts'
import type { NestedArray } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'

export interface BlockSample {
  readonly gate: Gate<AnyFunction>
  readonly operands: readonly NestedArray[]
  /** What is called with a value for each operand. */
  readonly call: (...operands: Value[]) => unknown
  readonly outputs: readonly NestedArray[]
}

// h ← tanh(h w + x), giving h x at each step; w is read from outside. Expected: NumPy 1.24, f64.
const recurrence = (options: { readonly reverse?: boolean }) => {
  return (...[h0, xs, w]: Value[]): unknown => {
    const step = ([h, x]: readonly Value[]) => {
      const next = tanh(add(multiply(given(h), given(w)), given(x)))
      return { carry: [next], outputs: [multiply(next, given(x))] }
    }
    return scan((carry, elements) => step([...carry, ...elements]), {
      carry: [given(h0)],
      sequences: [given(xs)],
      ...options,
    })
  }
}

export const blockSamples: readonly BlockSample[] = [
  {
    gate: scan,
    operands: [0.5, [1, -2, 3], 0.7],
    call: recurrence({}),
    outputs: [0.9830836480846777, [0.874053287886007, 1.7655320183790975, 2.9492509442540333]],
  },
  {
    gate: scan,
    operands: [0.5, [1, -2, 3], 0.7],
    call: recurrence({ reverse: true }),
    outputs: [0.3769366014745133, [0.3769366014745133, 1.7243311718202996, 2.9926236082723356]],
  },
  {
    // tanh(x w) and its sigmoid, w read from outside. Expected: NumPy 1.24, f64.
    gate: checkpoint,
    operands: [
      [
        [1, -2],
        [0.5, 3],
      ],
      [
        [0.3, -0.1],
        [0.2, 0.4],
      ],
    ],
    call: (...[x, w]) =>
      checkpoint((one) => {
        const a = tanh(matmul(one, given(w)))
        return [a, sigmoid(a)]
      }, given(x)),
    outputs: [
      [
        [-0.09966799462495585, -0.7162978701990245],
        [0.6351489523872874, 0.8177540779702878],
      ],
      [
        [0.47510360739268714, 0.32820873750081003],
        [0.6536560529750105, 0.6937593853324171],
      ],
    ],
  },
]

function given(value: Value | undefined): Value {
  if (!value) throw new RangeError('a block sample reads more values than it has operands')
  return value
}
