import { SluiceError } from '../../errors.ts'
import { readBeginning } from '../csv-table.ts'
import { type CsvOptions, planColumns } from '../read-csv.ts'
import type { TablePlan } from '../table-builder.ts'
import { openByteFile, refOf, type StreamSource } from './byte-file.ts'
import { type CsvSpec, openSource } from './raw-block.ts'
import { type Streamed, type StreamOptions, streamParts, usualBlockBytes } from './streamed.ts'

/**
 * The table of a file that is larger than memory, as streams that `fit` trains on. Its layout and its
 * columns are found, and its cells read, as by `readCsv`, with the same options. The file is read once
 * here, for the kinds and categories of columns, means and deviations; then once for each epoch, in
 * parts of 256 KiB, shuffled by seed and epoch.
 *
 * Which rows are held out is a function of their number and the seed alone. Categories are those of the
 * rows that are learned from: others are none of them.
 *
 * Shapes: inputs f32[examples, inputs], scaled; targets i32[examples], or f32[examples, 1] scaled.
 * Throws: FILE where the file cannot be read; DATA, naming line and column, as `readCsv`, now or in the
 * reading of an epoch, and where the file has changed since; OPTION for a share that is none.
 *
 * @example
 * const { train, heldOut, preparation } = await streamCsv('large.csv', { target: 'y', heldOut: 0.01 })
 * await fit({ model, criterion: mse, optimizer, train, heldOut, epochs: 3 })
 */
export async function streamCsv(
  from: StreamSource,
  options: CsvOptions & StreamOptions = {},
): Promise<Streamed> {
  const { blockBytes = usualBlockBytes } = options
  const file = await refOf(from)
  await checkPlain(file)
  const { name, layout, delimiter, sample } = await readBeginning(file, options)
  const plan = planColumns(name, layout, sample, options)
  const specFor = (given: TablePlan): CsvSpec => ({
    ...{ format: 'csv', file, plan: given, delimiter, firstRow: layout.firstRow, blockBytes },
  })
  const classNames = options.classNames ?? layout.classNames
  const source = await openSource(specFor(plan))
  return streamParts({ source, specFor, plan }, { ...options, ...(classNames && { classNames }) })
}

/** What is packed has no middle to begin at. */
async function checkPlain(file: Parameters<typeof openByteFile>[0]): Promise<void> {
  const bytes = await openByteFile(file)
  try {
    if (bytes.size < 2) return
    const [first, second] = await bytes.read(0, 2)
    if (first !== 0x1f || second !== 0x8b) return
    throw new SluiceError({
      code: 'DATA',
      what: `${bytes.name}: a gzipped table cannot be streamed`,
      expected: 'text, which can be read from the middle',
      got: 'a gzip file',
      fix: `unpack it: gunzip -k ${bytes.name}`,
    })
  } finally {
    await bytes.close()
  }
}
