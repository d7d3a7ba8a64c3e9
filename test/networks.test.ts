/**
 * The networks of support/models.ts against the same of torch.nn in f64: the loss, every gradient
 * and some steps of Adam. vectors/networks.py says how the expected numbers were made; parameters
 * come under torch's names and in its layouts, which the layers map to ours.
 */
import {
  adam,
  adamW,
  compile,
  constant,
  createStore,
  gradients,
  type NestedArray,
  tensor,
  type Update,
  type Value,
} from 'sluice'
import { describe, expect, test } from 'vitest'
import { type Model, smallCnn, smallTransformer } from './support/models.ts'
import { expectNear, mapValues, type Named, there } from './support/recorded.ts'
import recorded from './vectors/networks.json' with { type: 'json' }

interface Expected {
  readonly inputs: Named<NestedArray>
  readonly parameters: Named<NestedArray>
  readonly J: number
  readonly gradients: Named<NestedArray>
  /** J before each step. */
  readonly losses: readonly number[]
}

interface Case {
  readonly model: Model
  readonly optimizer: (J: Value) => readonly Update[]
  readonly expected: Expected
}

const cases: Named<Case> = {
  cnn: {
    model: smallCnn({ batch: 2, size: 8, channels: [2, 3], hidden: 5, classes: 3, dtype: 'f64' }),
    optimizer: (J) => adam(J, { learningRate: 0.01 }),
    expected: recorded.cnn,
  },
  transformer: {
    model: smallTransformer({
      ...{ batch: 2, vocabulary: 5, context: 4, width: 4, heads: 2, layers: 2 },
      dtype: 'f64',
    }),
    optimizer: (J) => adamW(J, { learningRate: 0.01 }),
    expected: recorded.transformer,
  },
}

// The gradient of a key's bias is 0, as a softmax does not see what all scores have in common: what
// stands there is rounding. Other gradients are some 0.1.
const least = 1e-3

describe.each(Object.entries(cases))('%s', (_, { model, optimizer, expected }) => {
  test('has the loss and the gradients that torch.nn gives', async () => {
    const values = Object.values(model.parameters)
    const found = gradients(model.J, values)
    const wrt = Object.fromEntries(
      Object.keys(model.parameters).map((key, index) => [key, there(found[index])]),
    )
    const program = await compile({ J: model.J, ...wrt }, { store: createStore() })
    await fill(program.parameters, model, expected)
    const handles = program.run(expected.inputs)
    const got = await readAll(handles)
    expectNear(got, { J: expected.J, ...(await inOurs(model, expected.gradients)) }, least)
  })

  test('has the losses of some steps that torch.optim takes', async () => {
    const updates = optimizer(model.J)
    const step = await compile({ J: model.J }, { updates, store: createStore() })
    await fill(step.parameters, model, expected)
    const losses: number[] = []
    for (const _step of expected.losses) {
      losses.push(await step.run(expected.inputs).J.item())
    }
    expectNear({ losses: tensor(losses, { dtype: 'f64' }) }, { losses: expected.losses })
  })

  test('maps every parameter of torch.nn to one of its own', () => {
    const names = Object.values(model.torch).map(({ name }) => name)
    expect(names.toSorted()).toEqual(Object.keys(expected.parameters).toSorted())
    expect(Object.keys(model.torch).toSorted()).toEqual(Object.keys(model.parameters).toSorted())
  })
})

async function fill(
  parameters: { readonly set: (key: string, contents: NestedArray) => void },
  model: Model,
  expected: Expected,
): Promise<void> {
  const ours = await inOurs(model, expected.parameters)
  for (const [key, contents] of Object.entries(ours)) parameters.set(key, contents)
}

/** Torch's numbers by our keys and in our layouts. */
async function inOurs(model: Model, theirs: Named<NestedArray>): Promise<Named<NestedArray>> {
  const entries = Object.entries(model.torch).map(async ([key, { name, axes }]) => {
    const contents = there(theirs[name])
    if (!axes) return [key, contents]
    return [key, await constant(contents, { dtype: 'f64' }).transpose(axes).array()]
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function readAll(handles: Named<{ readonly array: () => Promise<NestedArray> }>) {
  const arrays = await Promise.all(
    Object.entries(handles).map(async ([name, handle]) => [name, await handle.array()] as const),
  )
  return mapValues(Object.fromEntries(arrays), (contents) => tensor(contents, { dtype: 'f64' }))
}
