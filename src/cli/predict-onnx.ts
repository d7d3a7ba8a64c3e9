/** `sluice predict` of a network that another program exported: rows in, what it gives out. */
import { compile } from '../compile.ts'
import { pickRows } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { OnnxModel } from '../onnx/index.ts'
import { onlyInput } from '../onnx/onnx-layer.ts'
import { isMadeUp } from './onnx-subject.ts'
import type { OnnxTable } from './onnx-table.ts'

/** How many rows run at once, where the file leaves that open. */
const batchSize = 256

export interface OnnxPredictions {
  readonly header: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/**
 * What the first output is for each row: a column for each of its numbers.
 *
 * Throws: FILE where a row of the table gives no row of outputs; OPTION for probabilities of what is
 * not one row of logits.
 */
export async function predictOnnx(
  model: OnnxModel,
  { inputs, length, kept }: OnnxTable,
  { keep, probabilities }: { readonly keep: readonly string[]; readonly probabilities: boolean },
): Promise<OnnxPredictions> {
  const { name: inputName, dtype } = onlyInput(model)
  const { size, given } = batchesOf(model)
  const outputName = model.outputs[0]?.name ?? ''
  const program = await compile(
    ({ x }) => {
      const y = model.call({ [inputName]: x })[outputName] as typeof x // its first output
      return { y: probabilities ? gates.softmax(y, -1) : y }
    },
    { inputs: { x: { shape: [given, ...inputs.shape.slice(1)], dtype } } },
  )
  const rows: (string | number)[][] = []
  for (let start = 0; start < length; start += size) {
    const count = Math.min(size, length - start)
    // A batch of one size is filled up with its last row.
    const indices = Array.from(
      { length: given ?? count },
      (_, at) => start + Math.min(at, count - 1),
    )
    const { y } = program.run({ x: pickRows(inputs, indices) })
    if (y.shape[0] !== indices.length) throw notByRow(outputName, y.shape, indices.length)
    if (probabilities && !isFloating(y.dtype)) throw noLogits(outputName, y)
    const data = await y.data()
    const width = sizeOf(y.shape) / indices.length
    for (let row = 0; row < count; row++) {
      const numbers = Array.from({ length: width }, (_, at) => Number(data[row * width + at]))
      rows.push([...kept.map((cells) => cells[start + row] ?? ''), ...numbers.map(shortened)])
    }
  }
  const width = (rows[0]?.length ?? keep.length) - keep.length
  const name = probabilities ? 'p' : isMadeUp(outputName) ? 'y' : outputName
  const columns = Array.from({ length: width }, (_, at) => (width === 1 ? name : `${name}_${at}`))
  return { header: [...keep, ...columns], rows }
}

/** How many rows at once: as many as the file says, or any number. */
function batchesOf(model: OnnxModel): { readonly size: number; readonly given: number | null } {
  const [axis] = onlyInput(model).axes ?? []
  return typeof axis === 'number' ? { size: axis, given: axis } : { size: batchSize, given: null }
}

/** Seven digits, which is what f32 knows. */
function shortened(number: number): number {
  return Number(number.toPrecision(7))
}

function notByRow(name: string, shape: readonly number[], rows: number): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `predict: output "${name}" has no row for each row of the table`,
    expected: `[${rows}, …] for ${rows} rows`,
    got: formatShape(shape),
    fix: 'export the network with its batch as the first axis of inputs and outputs',
  })
}

function noLogits(name: string, { dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `--probabilities: output "${name}" is no row of logits`,
    expected: 'an output in floating point',
    got: `${dtype}${formatShape(shape)}`,
    fix: 'leave out --probabilities',
  })
}
