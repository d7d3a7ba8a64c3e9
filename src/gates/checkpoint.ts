import { applyGateToAll } from '../ir/apply-gate.ts'
import { closeOver } from '../ir/close-over.ts'
import { createGate } from '../ir/create-gate.ts'
import type { Attribute, Gate } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import { substitute } from '../ir/substitute.ts'
import { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'
import { input } from './input.ts'

export interface Checkpoint {
  <R extends Value | readonly Value[]>(
    block: (...inputs: Value[]) => R,
    ...inputs: readonly Value[]
  ): R extends Value ? Value : readonly Value[]
}

interface CheckpointAttributes {
  readonly [name: string]: Attribute
  readonly body: Graph
}

/**
 * A block whose inside is not kept for the backward pass but computed again there.
 *
 * Shapes: whatever `block` makes of its inputs. It may read any value from outside.
 * Source: PyTorch `torch.utils.checkpoint`.
 *
 * @example
 * checkpoint((x) => x.matmul(W1).tanh().matmul(W2).tanh(), x)
 */
export const checkpoint: Gate<Checkpoint> = createGate<
  Checkpoint,
  ['...values'],
  CheckpointAttributes,
  Gates
>(
  {
    name: 'checkpoint',
    operands: ['...values'],
    role: 'loop',
    takes: 'any',
    outputTypes: ({ attributes }) => Object.values(attributes.body.outputs).map(({ type }) => type),
    expand: ({ values, attributes: { body } }) => {
      const inputs = body.inputs.map((placeholder): [Value, readonly (Value | undefined)[]] => [
        placeholder,
        [values[Number(placeholder.attributes.name)]],
      ])
      return Object.values(body.outputs).map(substitute(body, new Map(inputs)))
    },
    backward: ({ pullback, values, attributes, upstreams }) => ({
      // The tag keeps the second computation from being merged with the first.
      values: pullback(attributes.body, values, upstreams, { tag: 'recomputed' }),
    }),
    equation: ({ values }) => String.raw`\operatorname{block}(${values.join(', ')})`,
    downstream: ({ values, upstream }) => ({
      values: values.map(() => String.raw`\operatorname{block}^\top(${upstream})`),
    }),
    samples: [],
  },
  (definition) =>
    ((block: (...inputs: Value[]) => Value | readonly Value[], ...inputs: readonly Value[]) => {
      const placeholders = inputs.map(({ shape, dtype }, index) =>
        input(String(index), shape, { dtype }),
      )
      const result = block(...placeholders)
      const outputs = result instanceof Value ? [result] : result
      const { body, captured } = closeOver(outputs, placeholders, (name, { shape, dtype }) =>
        input(name, shape, { dtype }),
      )
      const values = applyGateToAll(definition, [...inputs, ...captured], { body })
      return result instanceof Value ? values[0] : values
    }) as Checkpoint, // one value for one value, a list for a list
)
