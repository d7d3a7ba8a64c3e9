/** What a user does to batches before a step sees them: augmentation, and whatever else. */
import { SluiceError } from '../../errors.ts'
import { sameShape, sizeOf } from '../../ir/shape.ts'
import type { Tensor } from '../../ir/tensor.ts'
import { fillRandomBits, foldIn, hashName, keyFromSeed, uniform32 } from '../../ir/threefry.ts'
import { formatType } from '../../ir/value.ts'
import type { Batch } from '../batches.ts'
import type { ExampleFacts } from './example-stream.ts'

/** The place of a batch in a training, and random numbers that are a function of it. */
export interface MapContext {
  readonly seed: number
  readonly epoch: number
  /** Of the batch within its epoch, from 0. */
  readonly index: number
  /** A number in [0, 1), another at each call; the same ones whenever and wherever the batch is made. */
  random(): number
}

/** From a batch to the batch that a step is to see: as many examples, of the same shapes. */
export type BatchMap = (batch: Batch, context: MapContext) => Batch | Promise<Batch>

/** One example: a row of a batch, as views into it. */
export interface Example {
  readonly inputs: Tensor
  readonly target: Tensor
}

/**
 * A map of batches that changes their examples in place, one after another. `inputs` and `target` are
 * views into the batch.
 *
 * @example
 * // augment.ts: turns about half of the images round
 * export const map = eachExample(({ inputs }, { random }) => {
 *   if (random() < 0.5) mirror(inputs.data)
 * })
 */
export function eachExample(change: (example: Example, context: MapContext) => void): BatchMap {
  return (batch, context) => {
    const count = batch.inputs.shape[0] ?? 0
    for (let row = 0; row < count; row++) {
      change({ inputs: rowOf(batch.inputs, row), target: rowOf(batch.targets, row) }, context)
    }
    return batch
  }
}

function rowOf({ shape, dtype, data }: Tensor, row: number): Tensor {
  const rest = shape.slice(1)
  const size = sizeOf(rest)
  return { shape: rest, dtype, data: data.subarray(row * size, (row + 1) * size) } as Tensor // the dtype that it was
}

export type MapMoment = Pick<MapContext, 'seed' | 'epoch' | 'index'>

/** The context of a batch: the same on every thread. */
export function mapContext({ seed, epoch, index }: MapMoment): MapContext {
  const key = foldIn(foldIn(foldIn(keyFromSeed(seed), hashName('map')), epoch), index)
  const bits = new Uint32Array(1024)
  let drawn = 0
  return {
    ...{ seed, epoch, index },
    random() {
      const place = drawn % bits.length
      if (place === 0) fillRandomBits(key, bits, drawn)
      drawn++
      return uniform32(bits[place] ?? 0)
    },
  }
}

/** What a module of a map exports. Throws OPTION where that is no `map`. */
export async function loadMap(address: string): Promise<BatchMap> {
  const module: unknown = await import(/* @vite-ignore */ address)
  const map = typeof module === 'object' && module && 'map' in module ? module.map : undefined
  if (typeof map === 'function') return map as BatchMap // what it gives is checked
  throw new SluiceError({
    code: 'OPTION',
    what: 'loader: the module of a map exports none',
    where: address,
    expected: 'export function map(batch, context) or export const map = eachExample(…)',
    got: map === undefined ? 'no `map`' : `a ${typeof map}`,
    fix: 'export the function under the name `map`',
  })
}

/** Throws DATA where a map has given what the step cannot take. */
export function checkMapped(batch: Batch, facts: ExampleFacts, count: number): void {
  for (const part of ['inputs', 'targets'] as const) {
    const { shape, dtype } = facts[part]
    const expected = { shape: [count, ...shape.slice(1)], dtype }
    const got: Tensor | undefined = batch?.[part]
    const isFit = got && got.dtype === dtype && sameShape(got.shape, expected.shape)
    if (isFit && got.data.length === sizeOf(expected.shape)) continue
    throw new SluiceError({
      code: 'DATA',
      what: `loader: the map gave other ${part} than declared`,
      expected: formatType(expected),
      got: got ? `${formatType(got)} of ${got.data?.length} elements` : 'none',
      fix: `give a batch of that shape, or declare what the map gives by { ${part}: { shape, dtype } }`,
    })
  }
}
