/** The values of a graph that may be asked for by name. */
import { nearest, SluiceError } from '../errors.ts'
import type { GraphMessage } from './schema.ts'

/** Throws OPTION for a name that no value of the graph has; `file` is what errors call it. */
export function checkValues(
  wanted: readonly string[],
  { node, input, output, initializer }: GraphMessage,
  file: string,
): void {
  const named = [...input, ...output, ...initializer].map(({ name = '' }) => name)
  const known = new Set([...node.flatMap((one) => one.output), ...named])
  const unknown = wanted.find((name) => !known.has(name))
  if (unknown === undefined) return
  const near = nearest(unknown, known)
  const last = node.slice(-6).flatMap((one) => one.output)
  throw new SluiceError({
    code: 'OPTION',
    what: `onnx: ${file} has no value "${unknown}"`,
    expected: `one that a node gives; the last are ${last.join(', ')}`,
    got: `"${unknown}"`,
    fix: near ? `did you mean "${near}"?` : 'leave it out for the outputs of the file',
  })
}
