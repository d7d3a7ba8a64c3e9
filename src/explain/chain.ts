/** How upstream and local gradient make the downstream gradient of one operand. */
import { compose } from './fill.ts'
import type { Formula, Operator, Words } from './formula.ts'
import { downstreamTemplate, localTemplate, upstreamSlot } from './rules.ts'
import type { QuantitySlots } from './scope.ts'
import { letterSymbol, localSymbol } from './symbols.ts'

const times: Operator = { kind: 'operator', latex: String.raw`\odot`, text: '⊙', level: 'product' }
const plus: Operator = { kind: 'operator', latex: '+', text: '+', level: 'sum' }
const minus: Operator = { kind: 'operator', latex: '-', text: '−', level: 'sum' }

export interface Chain {
  /** Of the downstream gradient, before any sum over axes. */
  readonly template: Formula
  /** Of the local gradient, where the gate says it. */
  readonly local: Formula | undefined
}

/**
 * The downstream gradient of operand `input`: the gate's own rule, else upstream ⊙ local, else
 * upstream ⊙ ∂z/∂x. Where `isFirst`, the upstream is dJ/dJ = 1, which is not written.
 */
export function chainOf(slots: QuantitySlots, input: number, isFirst: boolean): Chain {
  const local = localTemplate(slots, input)
  const own = downstreamTemplate(slots, input)
  if (own && !(isFirst && local)) return { template: own, local }
  const reached = slots.upstreams.flatMap((upstream, index) => (upstream ? [index] : []))
  const terms = reached.map((index): Formula => {
    const derivative = local ?? derivativeOf(slots, { index, input, isFirst })
    return isFirst ? derivative : multiplied([upstreamSlot(slots, index)], derivative)
  })
  const template = terms.flatMap((term, index): Formula => (index === 0 ? term : [plus, ...term]))
  return { template, local }
}

/** The words of the sum over some axes of `rank` that a broadcast operand collects its gradient with. */
export function sumOver(axes: readonly number[], rank: number): Words {
  if (axes.length === rank) return { kind: 'words', latex: String.raw`\sum`, text: 'sum of' }
  if (axes.length === 1 && axes[0] === 0) {
    return { kind: 'words', latex: String.raw`\sum_{\text{batch}}`, text: 'sum over the batch of' }
  }
  const list = axes.join(', ')
  const noun = axes.length === 1 ? 'axis' : 'axes'
  return {
    kind: 'words',
    latex: String.raw`\sum_{\text{${noun} } ${list}}`,
    text: `sum over ${noun} ${list} of`,
  }
}

/** ∂z/∂x of a gate that does not say it; of the first gate, whose dJ/dx it is, ∂gate/∂x. */
function derivativeOf(
  { application, operands, outputs }: QuantitySlots,
  at: { readonly index: number; readonly input: number; readonly isFirst: boolean },
): Formula {
  const output = outputs[at.index]
  const operand = operands[at.input]
  if (!output || !operand) return []
  const { name } = application.gate
  const first = letterSymbol(String.raw`\operatorname{${name}}`, name)
  return [localSymbol(at.isFirst ? first : output.symbol, operand.symbol)]
}

/** A derivative of 1 or −1 is not written out. */
function multiplied(upstream: Formula, derivative: Formula): Formula {
  if (isOne(derivative)) return upstream
  const [first, ...rest] = derivative
  if (first?.kind === 'operator' && first.text === '−' && isOne(rest)) return [minus, ...upstream]
  if (isNumber(derivative, '0')) return derivative
  const pair: Formula = [{ kind: 'slot', index: 0 }, times, { kind: 'slot', index: 1 }]
  return compose(pair, [upstream, derivative])
}

function isOne(formula: Formula): boolean {
  return isNumber(formula, '1')
}

function isNumber([first, ...rest]: Formula, text: string): boolean {
  return rest.length === 0 && first?.kind === 'symbol' && first.isNumber && first.text === text
}
