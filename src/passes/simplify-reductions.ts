/** Rules for reductions. */
import { add } from '../gates/add.ts'
import { reshape } from '../gates/reshape.ts'
import { isFloating } from '../ir/dtype.ts'
import type { Rule } from './rules.ts'
import { full } from './simplify-uniform.ts'

/** A reduction of one element each is that element. */
export const reductions: Rule = (application, [x], build) => {
  const { gate, attributes, shape } = application
  if (gate.meaning.kind !== 'reduce' || !x) return undefined
  const axes = attributes.axes as readonly number[] // every reduction has them
  if (axes.some((axis) => x.shape[axis] !== 1)) return undefined
  const { combine } = gate.meaning
  if (combine === 'argmax') return full(build, 0, application)
  const element = build(reshape.definition, [x], { shape })
  if (combine !== 'sum' || !isFloating(x.dtype)) return element
  // A sum begins with 0, so that of −0 it is 0.
  return build(add.definition, [element, full(build, 0, element)])
}
