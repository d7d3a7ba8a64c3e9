/** The part of a gate, seen to hold in the numbers of one step. */
import type { EquationData, ExplanationData } from 'sluice'
import { numbersOf, shortNumber } from './numbers.ts'

export interface ProofLine {
  /** `dJ/da = 2 · (−4) = −8`. */
  readonly text: string
  readonly holds: boolean
}

/** What the role of a backward step promises, with the numbers of the step; none forward. */
export function proofOf(
  equation: EquationData,
  explanation: ExplanationData,
): readonly ProofLine[] {
  if (equation.phase !== 'backward' || !equation.numbers) return []
  if (equation.adds) return [sumOf(equation, explanation)]
  const siblings = explanation.equations.filter(({ of }) => of === equation.of)
  return promises(equation, siblings).filter(({ text }) => text !== '')
}

/** A line without text promises nothing. */
function promises(equation: EquationData, siblings: readonly EquationData[]): readonly ProofLine[] {
  switch (equation.role) {
    case 'distributor':
      return siblings.map(shared)
    case 'router':
      return siblings.map(routed)
    case 'switch':
      return siblings.map(switched)
    case 'scaler':
    case 'criterion':
      return [product(equation)]
    case 'mover':
      return [moved(equation)]
    case 'adder':
      return [summed(equation)]
    default:
      return []
  }
}

function isClose(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * (Math.abs(a) + Math.abs(b)) + 1e-300
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

interface Flow {
  readonly arriving: readonly number[]
  readonly local: readonly number[] | undefined
  readonly leaving: readonly number[]
}

function flowOf({ numbers }: EquationData): Flow {
  const local = numbers?.local === undefined ? undefined : numbersOf(numbers.local)
  const arriving = (numbers?.upstreams ?? []).flatMap(numbersOf)
  return { arriving, local, leaving: numbers ? numbersOf(numbers.value) : [] }
}

function sumOf({ output, adds = [], numbers }: EquationData, { equations }: ExplanationData) {
  const shares = adds.flatMap((id) => equations.find((one) => one.id === id) ?? [])
  const values = shares.map((one) => (one.numbers ? numbersOf(one.numbers.value) : []))
  const leaving = numbers ? numbersOf(numbers.value) : []
  const totals = leaving.map((_, index) => sum(values.map((own) => own[index] ?? Number.NaN)))
  const holds = totals.every((total, index) => isClose(total, leaving[index] ?? Number.NaN))
  const names = shares.map((one) => one.output.name).join(' + ')
  const written = writtenSum(values, leaving)
  return { text: `${output.name} = ${names}${written}`, holds }
}

/** ` = 6 + 6 = 12`, of scalars. */
function writtenSum(values: readonly (readonly number[])[], leaving: readonly number[]): string {
  if (leaving.length !== 1) return ', element by element'
  const parts = values.map((own) => bracketed(own[0] ?? Number.NaN))
  return ` = ${parts.join(' + ')} = ${shortNumber(leaving[0] ?? Number.NaN)}`
}

/** A negative number behind a sign stands in brackets. */
function bracketed(number: number): string {
  const text = shortNumber(number)
  return text.startsWith('−') ? `(${text})` : text
}

function shared(equation: EquationData): ProofLine {
  const { output, upstreams = [] } = equation
  const { arriving, leaving, local } = flowOf(equation)
  const from = upstreams.join(', ')
  const isUnchanged = local === undefined || local.every((one) => one === 1)
  if (!isUnchanged) return product(equation)
  if (leaving.length === arriving.length) {
    const holds = leaving.every((one, index) => isClose(one, arriving[index] ?? Number.NaN))
    const numbers = leaving.length === 1 ? `: ${shortNumber(leaving[0] ?? Number.NaN)}` : ''
    return { text: `${output.name} = ${from}, unchanged${numbers}`, holds }
  }
  if (leaving.length < arriving.length) {
    const holds = isClose(sum(leaving), sum(arriving))
    return { text: `${output.name} gets the same, summed over the copies of its value`, holds }
  }
  // What was reduced to few numbers gets theirs back, each of its own.
  const different = new Set(leaving.map((one) => one.toPrecision(12)))
  const which = different.size === 1 ? `: ${shortNumber(leaving[0] ?? Number.NaN)}` : ''
  return {
    text: `each of the ${leaving.length} numbers gets what arrives where it went${which}`,
    holds: different.size <= arriving.length,
  }
}

function routed(equation: EquationData): ProofLine {
  const { output } = equation
  const { arriving, leaving, local } = flowOf(equation)
  const isChosen = (index: number) => local === undefined || (local[index] ?? 0) !== 0
  const passed = leaving.filter((one) => one !== 0).length
  const holds = leaving.every((one, index) => isChosen(index) || one === 0)
  if (leaving.length === 1 && arriving.length === 1) {
    const number = shortNumber(leaving[0] ?? Number.NaN)
    const says = !isChosen(0)
      ? `loses: ${number}`
      : local?.[0] === 1
        ? `wins the whole gradient: ${number}`
        : `shares a tie: ${number}`
    return { text: `${output.name} ${says}`, holds }
  }
  return {
    text: `${output.name}: ${passed} of ${leaving.length} numbers pass, the others are 0`,
    holds,
  }
}

function switched(equation: EquationData): ProofLine {
  const { output, local } = equation
  const line = product(equation)
  if (line.text !== '') return line
  const other = (local ?? 'the other input').replace(/ᵀ$/, '')
  return { text: `${output.name} takes the other input, ${other}`, holds: true }
}

/** `dJ/da = 2 · −4 = −8`, of scalars and element by element; no text where it is neither. */
function product({ output, ...equation }: EquationData): ProofLine {
  const { arriving, local, leaving } = flowOf({ output, ...equation })
  const isElementwise = arriving.length === leaving.length && local?.length === leaving.length
  const isMatrix = equation.gate === 'matmul' || /\][·]\[/.test(equation.shapes)
  if (!isElementwise || !local || (isMatrix && leaving.length > 1)) return { text: '', holds: true }
  const holds = leaving.every((one, index) =>
    isClose(one, (arriving[index] ?? Number.NaN) * (local[index] ?? Number.NaN)),
  )
  const index = leaving.reduce(
    (best, one, at) => (Math.abs(one) > Math.abs(leaving[best] ?? 0) ? at : best),
    0,
  )
  const [a, b, c] = [arriving, local, leaving].map((numbers) => numbers[index] ?? Number.NaN) as [
    number,
    number,
    number,
  ]
  const which = leaving.length === 1 ? '' : ' (its largest number)'
  const written = `${bracketed(a).replace(/^\((.*)\)$/, '$1')} · ${bracketed(b)} = ${shortNumber(c)}`
  return { text: `${output.name} = ${written}${which}`, holds }
}

function moved(equation: EquationData): ProofLine {
  const { arriving, leaving } = flowOf(equation)
  const kept = (numbers: readonly number[]) =>
    numbers.filter((one) => one !== 0).sort((a, b) => a - b)
  const [before, after] = [kept(arriving), kept(leaving)]
  const holds =
    before.length === after.length &&
    before.every((one, index) => isClose(one, after[index] ?? Number.NaN))
  return holds
    ? { text: `the same ${after.length} numbers, back in their places`, holds }
    : {
        text: 'each number goes back to the place it came from',
        holds: after.length <= before.length,
      }
}

function summed(equation: EquationData): ProofLine {
  const { arriving, leaving } = flowOf(equation)
  const holds =
    Math.abs(sum(leaving) - sum(arriving)) <= 1e-9 * sum(arriving.map(Math.abs)) + 1e-300
  return {
    text: `all ${arriving.length} numbers that arrive are added up in ${leaving.length}`,
    holds,
  }
}
