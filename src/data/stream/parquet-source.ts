/** Parquet files, read column by column for some rows at a time. */
import type { AsyncBuffer, Compressors, FileMetaData, parquetScan, SchemaTree } from 'hyparquet'
import { SluiceError } from '../../errors.ts'
import { TableBuilder } from '../table-builder.ts'
import { type BlockFacts, type BlockPlace, checkMark, markOf } from './block-table.ts'
import { type ByteFile, openByteFile } from './byte-file.ts'
import type { ParquetSpec, RawBlock, ReadBlock, Source } from './raw-block.ts'

/** Columns are packed, and each is read by itself, so that it pays to read more numbers at once. */
const valuesForByte = 4

/** A page that is larger when it is unpacked is refused. */
const mostPageBytes = 2 ** 28

/** What a column can be read as. */
export type ParquetKind = 'number' | 'text' | 'nested' | 'other'

export interface ParquetColumn {
  readonly name: string
  readonly kind: ParquetKind
  /** As the file says it. */
  readonly type: string
}

export interface ParquetFile {
  readonly file: ByteFile
  readonly metadata: FileMetaData
  readonly buffer: AsyncBuffer
  readonly compressors: Compressors
  readonly columns: readonly ParquetColumn[]
  /** That of what the file says of itself: sizes, places and extremes of all its parts. */
  readonly mark: number
}

type Scan = typeof parquetScan

/** Opens a file and reads what it says of itself. Throws FILE or DATA. */
export async function openParquetFile(spec: Pick<ParquetSpec, 'file'>): Promise<ParquetFile> {
  const file = await openByteFile(spec.file)
  try {
    const [library, { compressors }] = await Promise.all([
      import('hyparquet'),
      import('hyparquet-compressors'),
    ])
    const buffer: AsyncBuffer = {
      byteLength: file.size,
      slice: async (start, end = file.size) => (await sliceOf(file, start, end)).buffer,
    }
    const metadata = await understood(file.name, () => library.parquetMetadataAsync(buffer))
    const columns = library.parquetSchema(metadata).children.map(columnOf)
    const footer = await sliceOf(file, file.size - metadata.metadata_length - 8, file.size)
    checkSizes(file, metadata)
    const bounded = boundedBy(compressors, file.name)
    return { file, metadata, buffer, columns, compressors: bounded, mark: markOf(footer) }
  } catch (error) {
    await file.close()
    throw error
  }
}

export async function openParquet(spec: ParquetSpec): Promise<Source> {
  return new ParquetSource(
    await openParquetFile(spec),
    spec,
    (await import('hyparquet')).parquetScan,
  )
}

class ParquetSource implements Source {
  readonly #file: ParquetFile
  readonly #spec: ParquetSpec
  readonly #scan: Scan
  readonly #builder: TableBuilder

  constructor(file: ParquetFile, spec: ParquetSpec, scan: Scan) {
    this.#file = file
    this.#spec = spec
    this.#scan = scan
    this.#builder = new TableBuilder(spec.plan, 1000)
  }

  get name(): string {
    return this.#file.file.name
  }

  get sizeBytes(): number {
    return this.#file.file.size
  }

  estimateRows(): Promise<number> {
    return Promise.resolve(Number(this.#file.metadata.num_rows))
  }

  async *blocks(): AsyncGenerator<ReadBlock> {
    const { metadata, mark, file } = this.#file
    const { plan, blockBytes } = this.#spec
    const columns = plan.features.length + 1
    const step = Math.max(1, Math.floor((blockBytes * valuesForByte) / columns))
    const total = Number(metadata.num_rows)
    let first = 0
    for (const group of metadata.row_groups) {
      const rows = Number(group.num_rows)
      for (let row = 0; row < rows; row += step) {
        const start = first + row
        const place = { start, size: Math.min(step, rows - row), line: start + 1 }
        const bytesRead = Math.round((file.size * (start + place.size)) / total)
        yield { ...(await this.#read(place)), place, mark, bytesRead }
      }
      first += rows
    }
  }

  async read(place: BlockFacts): Promise<RawBlock> {
    checkMark(this.name, place, this.#file.mark)
    return this.#read(place)
  }

  texts(): readonly (readonly string[])[] {
    const { texts, targetTexts } = this.#builder.finish()
    return [...texts, targetTexts]
  }

  close(): Promise<void> {
    return this.#file.file.close()
  }

  async #read(place: BlockPlace): Promise<RawBlock> {
    const { plan } = this.#spec
    const wanted = plan.target ? [...plan.features, plan.target] : plan.features
    const columns: ArrayLike<unknown>[] = []
    for (const { name } of wanted) columns.push(await this.#column(name, place))
    const builder = this.#builder
    builder.clear()
    const row = new Float64Array(wanted.length)
    const readers = builder.readers()
    for (let at = 0; at < place.size; at++) {
      const line = place.line + at
      let isPlain = true
      for (const [k, column] of wanted.entries()) {
        const value = columns[k]?.[at]
        if (column.kind === 'number') {
          const number = numberOf(value)
          row[k] = number
          isPlain &&= Number.isFinite(number)
        } else if (value === null || value === undefined) isPlain = false
        else row[k] = readers[column.index]?.readCell(String(value), line) ?? Number.NaN
      }
      if (isPlain && builder.push(row)) continue
      // What is missing or not finite is dealt with as in a text.
      const cells = plan.names.map(() => '')
      for (const [k, column] of wanted.entries()) cells[column.index] = cellOf(columns[k]?.[at])
      builder.add({ cells, line })
    }
    return builder.taken()
  }

  async #column(column: string, { start, size, line }: BlockPlace): Promise<ArrayLike<unknown>> {
    const { buffer: file, metadata, compressors } = this.#file
    const [rowStart, rowEnd] = [start, start + size]
    const where = `column "${column}", rows ${line} to ${line + size - 1}`
    const read = async () => {
      const scan = await this.#scan({
        ...{ file, metadata, compressors, columns: [column], rowStart, rowEnd },
      })
      return scan.readColumn({ column, rowStart, rowEnd })
    }
    const data = await understood(this.name, read, where)
    if (data.length === size) return data
    throw damaged(this.name, where, `${size} values`, `${data.length}`)
  }
}

async function sliceOf(
  file: ByteFile,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (start >= 0 && start <= end && end <= file.size) return file.read(start, end - start)
  throw damaged(file.name, undefined, `parts within ${file.size} bytes`, `bytes ${start} to ${end}`)
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'boolean' ? Number(value) : Number.NaN
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'boolean' ? String(Number(value)) : String(value)
}

/** Nested are lists, maps and structs; other what is neither a number nor a text, such as a date. */
function columnOf({ element, children }: SchemaTree): ParquetColumn {
  const { name, type = '', repetition_type, converted_type, logical_type } = element
  const meaning = logical_type?.type ?? converted_type ?? ''
  if (children.length > 0 || repetition_type === 'REPEATED') {
    return { name, kind: 'nested', type: meaning.toLowerCase() || 'group' }
  }
  const shown = meaning === '' ? type : `${type} ${meaning}`
  const isText = type === 'BYTE_ARRAY' && /^(STRING|UTF8|ENUM|)$/.test(meaning)
  const isNumber =
    meaning === 'DECIMAL' ||
    (type === 'FIXED_LEN_BYTE_ARRAY' && meaning === 'FLOAT16') ||
    (/^(BOOLEAN|INT32|INT64|FLOAT|DOUBLE)$/.test(type) && /^(INTEGER|U?INT_\d+|)$/.test(meaning))
  return { name, kind: isText ? 'text' : isNumber ? 'number' : 'other', type: shown.toLowerCase() }
}

const codecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW']

function checkSizes(file: ByteFile, { row_groups, num_rows }: FileMetaData): void {
  let rows = 0n
  for (const [index, group] of row_groups.entries()) {
    rows += BigInt(group.num_rows)
    for (const { meta_data: column } of group.columns) {
      if (!column) continue
      const where = `row group ${index}, column "${column.path_in_schema.join('.')}"`
      if (!codecs.includes(column.codec)) throw otherCodec(file.name, where, column.codec)
      if (Number(column.total_compressed_size) > file.size) {
        const got = `${column.total_compressed_size} of ${file.size} bytes`
        throw damaged(file.name, where, 'columns within the file', got)
      }
    }
  }
  if (rows !== BigInt(num_rows)) {
    throw damaged(file.name, 'its row groups', `${num_rows} rows, as it says`, `${rows}`)
  }
}

/** No more is unpacked than may be: a size is only what a file says. */
function boundedBy(compressors: Compressors, name: string): Compressors {
  const checked = Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length <= mostPageBytes) return unpack?.(input, length)
      throw damaged(name, 'a page', `at most ${mostPageBytes} bytes`, `${length}`)
    },
  ])
  return Object.fromEntries(checked)
}

/** What the library says in its own words, or in those of the engine, as an error of the file. */
async function understood<T>(name: string, read: () => Promise<T>, where?: string): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof SluiceError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw damaged(name, where, 'a Parquet file', message)
  }
}

function damaged(
  name: string,
  where: string | undefined,
  expected: string,
  got: string,
): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: the Parquet file is damaged, or written in a way that cannot be read`,
    where,
    expected,
    got,
    fix: 'write the file again, for example by pyarrow.parquet.write_table',
  })
}

function otherCodec(name: string, where: string, codec: string): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${name}: the Parquet file is compressed in a way that cannot be read`,
    where,
    expected: codecs.join(', '),
    got: codec ?? 'an unknown codec',
    fix: 'write it again with compression="snappy"',
  })
}
