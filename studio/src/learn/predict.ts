/** A question about the coming step: one of its numbers, and what helps to find it. */
import type { EquationData } from 'sluice'
import { isNear, numbersOf, placeText, readNumber, shortNumber } from './numbers.ts'

export interface Question {
  readonly equation: string
  /** `dJ/dW1, row 2, column 1`. */
  readonly asks: string
  /** Of the result, row-major. */
  readonly element: number
  readonly answer: number
  readonly hint: string
}

/** The question of a step; undefined where nothing was traced. */
export function questionOf(equation: EquationData, turn: number): Question | undefined {
  const numbers = equation.numbers && numbersOf(equation.numbers.value)
  if (!numbers || numbers.length === 0) return undefined
  const element = elementOf(numbers, turn)
  const { name, shape } = equation.output
  const place = placeText(element, shape)
  return {
    equation: equation.id,
    asks: place === '' ? name : `${name}, ${place}`,
    element,
    answer: numbers[element] ?? Number.NaN,
    hint: hintOf(equation, element, numbers.length),
  }
}

/** Not always the first one, and rather one that is not 0, which teaches little. */
function elementOf(numbers: readonly number[], turn: number): number {
  const start = (turn * 7) % numbers.length
  const order = [...numbers.keys()].map((index) => (start + index) % numbers.length)
  return order.find((index) => numbers[index] !== 0) ?? start
}

function hintOf(equation: EquationData, element: number, size: number): string {
  const { phase, text, gate, part, adds, role, local, upstreams = [], numbers } = equation
  if (adds) return `The value is used ${adds.length} times, so its gradients are added: ${text}.`
  if (phase !== 'backward') return `The gate ${gate} computes ${text}.`
  const [, says = ''] = part.split(' — ')
  const [arriving] = numbers?.upstreams ?? []
  const elements = arriving === undefined ? [] : numbersOf(arriving)
  // Where gate and gradient are elementwise, the very number that arrives can be named.
  const upstream = elements.length === size ? ` = ${shortNumber(elements[element] ?? 0)}` : ''
  return [
    `${gate} is a ${role}: ${says}.`,
    `Upstream: ${upstreams.join(', ')}${upstream}.`,
    ...(local === undefined ? [] : [`Local derivative: ${local}.`]),
    `Downstream = upstream × local: ${text}.`,
  ].join(' ')
}

export type Verdict = 'right' | 'wrong' | 'no number'

export function judge(typed: string, { answer }: Question): Verdict {
  const number = readNumber(typed)
  if (number === undefined) return 'no number'
  return isNear(number, answer) ? 'right' : 'wrong'
}
