/** From query, key and value to what the heads compare: the matrices before attention. */
import * as gates from '../gates/index.ts'
import { xavierUniform } from '../gates/initializers.ts'
import type { SliceRange } from '../gates/slice.ts'
import type { Value } from '../ir/value.ts'
import { ownParameter, type Place, placeLayers, type TorchMapping } from './layer.ts'
import { linear, rowsTimes } from './linear.ts'

export interface ProjectionSizes {
  readonly width: number
  readonly keyWidth: number
  readonly valueWidth: number
  readonly bias: boolean
  readonly dtype: 'f32' | 'f64'
}

export interface Projections {
  readonly parameters: Readonly<Record<string, Value>>
  readonly torch: Readonly<Record<string, TorchMapping>>
  /** Query, key and value, each `width` wide. */
  readonly project: (query: Value, key: Value, value: Value) => readonly [Value, Value, Value]
}

/** One packed matrix where all three come in equally wide, else three. */
export function projectionsOf(sizes: ProjectionSizes, place: Place): Projections {
  const { width, keyWidth, valueWidth } = sizes
  const isPacked = keyWidth === width && valueWidth === width
  return isPacked ? packed(sizes, place) : apart(sizes, place)
}

function packed({ width, bias, dtype }: ProjectionSizes, place: Place): Projections {
  const options = { bias, biasInit: 0, dtype, weightInit: xavierUniform() }
  const { inProjection } = placeLayers({ inProjection: linear(width, 3 * width, options) }, place)
  const { weight, bias: b } = inProjection.parameters
  const columns = (value: Value, part: number): Value => {
    const range: SliceRange = [part * width, (part + 1) * width]
    return gates.slice(value, [...value.shape.slice(1).map((): SliceRange => []), range])
  }
  const one = (x: Value, part: number): Value => {
    const product = weight ? rowsTimes(x, columns(weight, part)) : x
    return b ? gates.add(product, columns(b, part)) : product
  }
  return {
    parameters: {
      ...(weight && { 'inProjection.weight': weight }),
      ...(b && { 'inProjection.bias': b }),
    },
    torch: {
      'inProjection.weight': { name: 'in_proj_weight', axes: [1, 0] },
      ...(b && { 'inProjection.bias': { name: 'in_proj_bias' } }),
    },
    project: (query, key, value) => {
      if (query !== key || key !== value) return [one(query, 0), one(key, 1), one(value, 2)]
      const all = inProjection(query)
      const [q, k, v] = gates.split(all, [width, width, width], query.shape.length - 1)
      return [q, k, v]
    },
  }
}

function apart(sizes: ProjectionSizes, place: Place): Projections {
  const { width, keyWidth, valueWidth, bias, dtype } = sizes
  const widths = { query: width, key: keyWidth, value: valueWidth }
  const weights = Object.entries(widths).map(([name, from]) => {
    const key = `${name}Projection.weight`
    const facts = { symbol: `W${name[0]}`, shape: [from, width], init: xavierUniform(), dtype }
    return { key, name, weight: ownParameter(place, key, facts) }
  })
  const b = bias
    ? ownParameter(place, 'inProjection.bias', { symbol: 'b', shape: [3 * width], init: 0, dtype })
    : undefined
  const mappings = weights.map(({ key, name }): [string, TorchMapping] => [
    key,
    { name: `${name[0]}_proj_weight`, axes: [1, 0] },
  ])
  return {
    parameters: {
      ...Object.fromEntries(weights.map(({ key, weight }) => [key, weight])),
      ...(b && { 'inProjection.bias': b }),
    },
    torch: {
      ...Object.fromEntries(mappings),
      ...(b && { 'inProjection.bias': { name: 'in_proj_bias' } }),
    },
    project: (...operands) => {
      const projected = weights.map(({ weight }, part) => {
        const product = rowsTimes(operands[part] ?? operands[0], weight)
        return b
          ? gates.add(product, gates.slice(b, [[part * width, (part + 1) * width]]))
          : product
      })
      return projected as unknown as readonly [Value, Value, Value] // of three weights
    },
  }
}
