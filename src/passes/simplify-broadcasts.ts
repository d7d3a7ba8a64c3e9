/** Rules for broadcasts. */
import { broadcastTo } from '../gates/broadcast-to.ts'
import { domains } from '../ir/dtype.ts'
import { broadcastShapes, type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Rule } from './rules.ts'

/** An elementwise gate on operands that all repeat elements computes each of them once. */
export const broadcasts: Rule = ({ gate, attributes, shape, dtype }, inputs, build) => {
  if (gate.meaning.kind !== 'element' || !domains.any.holds(dtype)) return undefined
  const isSpread = inputs.every((input) => input.gate === broadcastTo.definition)
  if (!isSpread || inputs.length === 0) return undefined
  const sources = inputs.map((input) => input.input(0))
  const small = commonShape(sources)
  if (!small || sizeOf(small) >= sizeOf(shape)) return undefined
  const operands = sources.map((source) =>
    sameShape(source.shape, small)
      ? source
      : build(broadcastTo.definition, [source], { shape: small }),
  )
  return build(broadcastTo.definition, [build(gate, operands, attributes)], { shape })
}

/** The smallest shape that all values broadcast to. */
function commonShape(values: readonly Value[]): Shape | undefined {
  let shape: Shape = []
  for (const value of values) {
    const met = broadcastShapes(shape, value.shape)
    if ('clash' in met) return undefined
    shape = met
  }
  return shape
}
