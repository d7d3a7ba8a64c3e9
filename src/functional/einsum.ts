import { internalError } from '../errors.ts'
import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import { formatType, type Value } from '../ir/value.ts'
import { readEquation } from './einsum-equation.ts'
import { type Plan, planContraction } from './einsum-order.ts'

export interface Einsum {
  <D extends DType>(equation: string, ...operands: readonly Value<Shape, D>[]): Value<Shape, D>
  <D extends DType>(operands: readonly Value<Shape, D>[], equation: string): Value<Shape, D>
}

interface EinsumAttributes {
  readonly [name: string]: string
  readonly equation: string
}

/**
 * Sums of products over named axes. The equation has a letter for each axis of each operand and, if
 * an arrow follows, those of the result; what the result does not have is summed.
 *
 * A letter that an operand has twice takes its diagonal; `...` stands for any further axes, which
 * broadcast, as an axis of length 1 does. Without an arrow the result has the axes of `...`, then in
 * alphabetical order the letters that stand once. Several operands are multiplied two at a time, in
 * the order that takes the fewest multiplications; each product of two is a matrix product.
 *
 * Throws: ATTRIBUTE for what is no equation; SHAPE where the operands do not fit it; DTYPE for dtypes
 * that differ.
 * Source: PyTorch `einsum`.
 *
 * @example
 * einsum('bhqd,bhkd->bhqk', query, key)
 * einsum('ii', matrix) // the trace
 */
export const einsum: Gate<Einsum> = defineGate<Einsum, ['...values'], EinsumAttributes>({
  name: 'einsum',
  operands: ['...values'],
  role: 'switch',
  takes: 'numeric',
  // Gates are called with their operands first; einsum reads better with the equation there.
  call: (first: string | readonly Value[], ...rest: readonly (Value | string)[]) => {
    const isFirst = typeof first === 'string'
    const inputs = (isFirst ? rest : first) as readonly Value[] // as the two forms say
    const equation = isFirst ? first : String(rest[0])
    readEquation(
      equation,
      inputs.map(({ shape }) => shape),
    )
    return { inputs, attributes: { equation } }
  },
  constraints: {
    C1: {
      code: 'DTYPE',
      rule: 'all operands have the same dtype',
      holds: ({ values }) => {
        const [first, ...rest] = values
        const other = rest.find(({ dtype }) => dtype !== first?.dtype)
        return !first || !other || `${formatType(first)} and ${formatType(other)} do not mix`
      },
      fix: 'cast them to one dtype',
      broken: { values: ['f32[2]', 'f64[2]'], with: ['i,i->i'] },
    },
  },
  shape: ({ values, attributes: { equation } }) => {
    const { output, sizes } = readEquation(equation, values)
    return output.map((label) => sizes.get(label) ?? 1)
  },
  expand: ({ gates, values, attributes: { equation } }) => {
    const shapes = values.map(({ shape }) => shape)
    const { operands, output, sizes } = readEquation(equation, shapes)
    const terms = values.map((value, at) =>
      simplified(gates, { value, labels: operands[at] ?? [] }, sizes),
    )
    const kept = new Set(output)
    const contraction = { operands: terms.map(labelSet), output: kept, sizes }
    const result = multiplied(gates, planContraction(contraction), terms, kept)
    return ordered(gates, withoutSums(gates, result, kept), output)
  },
  equation: ({ values, attributes: { equation } }) =>
    String.raw`\operatorname{einsum}(\text{${equation}}, ${values.join(', ')})`,
  downstream: ({ values, upstream, attributes: { equation } }) => ({
    values: values.map(
      (_, at) =>
        String.raw`\operatorname{einsum}(\text{${equation}}, ${values.with(at, upstream).join(', ')})`,
    ),
  }),
  // Expected values: torch 1.13, torch.einsum.
  samples: [
    {
      values: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      with: ['ij,jk->ki'],
      output: [
        [19, 43],
        [22, 50],
      ],
    },
    {
      values: [
        [
          [1, 2],
          [3, 4],
        ],
        [10, 100],
      ],
      with: ['ii,i'],
      output: 410,
    },
    {
      values: [[[1, 2]], [[3], [4]], [5, 6]],
      with: ['...i,ji,i->...j'],
      output: [[51, 68]],
    },
  ],
})

/** A value with a label for each axis, each once. */
interface Term {
  readonly value: Value
  readonly labels: readonly string[]
}

function labelSet({ labels }: Term): ReadonlySet<string> {
  return new Set(labels)
}

/** Takes diagonals, and leaves out axes of length 1 that are longer in another operand. */
function simplified(gates: Gates, term: Term, sizes: ReadonlyMap<string, number>): Term {
  let { value, labels } = term
  for (;;) {
    const axis2 = labels.findIndex((label, axis) => labels.indexOf(label) !== axis)
    const label = labels[axis2]
    if (label === undefined) break
    const axis1 = labels.indexOf(label)
    value = gates.diagonal(value, { axis1, axis2 })
    labels = [...labels.filter((_, axis) => axis !== axis1 && axis !== axis2), label]
  }
  const { shape } = value
  const isShort = (label: string, axis: number) => shape[axis] === 1 && sizes.get(label) !== 1
  if (!labels.some(isShort)) return { value, labels }
  return {
    value: gates.reshape(
      value,
      shape.filter((_, axis) => !isShort(labels[axis] ?? '', axis)),
    ),
    labels: labels.filter((label, axis) => !isShort(label, axis)),
  }
}

/** What the plan says, with the labels that are kept, and perhaps others that it alone has. */
function multiplied(
  gates: Gates,
  plan: Plan,
  terms: readonly Term[],
  kept: ReadonlySet<string>,
): Term {
  if (typeof plan === 'number') {
    const term = terms[plan]
    if (!term) throw internalError('einsum: the plan names an operand that is not there')
    return term
  }
  const [first, second] = plan
  const inside = (half: Plan): readonly string[] =>
    typeof half === 'number' ? (terms[half]?.labels ?? []) : half.flatMap(inside)
  const [left, right] = [inside(first), inside(second)]
  const a = multiplied(gates, first, terms, new Set([...kept, ...right]))
  const b = multiplied(gates, second, terms, new Set([...kept, ...left]))
  return productOf(
    gates,
    withoutSums(gates, a, new Set([...kept, ...b.labels])),
    withoutSums(gates, b, new Set([...kept, ...a.labels])),
    kept,
  )
}

/** Sums the axes that nobody needs. */
function withoutSums(gates: Gates, { value, labels }: Term, kept: ReadonlySet<string>): Term {
  const axes = labels.flatMap((label, axis) => (kept.has(label) ? [] : [axis]))
  if (axes.length === 0) return { value, labels }
  return { value: gates.sum(value, axes), labels: labels.filter((label) => kept.has(label)) }
}

/** Two terms multiplied; what both have and nobody needs is summed. */
function productOf(gates: Gates, a: Term, b: Term, kept: ReadonlySet<string>): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter((label) => kept.has(label))
  const depth = shared.filter((label) => !kept.has(label))
  const rows = a.labels.filter((label) => !shared.includes(label))
  const columns = b.labels.filter((label) => !shared.includes(label))
  const labels = [...batch, ...rows, ...columns]
  const left = ordered(gates, a, [...batch, ...rows, ...depth])
  if (depth.length === 0) {
    const spread = gates.reshape(left, [...left.shape, ...columns.map(() => 1)])
    const right = ordered(gates, b, [...batch, ...columns])
    const under = right.shape.toSpliced(batch.length, 0, ...rows.map(() => 1))
    return { value: gates.multiply(spread, gates.reshape(right, under)), labels }
  }
  const right = ordered(gates, b, [...batch, ...depth, ...columns])
  const [many, m] = [left.shape.slice(0, batch.length), batch.length + rows.length]
  const [height, inner] = [sizeOf(left.shape.slice(batch.length, m)), sizeOf(left.shape.slice(m))]
  const width = sizeOf(right.shape.slice(batch.length + depth.length))
  const product = gates.matmul(
    gates.reshape(left, [...many, height, inner]),
    gates.reshape(right, [...many, inner, width]),
  )
  const shape = [...left.shape.slice(0, m), ...right.shape.slice(batch.length + depth.length)]
  return { value: gates.reshape(product, shape), labels }
}

/** The value with its axes in that order. */
function ordered(gates: Gates, { value, labels }: Term, order: readonly string[]): Value {
  const axes = order.map((label) => labels.indexOf(label))
  return axes.every((axis, at) => axis === at) ? value : gates.transpose(value, axes)
}
