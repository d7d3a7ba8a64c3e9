import type { Value } from '../ir/value.ts'
import { createLayer, type Layer, ownedBy, type Place, placeLayers } from './layer.ts'

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
  return sequentialAt(stages, { path: '', number: 1 })
}

function sequentialAt(stages: readonly Stage[], place: Place): Layer {
  const layers = placeLayers(layersAmong(stages), place)
  const placed = stages.map((stage, index) => layers[index] ?? stage)
  return createLayer((x) => placed.reduce((value, stage) => stage(value), x), {
    description: stages
      .map((stage) => (isLayer(stage) ? stage.description : stage.name))
      .join(', '),
    ...ownedBy(layers),
    at: (path, number = 1) => sequentialAt(stages, { path, number }),
  })
}

/** The layers, under their places in the row. */
function layersAmong(stages: readonly Stage[]): Readonly<Record<string, Layer>> {
  return Object.fromEntries(
    stages.flatMap((stage, index) => (isLayer(stage) ? [[index, stage]] : [])),
  )
}

function isLayer(stage: Stage): stage is Layer {
  return 'parameters' in stage
}
