/** A table as the input of a network that another program exported: its columns in their order. */
import { readLayout } from '../data/csv-table.ts'
import { type ExamplesOptions, type Preparation, readExamples } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { fromNumbers, type Tensor, toNumbers } from '../ir/tensor.ts'
import type { OnnxModel, OnnxPort } from '../onnx/index.ts'
import { formatAxes, onlyInput } from '../onnx/onnx-layer.ts'
import { exampleShapeFor } from './example-shape.ts'

export interface OnnxTable {
  readonly length: number
  readonly inputs: Tensor
  /** The cells of the columns to keep, a list for each of them. */
  readonly kept: readonly (readonly string[])[]
}

/**
 * The rows of a table as a file's one input takes them: the columns that are not kept, in their
 * order, as they are.
 *
 * Throws: OPTION for a file of several inputs; DATA where the columns are not as many as an example
 * has numbers, and as `readExamples`.
 */
export async function readOnnxTable(
  model: OnnxModel,
  path: string,
  options: ExamplesOptions = {},
): Promise<OnnxTable> {
  const port = onlyInput(model)
  const { keep = [] } = options
  const { names, hasHeader } = await readLayout({ path }, options)
  const columns = names.filter((name) => !keep.includes(name))
  const shape = exampleShapeFor(port, columns.length)
  if (!shape) throw otherCount(path, port, columns)
  const preparation = asTheyAre(columns, hasHeader)
  const { inputs, length, kept } = await readExamples(path, preparation, options)
  const { dtype } = port
  const data = isFloating(dtype)
    ? fromNumbers(toNumbers(inputs), dtype)
    : fromNumbers(toNumbers(inputs).map(Math.round), dtype)
  return { length, kept, inputs: { shape: [length, ...shape], dtype, data } }
}

/** Columns of numbers, and nothing done to them. */
function asTheyAre(names: readonly string[], hasHeader: boolean): Preparation {
  return {
    format: 'sluice preparation',
    version: 1,
    columns: {
      features: names.map((name) => ({ name, kind: 'number' })),
      // No column has this name.
      ...{ target: '\0', hasHeader, hasMissing: false },
    },
    inputs: { mean: names.map(() => 0), scale: names.map(() => 1) },
    target: { kind: 'numbers', mean: [0], scale: [1] },
  }
}

function otherCount(path: string, port: OnnxPort, columns: readonly string[]): SluiceError {
  const some = columns.slice(0, 6).join(', ')
  const numbers = port.axes?.slice(1).join(' × ') || 'one number'
  return new SluiceError({
    code: 'DATA',
    what: `${path}: its columns are not what the network takes`,
    where: `input "${port.name}" ${formatAxes(port.axes)}`,
    expected: `${numbers} numbers an example`,
    got: `${columns.length} columns: ${some}${columns.length > 6 ? ', …' : ''}`,
    fix: 'name the columns that are no inputs by --keep: id,label',
  })
}
