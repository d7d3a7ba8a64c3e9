import { SluiceError } from '../errors.ts'
import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface MeshgridOptions {
  /** 'ij': each vector runs along the axis of its place; 'xy': the first two change places. */
  readonly indexing?: 'ij' | 'xy'
}

export interface Meshgrid {
  <const V extends readonly Value<Shape, DType>[]>(
    vectors: V,
    options?: MeshgridOptions,
  ): { readonly [K in keyof V]: Value<Shape, V[K]['dtype']> }
}

interface MeshgridAttributes {
  readonly [name: string]: string
  readonly indexing: 'ij' | 'xy'
}

/**
 * The coordinates of a grid over some vectors: as many values of one shape, each of which runs along
 * its own axis. A gate with several outputs.
 *
 * Shapes: [n], [m] … → [n, m, …] each, with indexing 'xy' [m, n, …].
 * Throws: SHAPE for no value at all or one with more than one axis; ATTRIBUTE for another indexing.
 * Source: PyTorch `meshgrid` with its default 'ij'.
 *
 * @example
 * const [row, column] = meshgrid([arange(4), arange(3)]) // [4, 3] each
 */
export const meshgrid: Gate<Meshgrid> = defineGate<Meshgrid, ['...vectors'], MeshgridAttributes>({
  name: 'meshgrid',
  operands: ['...vectors'],
  role: 'adder',
  takes: 'any',
  call: (vectors: readonly Value[], { indexing = 'ij' }: MeshgridOptions = {}) => {
    if (indexing !== 'ij' && indexing !== 'xy') throw unknownIndexing(indexing)
    return { inputs: vectors, attributes: { indexing } }
  },
  constraints: {
    C1: {
      rule: 'there is one value or more, each a vector or a scalar',
      holds: ({ vectors }) => {
        if (vectors.length === 0) return 'there is none'
        const other = vectors.find(({ shape }) => shape.length > 1)
        return !other || `one has shape ${formatShape(other.shape)}`
      },
      fix: 'reshape each to one axis',
      broken: { vectors: ['f32[2, 3]'] },
    },
  },
  outputTypes: ({ vectors, attributes }) => {
    const shape = Object.freeze(gridOf(vectors, attributes))
    return vectors.map(({ dtype }) => Object.freeze({ shape, dtype }))
  },
  expand: ({ gates, vectors, attributes }) => {
    const grid = gridOf(vectors, attributes)
    return vectors.map((vector, place) => {
      const along = axisOf(place, vectors.length, attributes)
      const column = grid.map((size, axis) => (axis === along ? size : 1))
      return gates.broadcastTo(gates.reshape(vector, column), grid)
    })
  },
  equation: ({ vectors, attributes: { indexing } }) =>
    String.raw`\operatorname{meshgrid}(${vectors.join(', ')}${indexing === 'ij' ? '' : ', xy'})`,
  downstream: ({ vectors, upstream }) => ({
    vectors: vectors.map(() => String.raw`\operatorname{sum}(${upstream})`),
  }),
  // Expected values: torch 1.13, torch.meshgrid.
  samples: [
    {
      vectors: [
        [1, 2],
        [3, 4, 5],
      ],
      output: [
        [
          [1, 1, 1],
          [2, 2, 2],
        ],
        [
          [3, 4, 5],
          [3, 4, 5],
        ],
      ],
    },
    {
      vectors: [
        [1, 2],
        [3, 4, 5],
      ],
      with: [{ indexing: 'xy' }],
      output: [
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        [
          [3, 3],
          [4, 4],
          [5, 5],
        ],
      ],
    },
  ],
})

function axisOf(place: number, count: number, { indexing }: MeshgridAttributes): number {
  return indexing === 'xy' && count > 1 && place < 2 ? 1 - place : place
}

function gridOf(vectors: readonly Value[], attributes: MeshgridAttributes): number[] {
  const lengths = vectors.map(({ shape: [length = 1] }) => length)
  return lengths.map((_, place) => lengths[axisOf(place, lengths.length, attributes)] ?? 1)
}

function unknownIndexing(indexing: string): SluiceError {
  return new SluiceError({
    code: 'ATTRIBUTE',
    what: `meshgrid: there is no indexing ${String(indexing)}`,
    expected: "'ij', rows first, or 'xy', as a plot has them",
    got: String(indexing),
    fix: "leave it out for 'ij'",
  })
}
