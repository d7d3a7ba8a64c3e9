/** ONNX files of this machine, as the commands take them. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SluiceError } from '../errors.ts'
import { type External, type OnnxModel, readOnnx } from '../onnx/index.ts'
import { readBytes } from '../train/read-bytes.ts'

/**
 * The network of a file, with weights from the files beside it. A batch that was exported with one
 * size is freed, where the graph has any size of it.
 *
 * Throws: FILE as `readOnnx`, and where a file cannot be read.
 */
export async function loadOnnx(path: string): Promise<OnnxModel> {
  const bytes = await readBytes(path, 2 ** 31)
  const options = { name: path, external: externalOf(path) }
  const model = readOnnx(bytes, options)
  const fixed = model.inputs.filter(({ axes }) => typeof axes?.[0] === 'number')
  if (fixed.length === 0 || fixed.length !== model.inputs.length) return model
  const axes = Object.fromEntries(
    fixed.map(({ name, axes: [, ...rest] = [] }) => [name, ['batch', ...rest]]),
  )
  const freed = readOnnx(bytes, { ...options, axes })
  return isFree(freed) ? freed : model
}

/** Whether its outputs have as many rows as its inputs, for two sizes. */
function isFree(model: OnnxModel): boolean {
  const sizes = Object.fromEntries(model.axes.map((axis) => [axis, 8]))
  return [2, 3].every((batch) => {
    try {
      const { outputs } = model.build({ ...sizes, batch })
      return Object.values(outputs).every(({ shape }) => shape[0] === batch)
    } catch (error) {
      // A size that the graph keeps as a number; building it as it is will say anything else.
      if (error instanceof SluiceError && error.code !== 'INTERNAL') return false
      throw error
    }
  })
}

/** Reads ranges of the files in the model's folder. */
function externalOf(path: string): External {
  return (name, { offset, length }) => {
    const beside = join(dirname(path), name)
    const file = opened(beside, path)
    try {
      const { size } = fstatSync(file)
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
    } finally {
      closeSync(file)
    }
  }
}

function opened(beside: string, path: string): number {
  try {
    return openSync(beside, 'r')
  } catch {
    throw new SluiceError({
      code: 'FILE',
      what: `${path}: the file with its weights cannot be read`,
      expected: beside,
      got: 'no such file, or none that may be read',
      fix: 'copy it with the model, under the same name',
    })
  }
}
