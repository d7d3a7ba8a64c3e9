/** The local gradient of a gate as a matrix: what its backward rule gives for each output element. */
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import { evaluator, itemAt } from './cases.ts'
import type { Derived } from './gradient-check.ts'
import { areFinite } from './points.ts'

/** f64: sums and products of some ten numbers of ordinary size carry about 1e-15 of rounding. */
const tolerance = 1e-12

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
    const operands = wrt.map((index) => itemAt(point, index))
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

export function isSame(here: LocalGradient, there: LocalGradient): boolean {
  return here.rows.every((row, i) => areNear(row, there.rows[i] ?? []))
}

export function hasOnlyZerosAndOnes({ rows }: LocalGradient): boolean {
  return rows.every((row) => row.every((share) => share === 0 || share === 1))
}

/** ⟨f(x) − f(x'), u⟩ = ⟨x − x', backward(u)⟩ for every u, f being moves and fills. */
export function isTransposed(here: LocalGradient, there: LocalGradient): boolean {
  const step = here.operands.map((x, j) => x - (there.operands[j] ?? 0))
  const moved = here.rows.map((row) =>
    row.reduce((sum, share, j) => sum + share * (step[j] ?? 0), 0),
  )
  const difference = here.outputs.map((y, i) =>
    y === there.outputs[i] ? 0 : y - (there.outputs[i] ?? 0),
  )
  return areNear(difference, moved)
}

export function hasOneSharePerOperand({ rows, owners }: LocalGradient): boolean {
  const shares = new Map<number, number>()
  return rows.every((row) =>
    row.every((share, j) => {
      if (share === 0) return true
      const owner = owners[j] ?? 0
      const first = shares.get(owner) ?? share
      shares.set(owner, first)
      return areNear([share], [first])
    }),
  )
}

/**
 * Outputs that depend on the same elements of an operand, or on none in common, or on all that the
 * other depends on and more (who comes later may see more). Each operand has rows of its own.
 */
export function hasFullRows({ rows, owners }: LocalGradient): boolean {
  return [...new Set(owners)].every((owner) => {
    const supports = rows.map(
      (row) => new Set(supportOf(row).filter((element) => owners[element] === owner)),
    )
    return supports.every((one) =>
      supports.every((other) => {
        const shared = [...one].filter((element) => other.has(element)).length
        return shared === 0 || shared === Math.min(one.size, other.size)
      }),
    )
  })
}

export function supportOf(row: readonly number[]): number[] {
  return row.flatMap((share, j) => (share !== 0 ? [j] : []))
}

export function columnsOf({ rows, operands }: LocalGradient): number[][] {
  return operands.map((_, j) => rows.map((row) => row[j] ?? 0))
}

export function hasOneEntry(shares: readonly number[]): boolean {
  return shares.filter((share) => share !== 0).length === 1
}

/** Whether two lists agree but for rounding. */
export function areNear(a: readonly number[], b: readonly number[]): boolean {
  const scale = Math.max(1, ...a.map(Math.abs), ...b.map(Math.abs))
  const isNear = (x: number, y: number) => Object.is(x, y) || Math.abs(x - y) <= tolerance * scale
  return a.length === b.length && a.every((x, i) => isNear(x, b[i] ?? Number.NaN))
}
