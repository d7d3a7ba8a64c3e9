import type { TargetOptions } from '../csv-target.ts'
import type { TablePlan } from '../table-builder.ts'
import { refOf, type StreamSource } from './byte-file.ts'
import { openIdx } from './idx-source.ts'
import type { IdxSpec } from './raw-block.ts'
import { type Streamed, type StreamOptions, streamParts, usualBlockBytes } from './streamed.ts'

export interface IdxFiles {
  /** [examples, …]: images, or rows of numbers. */
  readonly inputs: StreamSource
  /** [examples]: labels, or numbers. */
  readonly targets: StreamSource
}

/**
 * Two IDX files, as those of MNIST, as streams that `fit` trains on; not gzipped. Bytes are brought from
 * 0 … 255 to 0 … 1, other numbers to mean 0 and deviation 1.
 *
 * Shapes: inputs f32[examples, numbers], an image row after row; targets i32[examples], or f32[examples, 1]
 * scaled where they are many different numbers.
 * Throws: FILE where a file cannot be read; DATA where it is no IDX file, or has changed since.
 *
 * @example
 * const inputs = 'train-images-idx3-ubyte'
 * const { train } = await streamIdx({ inputs, targets: 'train-labels-idx1-ubyte' })
 */
export async function streamIdx(
  files: IdxFiles,
  options: TargetOptions & StreamOptions = {},
): Promise<Streamed> {
  const spec: IdxSpec = {
    format: 'idx',
    inputs: await refOf(files.inputs),
    targets: await refOf(files.targets),
    blockBytes: options.blockBytes ?? usualBlockBytes,
  }
  const source = await openIdx(spec)
  const { inputs, targets } = source.facts
  const [, ...features] = inputs.shape
  const isWhole = !targets.type.name.startsWith('f')
  return streamParts(
    {
      ...{ source, specFor: () => spec, plan: planFor(source.name, features) },
      ...(inputs.type.name === 'u8' && { inputRange: [0, 255] }),
      ...(features.length === 2 && { imageShape: features }),
      isTable: false,
    },
    { task: isWhole ? 'classification' : 'regression', ...options },
  )
}

/** As a table of one column for each number of an example. */
function planFor(table: string, features: readonly number[]): TablePlan {
  const width = features.reduce((product, size) => product * size, 1)
  const names = Array.from({ length: width }, (_, index) => `x${index + 1}`)
  return {
    ...{ table, names: [...names, 'class'], hasHeader: true, decimal: '.' },
    features: names.map((name, index) => ({ name, index, kind: 'number' })),
    target: { name: 'class', index: width, kind: 'number' },
    ...{ missing: 'error', isTargetOptional: false, unit: 'row' },
  }
}
