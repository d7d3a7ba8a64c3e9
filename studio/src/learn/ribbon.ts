/** The shapes of a product in proportion, and why no other order of its factors fits. */
import type { EquationData } from 'sluice'

export interface RibbonBlock {
  readonly name: string
  readonly rows: number
  readonly columns: number
  /** Drawn lying the other way first: what it is the transpose of. */
  readonly isTransposed: boolean
  readonly kind: 'upstream' | 'operand' | 'result'
}

export interface Ribbon {
  readonly left: RibbonBlock
  readonly right: RibbonBlock
  readonly result: RibbonBlock
  /** `(2 × 4)(4 × 3) → 2 × 3`. */
  readonly shapes: string
  /** Why the factors stand in this order. */
  readonly reason: string
}

/** Of a gradient that is a product of two matrices; undefined for any other equation. */
export function ribbonOf({ phase, operands, output, gate }: EquationData): Ribbon | undefined {
  const [a, b] = operands
  if (phase !== 'backward' || gate !== 'matmul' || !a || !b) return undefined
  const [left, right, result] = [a, b, output].map(({ shape }) => shape)
  if (left?.length !== 2 || right?.length !== 2 || result?.length !== 2) return undefined
  const block = (operand: typeof a): RibbonBlock => ({
    name: operand.name,
    rows: operand.shape[0] ?? 0,
    columns: operand.shape[1] ?? 0,
    isTransposed: operand.transposeOf !== undefined,
    kind: operand.kind === 'upstream' ? 'upstream' : 'operand',
  })
  const blocks = [block(a), block(b)] as const
  return {
    left: blocks[0],
    right: blocks[1],
    result: {
      ...{ name: output.name, rows: result[0] ?? 0, columns: result[1] ?? 0 },
      ...{ isTransposed: false, kind: 'result' },
    },
    shapes: `(${left.join(' × ')})(${right.join(' × ')}) → ${result.join(' × ')}`,
    reason: reasonOf(blocks[0], blocks[1], output.name),
  }
}

function reasonOf(left: RibbonBlock, right: RibbonBlock, result: string): string {
  const fits = `The inner sizes meet: ${left.columns} = ${right.rows}.`
  const swapped = `${right.name} · ${left.name}`
  if (right.columns !== left.rows) {
    return `${fits} ${swapped} does not fit: ${right.columns} ≠ ${left.rows}.`
  }
  const shape = `${right.rows} × ${left.columns}`
  return `${fits} ${swapped} would be ${shape}, which is not the shape of ${result}.`
}
