/** Text and back, with the gates of the package. */
import * as functional from './functional/index.ts'
import * as gates from './gates/index.ts'
import type { AnyFunction, Gate } from './ir/gate.ts'
import { type Graph, graph } from './ir/graph.ts'
import { parse as parseWith } from './ir/parse.ts'
import { type PrintOptions, print as printGraph } from './ir/print.ts'
import { Value } from './ir/value.ts'

export type { PrintOptions } from './ir/print.ts'

/**
 * The text form of a graph, or of what one value needs: readable, and lossless unless
 * `full: false` leaves out the data of large constants.
 */
export function print(target: Graph | Value, options: PrintOptions = {}): string {
  return printGraph(target instanceof Value ? graph(target) : target, options)
}

/**
 * The graph that a text printed by `print` describes; every application is checked again.
 * `userGates` are gates from outside the package that the text names.
 *
 * Throws: PARSE with line and column where the text is not a graph.
 */
export function parse(text: string, userGates: readonly Gate<AnyFunction>[] = []): Graph {
  const own = Object.fromEntries(userGates.map((gate) => [gate.definition.name, gate]))
  return parseWith(text, { ...gates, ...functional, ...own })
}
