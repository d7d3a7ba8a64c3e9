import { SluiceError } from '../../errors.ts'
import { type Batch, type BatchOptions, batches } from '../batches.ts'
import { digestOf } from '../digest.ts'
import { type BatchMap, checkMapped, loadMap, mapContext } from './batch-map.ts'
import { buffersOf } from './batch-tasks.ts'
import type { ExampleSource } from './batches-of.ts'
import { type BlockService, type BlockStream, readElsewhere } from './block-stream.ts'
import {
  type AsyncBatches,
  type ExampleFacts,
  type ExampleStream,
  isStream,
  type TensorFacts,
} from './example-stream.ts'
import { WorkerPool } from './worker-pool.ts'

export interface LoaderOptions {
  /**
   * What is done to each batch before a step sees it. A function runs on this thread; the address of a
   * module that exports `map` is run by the workers: `new URL('./augment.js', import.meta.url)`.
   */
  readonly map?: BatchMap | URL
  /**
   * How many threads read, prepare and map batches while the step runs; 0 does it on this thread when
   * a batch is asked for. Batches are the same to the bit. Default 0.
   */
  readonly numWorkers?: number
  /** How many batches, for each worker, are mapped before they are asked for. Default 2. */
  readonly prefetch?: number
  /** What the map makes of the inputs of one example, where that is another shape or dtype. */
  readonly inputs?: TensorFacts
  /** As `inputs`, of its target. */
  readonly targets?: TensorFacts
}

/**
 * Examples whose batches are prepared by threads, mapped, or both: PyTorch's `DataLoader`, but that
 * sizes, seed and epoch are said by who asks for batches, as `fit` does. Threads begin with the first
 * batch, keep no process alive, and end soon after the last, and at once where nobody goes on taking
 * batches or an error is thrown.
 *
 * Where there are no threads, or a bundler has not found the worker's script, this thread does the same.
 *
 * Throws: OPTION for numbers out of range. Taking batches throws what reading and mapping throw,
 * also on other threads: THREADS where one of those has ended, DATA where a map gives other shapes.
 *
 * @example
 * const map = new URL('./augment.js', import.meta.url) // export const map = eachExample(…)
 * await fit({ model, criterion, optimizer, train: loader(train, { map, numWorkers: 2 }), heldOut, epochs })
 */
export function loader(examples: ExampleSource, options: LoaderOptions = {}): ExampleStream {
  const { numWorkers = 0, prefetch = 2, map } = options
  checkCount('numWorkers', numWorkers, 0)
  checkCount('prefetch', prefetch, 1)
  const facts = factsOf(examples, options)
  const crew = new Crew(numWorkers)
  const stages: Stages = { examples, facts, crew, map, limit: Math.max(1, numWorkers * prefetch) }
  return {
    ...facts,
    batches(asked): AsyncBatches {
      const { length } = lengthOf(examples, asked)
      return { length, [Symbol.asyncIterator]: () => prepared(stages, asked) }
    },
    digest: () => (isStream(examples) ? examples.digest() : digestOf(examples)),
  }
}

function lengthOf(examples: ExampleSource, asked: BatchOptions): { readonly length: number } {
  return isStream(examples) ? examples.batches(asked) : batches(examples, asked)
}

function factsOf(examples: ExampleSource, { inputs, targets }: LoaderOptions): ExampleFacts {
  const { [readElsewhere]: _, ...rest }: ExampleFacts & { readonly [readElsewhere]?: unknown } =
    examples
  const { length } = examples
  const shaped = (given: TensorFacts | undefined, { shape, dtype }: TensorFacts): TensorFacts =>
    given ? { shape: [length, ...given.shape], dtype: given.dtype } : { shape, dtype }
  return {
    ...rest,
    inputs: shaped(inputs, examples.inputs),
    targets: shaped(targets, examples.targets),
  }
}

interface Stages {
  readonly examples: ExampleSource
  readonly facts: ExampleFacts
  readonly crew: Crew
  readonly map: BatchMap | URL | undefined
  /** How many batches are mapped at once. */
  readonly limit: number
}

async function* prepared(stages: Stages, asked: BatchOptions): AsyncGenerator<Batch> {
  const { examples, crew } = stages
  const pool = crew.begin()
  let isWhole = false
  try {
    const from = isStream(examples)
      ? (pool ? elsewhere(examples, pool) : examples).batches(asked)
      : batches(examples, asked)
    if (stages.map) yield* mapped(from, stages, { pool, asked })
    else yield* from
    isWhole = true
  } finally {
    crew.end(pool, isWhole)
  }
}

/** The stream with its blocks read by workers, where it is one that can be read anywhere. */
function elsewhere(stream: ExampleStream, pool: WorkerPool): ExampleStream {
  if (!(readElsewhere in stream)) return stream
  return (stream as BlockStream)[readElsewhere](serviceOf(pool)) // it has the symbol
}

let streams = 0

function serviceOf(pool: WorkerPool): BlockService {
  return {
    isAhead: true,
    open: async (spec) => {
      const stream = streams++
      pool.notice({ kind: 'open', stream, spec })
      return {
        read: async (block) => {
          const result = await pool.run({ kind: 'block', stream, block })
          return result as Extract<typeof result, { readonly length: number }> // as it was asked for
        },
        close: async () => pool.notice({ kind: 'close', stream }),
      }
    },
  }
}

/** Maps some batches ahead, and gives them in their order. */
async function* mapped(
  from: Iterable<Batch> | AsyncIterable<Batch>,
  { facts, map, limit, examples }: Stages,
  { pool, asked }: { readonly pool: WorkerPool | undefined; readonly asked: BatchOptions },
): AsyncGenerator<Batch> {
  const { seed = 0, epoch = 0, skip = 0 } = asked
  const isOurs = !isStream(examples) || readElsewhere in examples
  const here = map instanceof URL ? (pool ? undefined : await loadMap(map.href)) : map
  const start = async (batch: Batch, index: number): Promise<Batch> => {
    const count = batch.inputs.shape[0] ?? 0
    const moment = { seed, epoch, index }
    let result: Batch
    if (here) result = await here(batch, mapContext(moment))
    else if (!pool || !(map instanceof URL)) result = batch
    else {
      // What others made may be needed by them again: it is copied.
      const transfer = isOurs ? buffersOf(batch) : []
      const done = await pool.run({ kind: 'map', module: map.href, batch, moment }, transfer)
      result = done as Batch // as it was asked for
    }
    checkMapped(result, facts, count)
    return result
  }
  const ahead: Promise<Batch>[] = []
  let index = skip
  for await (const batch of from) {
    const mapping = start(batch, index++)
    mapping.catch(() => undefined) // told to whoever takes it
    ahead.push(mapping)
    const first = ahead.length >= (here ? 1 : limit) ? ahead.shift() : undefined
    if (first) yield await first
  }
  for (const mapping of ahead) yield await mapping
}

/** The threads of a loader: started when they are needed, ended when they no longer are. */
class Crew {
  readonly #workers: number
  #idle: WorkerPool | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(workers: number) {
    this.#workers = workers
  }

  /** Threads for one reading; undefined where this thread does all. */
  begin(): WorkerPool | undefined {
    if (this.#workers === 0) return undefined
    clearTimeout(this.#timer)
    const pool = this.#idle
    this.#idle = undefined
    return pool?.isOpen ? pool : new WorkerPool(this.#workers)
  }

  /** Keeps the threads for the next epoch, for a while, where all was read. */
  end(pool: WorkerPool | undefined, isWhole: boolean): void {
    if (!pool) return
    if (!isWhole || this.#idle) {
      pool.close()
      return
    }
    this.#idle = pool
    const timer: unknown = setTimeout(() => {
      this.#idle = undefined
      pool.close()
    }, idleMs)
    this.#timer = timer as ReturnType<typeof setTimeout> // a number in browsers
    // In Node nothing waits for it.
    if (typeof timer === 'object' && timer && 'unref' in timer) (timer as NodeJS.Timeout).unref()
  }
}

/** Long enough to measure what is held out, and for the next epoch to begin. */
const idleMs = 10_000

function checkCount(name: string, count: number, least: number): void {
  if (Number.isInteger(count) && count >= least && count <= 64) return
  throw new SluiceError({
    code: 'OPTION',
    what: `loader: ${name} is out of range`,
    expected: `a whole number from ${least} to 64`,
    got: String(count),
    fix: least === 0 ? 'try 1, or 0 for this thread alone' : 'try 2',
  })
}
