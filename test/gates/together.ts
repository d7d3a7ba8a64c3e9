/** The calls of a gate as one graph, which is compiled or written once. */
import { gradients } from '../../src/autodiff/gradients.ts'
import * as gates from '../../src/gates/index.ts'
import { isFloating } from '../../src/ir/dtype.ts'
import { Graph, inputName } from '../../src/ir/graph.ts'
import { substitute } from '../../src/ir/substitute.ts'
import { type Tensor, tensor } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'
import type { Call } from './calls.ts'

/** The calls, and their gradients unless only the outputs are asked for. */
export function togetherOf(
  calls: readonly Call[],
  { hasGradients = true }: { readonly hasGradients?: boolean } = {},
): Together {
  const outputs: Record<string, Value> = {}
  const feeds: Record<string, Tensor> = {}
  for (const { label, feeds: own, outputs: made } of calls) {
    const graph = hasGradients ? withGradients(made) : new Graph(named(made))
    const renamed = new Map(
      graph.inputs.map((value) => {
        const name = `${label} ${inputName(value)}`
        feeds[name] = own[inputName(value)] ?? tensor(0)
        return [value, [gates.input(name, value.shape, { dtype: value.dtype })]] as const
      }),
    )
    const moved = substitute(graph, renamed)
    for (const [name, value] of Object.entries(graph.outputs)) {
      outputs[`${label} ${name}`] = moved(value)
    }
  }
  return { graph: new Graph(outputs), feeds, count: calls.length }
}

export interface Together {
  readonly graph: Graph
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly count: number
}

function withGradients(outputs: readonly Value[]): Graph {
  const all = named(outputs)
  const graph = new Graph(all)
  const floating = graph.inputs.filter(({ dtype }) => isFloating(dtype))
  const differentiable = outputs.filter(({ dtype }) => isFloating(dtype))
  for (const [index, output] of differentiable.entries()) {
    const upstream = gates.full(output.shape, 0.5, {
      dtype: output.dtype === 'f64' ? 'f64' : 'f32',
    })
    gradients(output, floating, { upstream }).forEach((gradient, k) => {
      all[`gradient ${index} ${k}`] = gradient
    })
  }
  return new Graph(all)
}

function named(outputs: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(outputs.map((value, index) => [`output ${index}`, value]))
}
