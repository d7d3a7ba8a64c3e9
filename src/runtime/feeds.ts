/** Feeds are checked once, at the edge: by name, shape and dtype. */
import { nearest, SluiceError } from '../errors.ts'
import type { TypedArray } from '../ir/dtype.ts'
import { inputName } from '../ir/graph.ts'
import { formatShape, type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import { isTensor, isTypedArray, type Tensor, type TensorLike, tensor } from '../ir/tensor.ts'
import { formatType, type Value } from '../ir/value.ts'

/** Data by the names of inputs: typed arrays, nested arrays, numbers or tensors. */
export type Feeds = Readonly<Record<string, TensorLike>>

/**
 * The feeds as tensors of the inputs' types. A typed array may be flat.
 * Throws FEED for one that is missing, unknown or of another shape; DTYPE where data do not fit.
 */
export function readFeeds(inputs: readonly Value[], feeds: Feeds): Record<string, Tensor> {
  const names = inputs.map(inputName)
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) throw unknownFeed(name, names)
  }
  return Object.fromEntries(
    inputs.map((application) => {
      const name = inputName(application)
      const feed = feedOf(feeds, name)
      if (feed === undefined) throw missingFeed(application, Object.keys(feeds))
      return [name, readFeed(application, feed)]
    }),
  )
}

/** The feed of one input, and not what every object has: an input may be called `toString`. */
export function feedOf(feeds: Feeds, name: string): TensorLike | undefined {
  return Object.hasOwn(feeds, name) ? feeds[name] : undefined
}

/** One feed as a tensor of its input's type. */
function readFeed(application: Value, feed: TensorLike): Tensor {
  const { shape, dtype } = application
  const raw = feedTensor(application, feed)
  const isFlat = isTypedArray(feed) && raw.data.length === sizeOf(shape)
  if (!isFlat && !sameShape(raw.shape, shape)) throw wrongShape(application, raw.shape)
  if (raw.dtype === dtype) return { shape, dtype, data: raw.data }
  return { shape, dtype, data: convert(application, raw).data }
}

/** What one input is fed in n steps. */
export interface RepeatedFeed {
  readonly application: Value
  readonly name: string
  /** The elements of all steps, one after another, or those of every step. */
  readonly data: TypedArray
  /** Whether each step has its own; else all have the same. */
  readonly isSliced: boolean
}

/**
 * The feeds of n steps: one with a leading axis n gives a slice to each step, any other is the same
 * for all. Elements are of the inputs' dtypes. Throws as `readFeeds`.
 */
export function splitFeeds(
  inputs: readonly Value[],
  feeds: Feeds,
  count: number,
): readonly RepeatedFeed[] {
  const names = inputs.map(inputName)
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) throw unknownFeed(name, names)
  }
  return inputs.map((application): RepeatedFeed => {
    const name = inputName(application)
    const feed = feedOf(feeds, name)
    if (feed === undefined) throw missingFeed(application, Object.keys(feeds))
    const raw = feedTensor(application, feed)
    const { shape, dtype } = application
    const isSliced =
      sameShape(raw.shape, [count, ...shape]) ||
      (isTypedArray(feed) &&
        raw.data.length === count * sizeOf(shape) &&
        !sameShape(raw.shape, shape))
    const { data } = !isSliced
      ? readFeed(application, feed)
      : raw.dtype === dtype
        ? raw
        : convert(application, raw)
    return { application, name, data, isSliced }
  })
}

/** The feeds of n steps, as tensors by step. */
export function readRepeatedFeeds(
  inputs: readonly Value[],
  feeds: Feeds,
  count: number,
): (step: number) => Record<string, Tensor> {
  const split = splitFeeds(inputs, feeds, count)
  return (step) =>
    Object.fromEntries(
      split.map(({ application: { shape, dtype }, name, data, isSliced }) => {
        const size = sizeOf(shape)
        const slice = isSliced ? data.subarray(step * size, (step + 1) * size) : data
        return [name, { shape, dtype, data: slice }]
      }),
    )
}

function feedTensor(application: Value, feed: TensorLike): Tensor {
  // Nested numbers take the input's dtype at once, so that labels need no ceremony.
  const { dtype } = application
  if (isTensor(feed) || isTypedArray(feed)) return tensor(feed)
  return located(application, () => tensor(feed, { dtype }))
}

function convert(application: Value, raw: Tensor): Tensor {
  const { dtype } = application
  // Whole numbers may become floats and narrower whole numbers; fractions are never cut in silence.
  return located(application, () => tensor(raw, { dtype }))
}

function located(application: Value, read: () => Tensor): Tensor {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    throw new SluiceError({
      code: 'FEED',
      what: `run: the feed of "${inputName(application)}" does not fit: ${error.what}`,
      where: `input "${inputName(application)}"`,
      expected: `${formatType(application.type)}: ${error.expected}`,
      got: error.got,
      fix: error.fix,
    })
  }
}

function unknownFeed(name: string, names: readonly string[]): SluiceError {
  const near = nearest(name, names)
  return new SluiceError({
    code: 'FEED',
    what: `run: there is no input "${name}"`,
    where: `feed "${name}"`,
    expected: names.length > 0 ? `feeds for ${names.join(', ')}` : 'no feeds: nothing is fed',
    got: name,
    fix: near ? `did you mean "${near}"?` : 'leave it out',
  })
}

function missingFeed(application: Value, given: readonly string[]): SluiceError {
  const name = inputName(application)
  return new SluiceError({
    code: 'FEED',
    what: `run: input "${name}" is not fed`,
    where: `input "${name}"`,
    expected: `a feed of type ${formatType(application.type)}`,
    got: given.length > 0 ? `feeds for ${given.join(', ')}` : 'no feeds',
    fix: `add ${name} to the feeds`,
  })
}

function wrongShape(application: Value, got: Shape): SluiceError {
  const name = inputName(application)
  return new SluiceError({
    code: 'FEED',
    what: `run: the feed of "${name}" has another shape`,
    where: `input "${name}"`,
    expected: formatShape(application.shape),
    got: formatShape(got),
    fix: 'feed data of the shape that the input declares, or compile a builder, which takes any batch size',
  })
}
