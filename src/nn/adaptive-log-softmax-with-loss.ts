import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  alone,
  checkCount,
  createModule,
  type Layer,
  type Module,
  ownedBy,
  type Place,
  placeLayers,
} from './layer.ts'
import { linear } from './linear.ts'
import { sequential } from './sequential.ts'

export interface AdaptiveLogSoftmaxOptions {
  /** Each cluster is projected to a width that is so much smaller than the last one's. Default 4. */
  readonly divValue?: number
  /** Whether the head has a bias. Default false. */
  readonly headBias?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/** From rows and the class of each to its log-probability, and −1 times their mean. */
export type AdaptiveLogSoftmaxCall = (
  x: Value,
  target: Value,
) => { readonly output: Value; readonly loss: Value<[]> }

export interface AdaptiveLogSoftmaxExtras {
  /** The log-probabilities of all classes: [n, inFeatures] → [n, classes]. */
  logProb(x: Value): Value
  /** The likeliest class of each row: [n, inFeatures] → i32 [n]. */
  predict(x: Value): Value<Shape, 'i32'>
  at(path: string, number?: number): AdaptiveLogSoftmax
}

export type AdaptiveLogSoftmax = Module<AdaptiveLogSoftmaxCall> & AdaptiveLogSoftmaxExtras

/**
 * A softmax over many classes, of which frequent ones, those of low numbers, are outputs of a
 * `head`; the others are in clusters, each an output of the head and, within it, of a `tail` that is
 * the narrower the rarer its classes are. Cluster i begins at class `cutoffs[i]`.
 *
 * Shapes: x [n, inFeatures] and target, i32 or u32 [n], or [inFeatures] and []; output as target.
 * Weights [in, out], the transposes of torch's.
 * Throws: OPTION for cutoffs that do not rise from 1 to below the number of classes; INDEX, when it
 * runs, for a label that is none of the classes.
 * Source: PyTorch `torch.nn.AdaptiveLogSoftmaxWithLoss`; Grave et al., "Efficient softmax
 * approximation for GPUs".
 *
 * @example
 * const words = adaptiveLogSoftmaxWithLoss(256, 10_000, [1000, 5000])
 * const { loss } = words(hidden, targets)
 */
export function adaptiveLogSoftmaxWithLoss(
  inFeatures: number,
  classes: number,
  cutoffs: readonly number[],
  options: AdaptiveLogSoftmaxOptions = {},
): AdaptiveLogSoftmax {
  checkCount('adaptiveLogSoftmaxWithLoss', 'inFeatures', inFeatures)
  checkCount('adaptiveLogSoftmaxWithLoss', 'classes', classes)
  const bounds = [0, ...cutoffs, classes]
  const isRising = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] ?? 0))
  if (cutoffs.length === 0 || !isRising || !cutoffs.every(Number.isInteger)) {
    throw wrongCutoffs(cutoffs, classes)
  }
  return adaptiveAt({ inFeatures, bounds: bounds.slice(1), ...options }, alone)
}

interface Sizes extends AdaptiveLogSoftmaxOptions {
  readonly inFeatures: number
  /** Where each part ends: the head's classes, then each cluster's. */
  readonly bounds: readonly number[]
}

function adaptiveAt(sizes: Sizes, place: Place): AdaptiveLogSoftmax {
  const { inFeatures, bounds, divValue = 4, headBias = false, dtype = 'f32' } = sizes
  const [short = 0, ...ends] = bounds
  const plain = { bias: false, dtype }
  const tails = ends.map((end, index): [string, Layer] => {
    const width = Math.max(1, Math.floor(inFeatures / divValue ** (index + 1)))
    const size = end - (bounds[index] ?? 0)
    const tail = sequential(linear(inFeatures, width, plain), linear(width, size, plain))
    return [`tail.${index}`, tail]
  })
  const head = linear(inFeatures, short + ends.length, { bias: headBias, dtype })
  const layers: Readonly<Record<string, Layer>> = placeLayers(
    { head, ...Object.fromEntries(tails) },
    place,
  )
  const [placedHead = head, ...placedTails] = Object.values(layers)
  const parts: Parts = { short, head: placedHead, tails: placedTails, bounds }
  const methods: AdaptiveLogSoftmaxExtras = {
    logProb: (x) => logProbabilitiesOf(parts, x),
    predict: (x) => gates.argmax(logProbabilitiesOf(parts, x), -1),
    at: (path, number) => adaptiveAt(sizes, { path, number }),
  }
  const module = createModule<AdaptiveLogSoftmaxCall>(
    () => (x, target) => callOn(parts, x, target),
    {
      ...ownedBy(layers),
      description: `adaptiveLogSoftmaxWithLoss(${inFeatures} → ${bounds.join(' | ')})`,
      ...methods,
    },
  )
  return module as AdaptiveLogSoftmax // the facts, methods among them, are put on it
}

interface Parts {
  readonly short: number
  readonly head: Layer
  readonly tails: readonly Layer[]
  readonly bounds: readonly number[]
}

/** The head's log-probabilities: of its classes, then of the clusters. */
function headOf({ head }: Parts, x: Value): Value {
  return gates.logSoftmax(head(x), -1)
}

function callOn(
  parts: Parts,
  x: Value,
  target: Value,
): { readonly output: Value; readonly loss: Value<[]> } {
  const rows = x.shape.length === 1 ? gates.reshape(x, [1, ...x.shape]) : x
  const count = rows.shape[0] ?? 0
  const labels = gates.reshape(target, [count, 1]) as Value<Shape, 'i32'> // i32 or u32, as gather asks
  const first = headOf(parts, rows)
  const inShort = gates.less(labels, parts.short)
  let chosen = gates.gather(first, gates.where(inShort, labels, 0), 1)
  for (const [index, tail] of parts.tails.entries()) {
    const start = parts.bounds[index] ?? 0
    const end = parts.bounds[index + 1] ?? 0
    const isBegun = gates.greaterEqual(labels, start)
    // A label beyond the last class is left to the last cluster, whose gather turns it away.
    const isLast = index === parts.tails.length - 1
    const isHere = isLast ? isBegun : gates.and(isBegun, gates.less(labels, end))
    const place = gates.subtract(gates.where(isHere, labels, start), start)
    const within = gates.gather(gates.logSoftmax(tail(rows), -1), place, 1)
    const cluster = gates.slice(first, [[], [parts.short + index, parts.short + index + 1]])
    chosen = gates.where(isHere, gates.add(cluster, within), chosen)
  }
  const output = gates.reshape(chosen, target.shape)
  return { output, loss: gates.negate(gates.mean(output)) }
}

function logProbabilitiesOf(parts: Parts, x: Value): Value {
  const first = headOf(parts, x)
  const axes = x.shape.slice(0, -1).map((): [] => [])
  const short = gates.slice(first, [...axes, [0, parts.short]])
  const clusters = parts.tails.map((tail, index) => {
    const cluster = gates.slice(first, [...axes, [parts.short + index, parts.short + index + 1]])
    return gates.add(gates.logSoftmax(tail(x), -1), cluster)
  })
  return gates.concat([short, ...clusters], -1)
}

function wrongCutoffs(cutoffs: readonly number[], classes: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'adaptiveLogSoftmaxWithLoss: cutoffs are no bounds of clusters',
    expected: `whole numbers that rise from 1 to below ${classes}, one or more`,
    got: `[${cutoffs.join(', ')}]`,
    fix: 'give the first class of each cluster, such as [1000, 5000] of 10000 classes',
  })
}
