/** Whether a network fits the data. */
import type { ExampleFacts } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import type { NetworkSpec } from '../nn/index.ts'

/** How many numbers go into a network for a dataset, and how many come out. */
export function widthsFor({ inputs, targets, classes = [] }: ExampleFacts): {
  readonly inputs: number
  readonly outputs: number
} {
  const outputs = isFloating(targets.dtype) ? sizeOf(targets.shape.slice(1)) : classes.length
  return { inputs: sizeOf(inputs.shape.slice(1)), outputs }
}

/**
 * Throws DATA unless a dataset is of the kind that a model was trained on: as many inputs, outputs
 * and the same task. `name` is what errors call the model.
 */
export function checkFits(network: NetworkSpec, dataset: ExampleFacts, name: string): void {
  const { layers, task } = network
  const given = widthsFor(dataset)
  const kindOf = (inputs: number, outputs: number, kind: string) =>
    `${inputs} inputs, ${outputs} ${kind === 'classification' ? 'classes' : 'outputs'}, a ${kind}`
  const expected = kindOf(layers[0] ?? 0, layers.at(-1) ?? 0, task)
  const got = kindOf(given.inputs, given.outputs, dataset.task)
  if (expected === got) return
  throw new SluiceError({
    code: 'DATA',
    what: `${name}: the model does not fit the data`,
    where: `dataset "${dataset.name}"`,
    expected,
    got,
    fix: 'give the data that it was trained for, or train a model for these',
  })
}
