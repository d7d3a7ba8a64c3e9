/** What the gates that solve a x = b say alike, whichever way they do it. */
import type { Gates } from '../gates/define.ts'
import { meetInBatch } from '../gates/matmul.ts'
import type { PerOperand, Sample } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { swapped } from './matrices.ts'

export interface Side {
  /** Whether a stands left of x, a x = b, or right, x a = b. */
  readonly left: boolean
  /** Whether aᵀ stands in the place of a. */
  readonly transpose: boolean
}

/** The operands with one batch, where they can meet. */
export function meetAround(a: Value, b: Value, left: boolean): readonly Value[] {
  return left ? meetInBatch(a, b) : meetInBatch(b, a).toReversed()
}

/** The constraint that b has the rows, or columns, that a asks for; `isOther` lets more through. */
export function fitting(
  broken: Sample,
  isOther: (a: Value, b: Value) => boolean = () => false,
): Constraint<readonly ['a', 'b'], { readonly left: boolean }> {
  return {
    rule: 'b has as many rows as a, or columns where a stands right; batches broadcast',
    holds: ({ a, b, attributes: { left } }) =>
      isOther(a, b) ||
      (b.shape.length >= 2 &&
        b.shape.at(left ? -2 : -1) === a.shape.at(-1) &&
        sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) ||
      `b ${formatShape(b.shape)} does not fit a ${formatShape(a.shape)}`,
    fix: 'reshape b to [..., n, k]; a single column is [n, 1]',
    broken,
  }
}

/** The gradient of a where x is the solution and `back` the gradient of b. */
export function gradientOfMatrix(gates: Gates, x: Value, back: Value, side: Side): Value {
  const outer = side.left
    ? gates.matmul(back, swapped(gates, x))
    : gates.matmul(swapped(gates, x), back)
  return gates.negate(side.transpose ? swapped(gates, outer) : outer)
}

export interface Symbols {
  readonly a: string
  readonly b: string
  readonly output: string
  readonly upstream: string
  readonly attributes: Side
}

export function solutionText({ a, b, attributes: { left, transpose } }: Symbols): string {
  const inverse = String.raw`${a}^{${transpose ? String.raw`-\top` : '-1'}}`
  return left ? `${inverse} ${b}` : `${b} ${inverse}`
}

export function gradientText(symbols: Symbols): PerOperand {
  const { output, upstream, attributes } = symbols
  const { left, transpose } = attributes
  const turned = { left, transpose: !transpose }
  const back = solutionText({ ...symbols, b: upstream, attributes: turned })
  const pair = left ? String.raw`${back} ${output}^\top` : String.raw`${output}^\top ${back}`
  return { a: transpose ? String.raw`-(${pair})^\top` : `-${pair}`, b: back }
}
