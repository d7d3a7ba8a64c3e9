/** What is computed with what in a step: the numbers of its equation in the order of its text. */
import type { EquationData, ExplanationData, NestedArray } from 'sluice'
import { numbersOf } from './numbers.ts'

export interface Factor {
  readonly name: string
  readonly shape: readonly number[]
  readonly value: NestedArray
  readonly kind: 'value' | 'gradient' | 'local'
  /** What stands before it: `·`, `⊙`, `+`; nothing before the first. */
  readonly sign: string
  /** What happens to the product before it is this: `sum over the batch`. */
  readonly after?: string
}

/**
 * The factors and, last, what they make; none where nothing was traced. Backward these are the
 * gradient that arrives, the gate's own derivative where that is one tensor, and what is handed on.
 */
export function factorsOf(equation: EquationData, explanation: ExplanationData): readonly Factor[] {
  const { numbers, output, phase, text } = equation
  if (!numbers) return []
  const inputs =
    phase === 'backward' && !equation.adds
      ? backwardFactors(equation)
      : operandsOf(equation, explanation)
  const [, after] = /(sum over .*?) of /.exec(text) ?? []
  const isSummed = phase === 'backward' && after !== undefined
  return [
    ...inputs,
    {
      ...{ name: output.name, shape: output.shape, value: numbers.value },
      kind: phase === 'backward' ? 'gradient' : 'value',
      sign: phase === 'forward' ? '→' : '=',
      ...(isSummed && { after }),
    },
  ]
}

function backwardFactors(equation: EquationData): readonly Factor[] {
  const { numbers, upstreams = [], operands, shapes, local } = equation
  const arriving = (numbers?.upstreams ?? []).map((value, index): Factor => {
    const name = upstreams[index] ?? ''
    const shape = operands.find((one) => one.name === name)?.shape ?? shapeOf(value)
    return { name, shape, value, kind: 'gradient', sign: index === 0 ? '' : ',' }
  })
  if (numbers?.local === undefined || local === undefined) return arriving
  const shape = shapeOf(numbers.local)
  const own: Factor = {
    ...{ name: local, kind: 'local', sign: '' },
    ...uniformly(numbers.local, shape),
  }
  const [first, second] = operands
  const isTurned = first?.kind === 'local' && second?.kind === 'upstream'
  const isScalar = shape.length === 0 && arriving.every((one) => one.shape.length === 0)
  // `[4, 1]·[1, 3] → [4, 3]`: the sign that stands between brackets.
  const [, written] = /\]\s*([·⊙])\s*\[/.exec(shapes) ?? []
  const sign = isScalar || own.shape.length === 0 ? '·' : (written ?? '⊙')
  return isTurned
    ? [own, ...arriving.map((one) => ({ ...one, sign }))]
    : [...arriving, { ...own, sign }]
}

/** Ones that stand for `unchanged` are one number. */
function uniformly(
  value: NestedArray,
  shape: readonly number[],
): { readonly value: NestedArray; readonly shape: readonly number[] } {
  const [first = Number.NaN, ...rest] = numbersOf(value)
  return rest.every((one) => one === first) && (first === 1 || first === 0)
    ? { value: first, shape: [] }
    : { value, shape }
}

function operandsOf(
  { operands, shapes, phase, adds }: EquationData,
  explanation: ExplanationData,
): readonly Factor[] {
  const signs = [...shapes.matchAll(/\]\s*([^\s\]]+?)\s*\[/g)].map(([, sign]) => sign)
  return operands.flatMap(({ name, shape }, index): readonly Factor[] => {
    const value = valueNamed(name, explanation)
    if (value === undefined) return []
    const sign = signs[index - 1]
    const isKnown = sign !== undefined && sign !== '→'
    const between = adds ? '+' : isKnown ? sign : ','
    const kind = phase === 'backward' || name.startsWith('dJ/d') ? 'gradient' : 'value'
    return [{ ...{ name, shape, value, kind }, sign: index === 0 ? '' : between }]
  })
}

/** What the equations call by that name, or write as that number. */
export function valueNamed(
  name: string,
  { equations, given }: ExplanationData,
): NestedArray | undefined {
  const number = Number(name.replace('−', '-'))
  return (
    equations.find(({ output }) => output.name === name)?.numbers?.value ??
    given.find((one) => one.name === name)?.value ??
    (Number.isNaN(number) ? undefined : number)
  )
}

function shapeOf(value: NestedArray): readonly number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0] ?? 0)] : []
}
