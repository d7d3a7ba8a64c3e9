import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { normal } from '../gates/initializers.ts'
import type { Init } from '../gates/state.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface EmbeddingOptions {
  /**
   * The thing that stands for no thing: its row begins with zeros and gets no gradient. Below 0 it
   * is counted from the end. Default: none.
   */
  readonly paddingIdx?: number
  /** Default: normal with mean 0 and deviation 1, as PyTorch. */
  readonly weightInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

/**
 * A row of `width` numbers for each of `count` things.
 *
 * Shapes: x [...], i32 or u32 from 0 to count − 1 → [..., width]; weight [count, width].
 * Throws: OPTION for a paddingIdx that is none of the things; INDEX, when it runs, for a number that
 * is none.
 * Source: PyTorch `torch.nn.Embedding`.
 *
 * @example
 * const tokens = embedding(65, 128)
 */
export function embedding(count: number, width: number, options: EmbeddingOptions = {}): Layer {
  checkCount('embedding', 'count', count)
  checkCount('embedding', 'width', width)
  const padding = paddingAt('embedding', count, options.paddingIdx)
  return embeddingAt(
    [count, width],
    { ...options, ...(padding !== undefined && { paddingIdx: padding }) },
    alone,
  )
}

function embeddingAt(shape: Shape, options: EmbeddingOptions, place: Place): Layer {
  const { paddingIdx } = options
  const weight = ownTable(shape, options, place)
  const lookUp = (x: Value) => {
    const rows = gates.take(weight, x as Value<Shape, 'i32'>) // take turns away what is not whole
    if (paddingIdx === undefined) return rows
    const isPadding = gates.equal(gates.reshape(x, [...x.shape, 1]), paddingIdx)
    return gates.where(isPadding, gates.stopGradient(rows), rows)
  }
  return createLayer(lookUp, {
    description: `embedding(${shape.join(' × ')})`,
    parameters: { weight },
    torch: { weight: { name: 'weight' } },
    numberCount: 1,
    at: (path, number) => embeddingAt(shape, options, { path, number }),
  })
}

/** The rows, those of the padding 0 unless the caller says what they are. */
export function ownTable(shape: Shape, options: EmbeddingOptions, place: Place): Value {
  const { paddingIdx, weightInit, dtype = 'f32' } = options
  const init = weightInit ?? (paddingIdx === undefined ? normal() : besidesPadding(paddingIdx))
  return ownParameter(place, 'weight', { symbol: 'E', shape, init, dtype })
}

/** The place of the padding, counted from 0. Throws OPTION for one that is not there. */
export function paddingAt(
  layer: string,
  count: number,
  paddingIdx: number | undefined,
): number | undefined {
  if (paddingIdx === undefined) return undefined
  const place = paddingIdx < 0 ? count + paddingIdx : paddingIdx
  if (Number.isInteger(place) && place >= 0 && place < count) return place
  throw new SluiceError({
    code: 'OPTION',
    what: `${layer}: paddingIdx is none of the things`,
    expected: `a whole number from ${-count} to ${count - 1}`,
    got: String(paddingIdx),
    fix: 'give the thing that stands for no thing, or leave it out',
  })
}

function besidesPadding(paddingIdx: number): Init {
  const draw = normal()
  return (key, shape, dtype) =>
    gates.where(gates.equal(gates.iota(shape, 0), paddingIdx), 0, draw(key, shape, dtype))
}
