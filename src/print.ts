/** Text and back, with the gates of the package. */
import * as gates from './gates/index.ts'
import type { AnyFunction, Gate } from './ir/gate.ts'
import type { Graph } from './ir/graph.ts'
import { parse as parseWith } from './ir/parse.ts'

export { type PrintOptions, print } from './ir/print.ts'

/**
 * The graph that a text printed by `print` describes; every application is checked again.
 * `userGates` are gates from outside the package that the text names.
 *
 * Throws: PARSE with line and column where the text is not a graph.
 */
export function parse(text: string, userGates: readonly Gate<AnyFunction>[] = []): Graph {
  const own = Object.fromEntries(userGates.map((gate) => [gate.definition.name, gate]))
  return parseWith(text, { ...gates, ...own })
}
