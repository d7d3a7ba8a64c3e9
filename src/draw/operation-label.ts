/** What stands in the shape of an operation: the sign of its equation, else the gate's name. */
import type { Equation } from '../explain/index.ts'

/** The labels of gates whose operands are all values, by the gate and how many there are. */
export type KnownLabels = Map<string, string>

/** `operationLabel`, without writing an equation that reads like one before it. */
export function labelLike(equation: Equation, known: KnownLabels): string {
  const { gate, operands } = equation
  // A number in the equation, or an exponent, may stand in the label.
  if (operands.some(({ kind }) => kind === 'constant')) return operationLabel(equation)
  const key = `${gate} ${operands.length}`
  const like = known.get(key)
  if (like !== undefined) return like
  const label = operationLabel(equation)
  if (label === gate || !/[\d⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(label)) known.set(key, label)
  return label
}

/**
 * `+` of `z = a + b`, `1 −` of `z = 1 − x`, `x²` of `z = u²`; `sigmoid` where the equation is no
 * sign between operands.
 */
export function operationLabel(equation: Equation): string {
  const { gate, operands } = equation
  const [a, b, ...rest] = operands
  if (!a || rest.length > 0) return gate
  const [, right = ''] = equation.text.split(/ = (.*)/s)
  if (b) {
    const between = betweenOf(right, a.name, b.name)
    if (between !== undefined && a.kind === 'constant') return signOr(`${a.name} ${between}`, gate)
    if (between !== undefined && b.kind === 'constant') return signOr(`${between} ${b.name}`, gate)
    return between === undefined ? gate : signOr(between, gate)
  }
  if (right.startsWith(a.name)) return signOr(right.slice(a.name.length), gate)
  if (right.endsWith(a.name)) return signOr(right.slice(0, -a.name.length), gate)
  return gate
}

function betweenOf(right: string, a: string, b: string): string | undefined {
  const isBetween = right.startsWith(`${a} `) && right.endsWith(` ${b}`)
  const sign = right.slice(a.length + 1, -b.length - 1)
  return isBetween && right.length > a.length + b.length + 2 ? sign : undefined
}

/** A sign with numbers at most: letters would be a function, which the gate's name says better. */
function signOr(candidate: string, gate: string): string {
  const sign = candidate.trim()
  if (sign === '' || sign.length > 12 || /\p{Lu}|\p{Ll}|[()[\]]/u.test(sign)) return gate
  return /^[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/.test(sign) ? `x${sign}` : sign
}
