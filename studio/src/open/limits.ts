/** What may be opened: sizes that a page can still show in numbers, and the kinds of files. */
import type { Failure } from '../engine/protocol.ts'

const megabyte = 2 ** 20
/** Two million weights: each of their gradients is shown as well. */
const mostBytes = 8 * megabyte
const mostTableBytes = 20 * megabyte

/** For the dialog that chooses a file. */
export const acceptedKinds = '.safetensors,.onnx,.json,.txt,.sluice,.csv,.tsv'

/** Why a file is not even read; undefined where it is. */
export function refusalOf({ name, size }: Pick<File, 'name' | 'size'>): Failure | undefined {
  const isTable = /\.[ct]sv$/i.test(name)
  const most = isTable ? mostTableBytes : mostBytes
  if (size <= most) return undefined
  const fix = isTable
    ? 'leave out rows, or train on all of it with sluice train'
    : 'look at it with sluice summary, explain or draw'
  return {
    title: `${name} is too large for a page`,
    details: [
      ['expected', `at most ${most / megabyte} MB for ${isTable ? 'a table' : 'a model or graph'}`],
      ['got', `${(size / megabyte).toFixed(1)} MB`],
      ['fix', fix],
    ],
  }
}
