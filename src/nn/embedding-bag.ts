import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type EmbeddingOptions, ownTable, paddingAt } from './embedding.ts'
import { alone, checkCount, createModule, type Module, type Place } from './layer.ts'

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What becomes of the rows of a bag. Default `mean`. */
  readonly mode?: 'sum' | 'mean' | 'max'
}

export interface BagOptions {
  /** Where each bag begins in x [things]: i32 [bags], the first 0, none before the one before it. */
  readonly offsets?: Value
  /** What each thing counts, of x's shape; with `sum` alone. */
  readonly perSampleWeights?: Value
}

export type EmbeddingBagCall = (x: Value, options?: BagOptions) => Value

/**
 * The sum, the mean or the largest numbers of the rows that bags of things have in a table. Things
 * that are padding do not count; an empty bag gives zeros.
 *
 * Shapes: x [bags, things], or [things] with offsets [bags], i32 or u32 → [bags, width]; weight
 * [count, width].
 * Throws: OPTION for a paddingIdx that is none of the things; SHAPE, when it is called, for bags
 * that are none; INDEX, when it runs, for a number that is none of the things.
 * Source: PyTorch `torch.nn.EmbeddingBag`.
 *
 * @example
 * const bags = embeddingBag(1000, 16, { mode: 'sum' })
 */
export function embeddingBag(
  count: number,
  width: number,
  options: EmbeddingBagOptions = {},
): Module<EmbeddingBagCall> {
  checkCount('embeddingBag', 'count', count)
  checkCount('embeddingBag', 'width', width)
  const padding = paddingAt('embeddingBag', count, options.paddingIdx)
  const own = { ...options, ...(padding !== undefined && { paddingIdx: padding }) }
  return embeddingBagAt([count, width], own, alone)
}

function embeddingBagAt(
  shape: Shape,
  options: EmbeddingBagOptions,
  place: Place,
): Module<EmbeddingBagCall> {
  const { mode = 'mean', paddingIdx } = options
  const weight = ownTable(shape, options, place)
  const dtype = options.dtype ?? 'f32'
  const call: EmbeddingBagCall = (x, bags = {}) => {
    checkBags(x, bags, mode)
    const rows = gates.take(weight, x as Value<Shape, 'i32'>) // take turns away what is not whole
    const isThere = isInBag(x, bags, paddingIdx)
    // A thing beside its row [things, width], for [bags, things]; or beside all of them.
    const beside = x.shape.length === 2 ? rows : gates.reshape(rows, [1, ...rows.shape])
    if (mode === 'max') return largestOf(beside, isThere)
    const share = gates.cast(isThere, dtype)
    const shares = bags.perSampleWeights ? gates.multiply(share, bags.perSampleWeights) : share
    const total = summed(rows, shares)
    if (mode === 'sum') return total
    const things = gates.sum(share, 1, { keepDims: true })
    return gates.divide(total, gates.maximum(things, 1))
  }
  return createModule(() => call, {
    description: `embeddingBag(${shape.join(' × ')}, ${mode})`,
    parameters: { weight },
    torch: { weight: { name: 'weight' } },
    numberCount: 1,
    at: (path, number) => embeddingBagAt(shape, options, { path, number }),
  })
}

/** Whether a thing counts in a bag: bool [bags, things]. */
function isInBag(
  x: Value,
  { offsets }: BagOptions,
  paddingIdx: number | undefined,
): Value<Shape, 'bool'> {
  const isThing: Value<Shape, 'bool'> =
    paddingIdx === undefined
      ? gates.full(x.shape, 1, { dtype: 'bool' })
      : gates.notEqual(x as Value<Shape, 'i32'>, paddingIdx) // whole numbers, as take asks
  if (!offsets) return isThing
  const bags = offsets.shape[0] ?? 0
  const places = gates.iota([bags, x.shape[0] ?? 0], 1, { dtype: offsets.dtype as 'i32' }) // likewise
  const begins = gates.reshape(offsets, [bags, 1]) as Value<Shape, 'i32'>
  const isBegun = gates.greaterEqual(places, begins)
  // A thing is in the last bag that has begun: the next one has not.
  const next = gates.concat([
    gates.slice(isBegun, [[1]]),
    gates.full([1, x.shape[0] ?? 0], 0, { dtype: 'bool' }),
  ])
  return gates.and(gates.and(isBegun, gates.not(next as Value<Shape, 'bool'>)), isThing)
}

/** Σ shares · rows: shares [bags, things], rows [bags, things, width] or [things, width]. */
function summed(rows: Value, shares: Value): Value {
  if (rows.shape.length === 2) return gates.matmul(shares, rows)
  const weighted = gates.multiply(rows, gates.reshape(shares, [...shares.shape, 1]))
  return gates.sum(weighted, 1)
}

function largestOf(rows: Value, isThere: Value<Shape, 'bool'>): Value {
  const counts = gates.reshape(isThere, [...isThere.shape, 1])
  const largest = gates.max(gates.where(counts, rows, Number.NEGATIVE_INFINITY), 1)
  const things = gates.sum(gates.cast(isThere, 'i32'), 1, { keepDims: true })
  return gates.where(gates.greater(things, 0), largest, 0)
}

function checkBags(x: Value, { offsets, perSampleWeights }: BagOptions, mode: string): void {
  const isFlat = x.shape.length === 1 && offsets?.shape.length === 1
  const isTable = x.shape.length === 2 && offsets === undefined
  if (!isFlat && !isTable) {
    throw new SluiceError({
      code: 'SHAPE',
      what: 'embeddingBag: x holds no bags',
      expected: 'x [bags, things], or x [things] with offsets [bags]',
      got: `x ${formatShape(x.shape)}${offsets ? ` with offsets ${formatShape(offsets.shape)}` : ''}`,
      fix: 'give bags of one size as rows, or say where each begins',
    })
  }
  if (!perSampleWeights || mode === 'sum') return
  throw new SluiceError({
    code: 'OPTION',
    what: 'embeddingBag: things count differently in a sum alone',
    expected: "mode 'sum' with perSampleWeights",
    got: `mode '${mode}'`,
    fix: "make it with { mode: 'sum' }, or leave perSampleWeights out",
  })
}
