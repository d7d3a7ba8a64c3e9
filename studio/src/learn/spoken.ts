/** What the live region says of a step, in words. */
import type { EquationData } from 'sluice'
import { numbersOf, shortNumber } from './numbers.ts'

export interface Place {
  readonly taken: number
  readonly count: number
  /** The hint of the gate that is selected. */
  readonly selected: string | undefined
}

export function spokenOf(equation: EquationData | undefined, place: Place): string {
  if (place.selected !== undefined) return `Selected: ${place.selected.replace('\n', '. ')}`
  if (!equation) return 'Before the first step'
  const { id, text, numbers, substituted } = equation
  const found = numbers ? numbersOf(numbers.value) : []
  const only = found.length === 1 ? ` = ${shortNumber(found[0] ?? Number.NaN)}` : ''
  const put = substituted ? ` = ${substituted}` : ''
  return `${id}, step ${place.taken} of ${place.count}: ${text}${put}${only}`
}
