/** How much arithmetic a graph is. */
import { expansionOf } from '../gates/expansion.ts'
import { Expression } from '../ir/expression.ts'
import type { Meaning, RunningCombine } from '../ir/gate.ts'
import { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/**
 * The arithmetic operations of one application: 2 · m · n · k for a matrix product, likewise for a
 * convolution (its padding counted in), one for each scalar operation of an elementwise gate (an
 * exponential is one), one less for each reduced row than it has elements. Comparisons, choices,
 * moves and look-ups are none; a composite is what it expands to.
 */
export function flopsOf(application: Value): number {
  const { meaning } = application.gate
  switch (meaning.kind) {
    case 'element':
      return arithmeticOf(application, meaning) * sizeOf(application.shape)
    case 'reduce':
      return sizeOf(application.input(0).shape) - sizeOf(application.shape)
    case 'running':
      return runningFlops(meaning.combine) * sizeOf(application.shape)
    case 'contract':
      return 2 * sizeOf(application.shape) * depthOf(application, meaning.form)
    case 'index':
      return meaning.form === 'scatterAdd' ? sizeOf(application.inputs.at(-1)?.shape ?? []) : 0
    case 'scan': {
      const { body, length } = application.attributes
      return body instanceof Graph ? Number(length) * flopsOfGraph(body) : 0
    }
    case 'composite':
      return flopsOfGraph(expansionOf(application))
    case 'move':
    case 'sort':
    case 'generate':
    case 'source':
      return 0
  }
}

/** For each element; comparisons are none. */
function runningFlops(combine: RunningCombine): number {
  return combine === 'linear' ? 2 : combine === 'sum' || combine === 'prod' ? 1 : 0
}

/** Of all applications of a graph. */
export function flopsOfGraph({ applications }: Graph): number {
  return applications.reduce((sum, application) => sum + flopsOf(application), 0)
}

/** How many products each element of a contraction sums. */
function depthOf(application: Value, form: 'matmul' | 'convolution'): number {
  if (form === 'matmul') return application.input(0).shape.at(-1) ?? 1
  return sizeOf(application.input(1).shape.slice(1))
}

function arithmeticOf(
  { inputs, attributes }: Value,
  meaning: Extract<Meaning, { kind: 'element' }>,
): number {
  const operands = inputs.map((_, index) => Expression.operand(index))
  const seen = new Set<Expression>()
  const open = [meaning.expression(operands, attributes)]
  let count = 0
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    const { node } = next
    switch (node.kind) {
      case 'unary':
        count += node.operation === 'not' ? 0 : 1
        open.push(node.x)
        break
      case 'binary':
        count++
        open.push(node.a, node.b)
        break
      case 'compare':
        open.push(node.a, node.b)
        break
      case 'select':
        open.push(node.condition, node.a, node.b)
        break
      case 'cast':
        open.push(node.x)
        break
      case 'operand':
      case 'literal':
        break
    }
  }
  return count
}
