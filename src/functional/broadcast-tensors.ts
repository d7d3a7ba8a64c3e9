import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { broadcastShapes, formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface BroadcastTensors {
  <const V extends readonly Value<Shape, DType>[]>(
    values: V,
  ): { readonly [K in keyof V]: Value<Shape, V[K]['dtype']> }
}

/**
 * The values under the one shape that all of them broadcast to. A gate with several outputs.
 *
 * Throws: SHAPE for no value at all, or shapes that do not broadcast.
 * Source: PyTorch `broadcast_tensors`.
 */
export const broadcastTensors: Gate<BroadcastTensors> = defineGate<
  BroadcastTensors,
  ['...values'],
  Record<never, never>
>({
  name: 'broadcastTensors',
  operands: ['...values'],
  role: 'adder',
  takes: 'any',
  call: (values: readonly Value[]) => ({ inputs: values, attributes: {} }),
  constraints: {
    C1: {
      rule: 'there is one value or more, and their shapes broadcast',
      holds: ({ values }) => {
        if (values.length === 0) return 'there is none'
        const shapes = values.map(({ shape }) => formatShape(shape)).join(' and ')
        return sharedShape(values) !== undefined || `${shapes} do not broadcast`
      },
      fix: 'reshape them so that their axes line up from the right',
      broken: { values: ['f32[2]', 'f32[3]'] },
    },
  },
  outputTypes: ({ values }) => {
    const shape = Object.freeze(sharedShape(values) ?? [])
    return values.map(({ dtype }) => Object.freeze({ shape, dtype }))
  },
  expand: ({ gates, values }) =>
    values.map((value) => gates.broadcastTo(value, sharedShape(values) ?? [])),
  equation: ({ values }) => String.raw`\operatorname{broadcastTensors}(${values.join(', ')})`,
  downstream: ({ values, upstream }) => ({
    values: values.map(() => String.raw`\operatorname{sum}(${upstream})`),
  }),
  // Expected values: torch 1.13, torch.broadcast_tensors.
  samples: [
    {
      values: [[[1], [2]], [3, 4], 5],
      output: [
        [
          [1, 1],
          [2, 2],
        ],
        [
          [3, 4],
          [3, 4],
        ],
        [
          [5, 5],
          [5, 5],
        ],
      ],
    },
  ],
})

function sharedShape(values: readonly Value[]): Shape | undefined {
  let shape: Shape = []
  for (const value of values) {
    const met = broadcastShapes(shape, value.shape)
    if ('clash' in met) return undefined
    shape = met
  }
  return shape
}
