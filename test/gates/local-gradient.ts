/** The local gradient of a gate as a matrix: what its backward rule gives for each output element. */
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import { evaluator } from './cases.ts'
import type { Derived } from './gradient-check.ts'
import { areFinite } from './points.ts'

export interface LocalGradient {
  /** The elements of the outputs, and of the operands that the gate differentiates. */
  readonly outputs: readonly number[]
  readonly operands: readonly number[]
  /** rows[i][j]: the derivative of output element i with respect to operand element j. */
  readonly rows: readonly (readonly number[])[]
  /** Which operand each operand element belongs to. */
  readonly owners: readonly number[]
}

/** Evaluates the local gradient at points; undefined where it is not finite. */
export function localGradient(
  derived: Derived,
): (point: readonly Tensor[]) => LocalGradient | undefined {
  const { inputs, seeds, reached, wrt, gradients } = derived
  const given = gradients.filter((gradient) => gradient !== undefined)
  const forward = evaluator(inputs, reached)
  const backward = evaluator([...inputs, ...seeds], given)
  return (point) => {
    const outputs = forward(point)
    const operands = wrt.map((index) => point[index] as Tensor) // an index of theirs
    const sizes = operands.map(({ data }) => data.length)
    const rows: (readonly number[])[] = []
    for (const upstreams of unitUpstreams(outputs)) {
      const results = [...backward([...point, ...upstreams])]
      if (!areFinite(results)) return undefined
      const parts = gradients.map((gradient, k) => {
        const part = gradient && results.shift()
        return part ? toNumbers(part) : zeros(sizes[k] ?? 0)
      })
      rows.push(parts.flat())
    }
    return {
      outputs: outputs.flatMap(toNumbers),
      operands: operands.flatMap(toNumbers),
      rows,
      owners: sizes.flatMap((size, k) => zeros(size).fill(k)),
    }
  }
}

/** For each output element, upstreams that are 1 there and 0 elsewhere. */
function* unitUpstreams(outputs: readonly Tensor[]): Generator<readonly Tensor[]> {
  for (const [k, { data }] of outputs.entries()) {
    for (let element = 0; element < data.length; element++) {
      yield outputs.map(({ shape, data: own }, index) => {
        const unit = new Float64Array(own.length)
        if (index === k) unit[element] = 1
        return { shape, dtype: 'f64', data: unit }
      })
    }
  }
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0)
}
