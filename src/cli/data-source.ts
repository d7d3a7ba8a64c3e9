/** Where examples come from: a dataset of the package, or a table in a file. */
import { existsSync } from 'node:fs'
import {
  type CsvOptions,
  type Dataset,
  datasets,
  type ReadProgress,
  readCsv,
} from '../data/index.ts'
import type { Interrupts } from './interrupt.ts'
import { bar, type ProgressLine } from './progress.ts'
import { choose, UsageError } from './usage.ts'

/** How a table is read, in JSON. */
export interface TableSettings {
  readonly target?: string
  readonly ignore?: readonly string[]
  readonly missing?: Missing
  readonly delimiter?: Delimiter
  readonly task?: Task
  /** Whether it is read as it is needed; absent, files of a certain size are. */
  readonly stream?: boolean
}

type Missing = NonNullable<CsvOptions['missing']>
type Delimiter = NonNullable<CsvOptions['delimiter']>
type Task = NonNullable<CsvOptions['task']>

/** What `--missing` may be. */
export const missingWays: Readonly<Record<Missing, Missing>> = {
  error: 'error',
  drop: 'drop',
  mean: 'mean',
}

/** What `--task` may be. */
export const tasks: Readonly<Record<Task, Task>> = {
  classification: 'classification',
  regression: 'regression',
}

/** What `--delimiter` may be, and the words for what is hard to type. */
const delimiters: Readonly<Record<string, Delimiter>> = {
  ',': ',',
  ';': ';',
  '|': '|',
  '\t': '\t',
  ' ': ' ',
  comma: ',',
  semicolon: ';',
  tab: '\t',
  space: ' ',
  '\\t': '\t',
}

/** `--delimiter`. Throws OPTION for anything that does not part cells. */
export function parseDelimiter(text: string): Delimiter {
  const delimiter = Object.hasOwn(delimiters, text) ? delimiters[text] : undefined
  if (delimiter) return delimiter
  throw new UsageError({
    code: 'OPTION',
    what: `--delimiter: "${text}" is none`,
    expected: "one of , ; | or comma, semicolon, tab, space; in quotes: ';'",
    got: `"${text}"`,
    fix: 'leave it out: the delimiter is found',
  })
}

/** Whether data are a dataset of the package. Throws NAME for what is neither that nor a file. */
export function isPackaged(data: string): data is keyof typeof datasets {
  if (Object.hasOwn(datasets, data)) return true
  if (isFileName(data)) return false
  choose('dataset', data, datasets, 'a file such as data.csv')
  return false
}

/** Whether a word is a path rather than a name that we gave. */
export function isFileName(word: string): boolean {
  return /[./\\]/.test(word) || existsSync(word)
}

/** What a reading of data shows, and who may stop it. */
export interface Reading {
  readonly line: ProgressLine
  readonly interrupts?: Interrupts
}

/**
 * The data. Throws OPTION where settings for tables are given for a dataset of the package, and as
 * `readCsv`.
 */
export async function loadData(
  data: string,
  { stream, ...table }: TableSettings,
  reading: Reading,
): Promise<Dataset> {
  if (!isPackaged(data)) return readCsv(data, { ...table, onProgress: startReading(data, reading) })
  const [option] = Object.keys({ ...table, ...(stream && { stream }) })
  if (option === undefined) return datasets[data].load()
  throw new UsageError({
    code: 'OPTION',
    what: `--${option}: "${data}" is a dataset of Sluice, not a table of yours`,
    expected: 'a file, such as data.csv',
    got: `"${data}"`,
    fix: `leave out --${option}`,
  })
}

/** Shows that a file is being read, from now on. Stops the reading where it is interrupted. */
export function startReading(
  path: string,
  { line, interrupts }: Reading,
): (progress: ReadProgress) => void {
  line.show(`reading ${path}`)
  return (progress) => {
    interrupts?.check('interrupted while reading; there is nothing to save')
    line.showInTime(() => readingText(path, progress, line.room))
  }
}

function readingText(path: string, { bytesRead, totalBytes }: ReadProgress, room: number): string {
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  if (totalBytes === undefined) return `reading ${path}  ${megabytes(bytesRead)} MiB`
  const text = `reading ${path}  ${megabytes(bytesRead)} of ${megabytes(totalBytes)} MiB`
  const width = Math.min(20, room - text.length - 2)
  const isPainted = Number.isFinite(room) && width >= 5
  return isPainted ? `${bar(bytesRead / totalBytes, width)}  ${text}` : text
}
