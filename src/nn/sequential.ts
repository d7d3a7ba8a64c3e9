import type { Value } from '../ir/value.ts'
import { createLayer, type Layer, type TorchMapping } from './layer.ts'

/** A layer, or an activation: a function from value to value without parameters. */
export type Stage = Layer | ((x: Value) => Value)

/**
 * Stages in a row. Parameters have the keys of torch.nn.Sequential (`0.weight`, `2.weight`), and
 * layers are numbered for their symbols (W1, b1, W2 …).
 *
 * @example
 * const model = sequential(linear(64, 32), relu, linear(32, 10))
 * const logits = model(x)
 */
export function sequential(...stages: readonly Stage[]): Layer {
  return sequentialAt(stages, '')
}

function sequentialAt(stages: readonly Stage[], path: string): Layer {
  let number = 0
  const placed = stages.map((stage, index): Stage => {
    if (!isLayer(stage)) return stage
    number++
    return stage.at(path === '' ? String(index) : `${path}.${index}`, number)
  })
  const parameters: Record<string, Value> = {}
  const torch: Record<string, TorchMapping> = {}
  placed.forEach((stage, index) => {
    if (!isLayer(stage)) return
    for (const [key, value] of Object.entries(stage.parameters))
      parameters[`${index}.${key}`] = value
    for (const [key, mapping] of Object.entries(stage.torch)) {
      torch[`${index}.${key}`] = { ...mapping, name: `${index}.${mapping.name}` }
    }
  })
  return createLayer((x) => placed.reduce((value, stage) => stage(value), x), {
    description: placed
      .map((stage) => (isLayer(stage) ? stage.description : stage.name))
      .join(', '),
    parameters,
    torch,
    at: (newPath) => sequentialAt(stages, newPath),
  })
}

function isLayer(stage: Stage): stage is Layer {
  return 'parameters' in stage
}
