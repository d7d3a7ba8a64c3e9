/** Tables that are read as they are needed: those that are too large to be held, or in no text. */
import { open, stat } from 'node:fs/promises'
import {
  type ExampleSource,
  loader,
  type Preparation,
  type Streamed,
  type StreamOptions,
  streamCsv,
  streamIdx,
  streamParquet,
} from '../data/index.ts'
import { isPackaged, type Reading, startReading, type TableSettings } from './data-source.ts'
import type { Asked } from './plan.ts'
import type { Prepared } from './training.ts'
import { UsageError } from './usage.ts'

/** A file that is larger is read as it is needed: in memory it would take some three times that. */
const mostBytes = 2 ** 28

type Kind = 'text' | 'parquet' | 'idx'

/** What is streamed of data, and how; undefined for what is read into memory. */
export async function streamKind(
  data: string,
  { stream }: TableSettings = {},
): Promise<Kind | undefined> {
  if (isPackaged(data)) return undefined
  const facts = await stat(data).catch(() => undefined)
  if (!facts?.isFile()) return undefined // whoever reads it says what is wrong
  const kind = await kindOf(data)
  if (kind !== 'text') return kind
  return (stream ?? facts.size > mostBytes) ? kind : undefined
}

/** Files say what they are by their first bytes. */
async function kindOf(path: string): Promise<Kind> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(new Uint8Array(4), 0, 4, 0)
    const [first, second, third = 0, fourth = 0] = buffer
    if (first === 0x50 && second === 0x41 && third === 0x52 && fourth === 0x31) return 'parquet'
    const isIdx = first === 0 && second === 0 && third >= 8 && third <= 14 && fourth > 0
    return isIdx ? 'idx' : 'text'
  } finally {
    await file.close()
  }
}

/** A stream, divided and prepared; `share` of it is held out. */
export interface StreamedData extends Prepared<ExampleSource> {
  readonly preparation: Preparation
  readonly share: number
}

/**
 * Reads a file once and gives its parts, their batches prepared by so many threads. Throws as
 * `streamCsv`, and OPTION where a file of images comes without one of labels.
 */
export async function openStream(
  kind: Kind,
  { data, table = {}, heldOut: asked, seed = 1, scaling }: Asked,
  { workers = 1, ...reading }: Reading & { readonly workers?: number },
): Promise<StreamedData> {
  const { stream: _, target, ...rest } = table
  const scaled = scaling ? { scaling } : {}
  const heldOut = asked ?? ('some' as const)
  const options = { ...rest, ...scaled, heldOut, seed, onProgress: startReading(data, reading) }
  const { train, heldOut: held, preparation, share } = await read(kind, { data, target, options })
  const prepared = loader(train, { numWorkers: workers })
  const isHeldOut = held !== undefined
  return { train: prepared, heldOut: held ?? prepared, isHeldOut, preparation, share }
}

interface Wanted {
  readonly data: string
  readonly target: string | undefined
  readonly options: StreamOptions & Omit<TableSettings, 'target' | 'stream'>
}

function read(kind: Kind, { data, target, options }: Wanted): Promise<Streamed> {
  const named = { ...options, ...(target !== undefined && { target }) }
  switch (kind) {
    case 'text':
      return streamCsv(data, named)
    case 'parquet':
      return streamParquet(data, named)
    case 'idx':
      if (target === undefined) throw noLabels(data)
      return streamIdx({ inputs: data, targets: target }, options)
  }
}

function noLabels(data: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `--target: "${data}" is an IDX file, whose labels are in another`,
    expected: 'the file of its labels',
    got: 'none',
    fix: 'add --target train-labels-idx1-ubyte',
  })
}
