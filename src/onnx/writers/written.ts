/** A graph as it is written for one choice of sizes. */
import { Graph, stateOf, type Update } from '../../ir/graph.ts'
import type { Value } from '../../ir/value.ts'
import { type FileOptions, FileWriter } from './file-writer.ts'
import { isOperator } from './operators.ts'
import { prepared } from './prepare.ts'
import { writeGraph } from './write-graph.ts'

/** One state of a step of training: the input that takes it, and the output that it becomes. */
export interface OnnxState {
  readonly key: string
  readonly input: string
  readonly output: string
  readonly trainable: boolean
}

/** The entry of the metadata that lists the states of a step, as JSON. */
const statesEntry = 'sluice.states'

export interface Written {
  readonly file: FileWriter
  readonly metadata: Readonly<Record<string, string>>
}

export function written(
  outputs: Readonly<Record<string, Value>>,
  updates: readonly Update[],
  options: FileOptions,
): Written {
  const given = new Graph(outputs, updates)
  const file = new FileWriter(given, options)
  const graph = prepared(given, isOperator)
  const wireOf = writeGraph(graph, file.writer, file)
  for (const [name, value] of Object.entries(graph.outputs)) {
    file.output(file.outputName(name), wireOf(value))
  }
  const states = graph.updates.map(({ state, value }): OnnxState => {
    const { key, trainable } = stateOf(state)
    const { input, output } = file.stateNames(state)
    file.output(output, wireOf(value))
    return { key, input, output, trainable }
  })
  const listed = states.length > 0 ? { [statesEntry]: JSON.stringify(states) } : {}
  return { file, metadata: { ...listed, ...options.metadata } }
}
