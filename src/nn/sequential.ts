import { SluiceError } from '../errors.ts'
import { Value } from '../ir/value.ts'
import {
  createLayer,
  isLayer,
  type Layer,
  ownedBy,
  type Place,
  placeLayers,
  type Stage,
  type TrainingPass,
} from './layer.ts'

/**
 * Stages in a row: layers, and functions from value to value, such as `relu`. Parameters have the
 * keys of torch.nn.Sequential (`0.weight`, `2.weight`), and layers are numbered for their symbols
 * (W1, b1, W2 …).
 *
 * Throws, when it is called: OPTION for a stage that gives no value.
 *
 * @example
 * const model = sequential(linear(64, 32), relu(), linear(32, 10))
 * const logits = model(x)
 */
export function sequential(...stages: readonly Stage[]): Layer {
  return sequentialAt(stages, { path: '', number: 1 })
}

function sequentialAt(stages: readonly Stage[], place: Place): Layer {
  const layers = placeLayers(layersAmong(stages), place)
  const placed = stages.map((stage, index) => layers[index] ?? stage)
  const forward = (x: Value, pass?: TrainingPass) =>
    placed.reduce((value, stage, index) => {
      const call = pass && isLayer(stage) ? stage.training(pass) : stage
      return checked(call(value), stage, index)
    }, x)
  return createLayer(forward, {
    description: stages
      .map((stage) => (isLayer(stage) ? stage.description : stage.name))
      .join(', '),
    ...ownedBy(layers),
    stages: placed,
    at: (path, number = 1) => sequentialAt(stages, { path, number }),
  })
}

/** The layers, under their places in the row. */
function layersAmong(stages: readonly Stage[]): Readonly<Record<string, Layer>> {
  return Object.fromEntries(
    stages.flatMap((stage, index) => (isLayer(stage) ? [[index, stage]] : [])),
  )
}

/** Throws OPTION where a stage made a layer, as `relu` of `sluice/nn` without its brackets does. */
function checked(made: unknown, { name }: Stage, index: number): Value {
  if (made instanceof Value) return made
  throw new SluiceError({
    code: 'OPTION',
    what: `sequential: stage ${index} gives no value`,
    expected: 'a layer, or a function from value to value',
    got: name === '' ? 'another function' : name,
    fix: name === '' ? 'give a layer' : `a layer is made by a call: ${name}()`,
  })
}
