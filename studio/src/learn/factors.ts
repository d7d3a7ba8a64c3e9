/** What is computed with what in a step: the numbers of its equation in the order of its text. */
import type { EquationData, ExplanationData, NestedArray } from 'sluice'

export interface Factor {
  readonly name: string
  readonly shape: readonly number[]
  readonly value: NestedArray
  readonly kind: 'value' | 'gradient' | 'local'
  /** What stands before it: `·`, `⊙`, `+`; nothing before the first. */
  readonly sign: string
}

/** The factors and, last, what they make; none where nothing was traced. */
export function factorsOf(
  { operands, numbers, output, phase, shapes }: EquationData,
  explanation: ExplanationData,
): readonly Factor[] {
  if (!numbers) return []
  // `[4, 1]·[1, 3] → [4, 3]`: the signs that stand between brackets.
  const signs = [...shapes.matchAll(/\]\s*([^\s\]]+?)\s*\[/g)].map(([, sign]) => sign)
  const inputs = operands.flatMap((operand, index): readonly Factor[] => {
    const { name, shape, kind, transposeOf } = operand
    const value =
      kind === 'local'
        ? numbers.local
        : transposeOf
          ? transposed(valueNamed(transposeOf.name, explanation))
          : valueNamed(name, explanation)
    if (value === undefined) return []
    const sign = index === 0 ? '' : signs[index - 1]
    const isKnownSign = sign !== undefined && sign !== '→'
    return [
      {
        ...{ name, shape, value },
        kind: kind === 'upstream' ? 'gradient' : kind === 'local' ? 'local' : 'value',
        sign: index === 0 ? '' : isKnownSign ? sign : ',',
      },
    ]
  })
  const result: Factor = {
    ...{ name: output.name, shape: output.shape, value: numbers.value },
    kind: phase === 'backward' ? 'gradient' : 'value',
    sign: phase === 'forward' ? '→' : '=',
  }
  return [...inputs, result]
}

function valueNamed(name: string, { equations, given }: ExplanationData): NestedArray | undefined {
  return (
    equations.find(({ output }) => output.name === name)?.numbers?.value ??
    given.find((one) => one.name === name)?.value
  )
}

/** Rows to columns; a vector is a column already. */
function transposed(value: NestedArray | undefined): NestedArray | undefined {
  if (!Array.isArray(value) || !Array.isArray(value[0])) return value
  const rows = value as readonly (readonly NestedArray[])[] // a matrix, by its first row
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? Number.NaN))
}
