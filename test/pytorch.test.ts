/**
 * Small networks against PyTorch in f64: the loss, every gradient, and three steps of gradient
 * descent. vectors/models.py says how the expected numbers were made.
 */
import {
  compile,
  conv2d,
  createStore,
  crossEntropy,
  evaluate,
  exp,
  gradients,
  graph,
  input,
  matmul,
  mse,
  type NestedArray,
  parameter,
  relu,
  reshape,
  scan,
  sgd,
  sin,
  tanh,
  tensor,
  transpose,
  type Value,
} from 'sluice'
import { describe, expect, test } from 'vitest'
import { expectNear, mapValues, type Named, there } from './support/recorded.ts'
import recorded from './vectors/models.json' with { type: 'json' }

interface Expected {
  readonly inputs: Named<NestedArray>
  readonly parameters: Named<NestedArray>
  readonly J: number
  readonly gradients: Named<NestedArray>
  readonly learningRate: number
  /** J before each of the three steps. */
  readonly losses: readonly number[]
  /** The parameters after them. */
  readonly after: Named<NestedArray>
}

/** Values by name; a name that vectors/models.py does not give is a mistake of this file. */
type Given = (name: string) => Value

/** What models.py calls by the same names. */
const models: Named<(given: Given) => Value> = {
  mlp: (given) => {
    const first = tanh(linear(given('x'), given('W1'), given('b1')))
    const second = relu(linear(first, given('W2'), given('b2')))
    return mse(linear(second, given('W3'), given('b3')), given('y'))
  },
  classifier: (given) =>
    crossEntropy(linear(given('x'), given('W'), given('b')), labels(given('labels'))),
  convolution: (given) => {
    const maps = conv2d(given('x'), given('K'), { stride: 2, padding: 1 })
    const features = relu(maps.add(given('c').reshape([3, 1, 1])))
    const logits = linear(reshape(features, [2, 27]), given('W'), given('b'))
    return crossEntropy(logits, labels(given('labels')))
  },
  recurrence: (given) => {
    const walked = scan(
      ([h], [x]) => {
        const next = tanh(
          matmul(there(x), given('U')).add(linear(there(h), given('W'), given('b'))),
        )
        return { carry: [next], outputs: [linear(next, given('V'), given('c'))] }
      },
      { carry: [given('h0')], sequences: [given('x')] },
    )
    return mse(there(walked.outputs[0]), given('y'))
  },
  twice: (given) => {
    const x = given('x')
    const back = transpose(given('W'), [1, 0])
    return mse(matmul(tanh(matmul(x, given('W'))), back), x)
  },
  thrice: (given) => {
    const a = given('x').multiply(given('w'))
    return a.multiply(exp(a)).add(sin(a)).sum()
  },
  circuit: (given) => given('x').add(given('y')).multiply(given('z')),
}

const vectors: Named<Expected> = recorded

describe.each(Object.entries(models))('%s', (name, model) => {
  const expected = there(vectors[name])
  const { inputs, parameters } = sourcesOf(expected)
  const J = model((source) => there(inputs[source] ?? parameters[source]))

  test('has the loss and the gradients that PyTorch gives', () => {
    const names = Object.keys(expected.gradients)
    const wrt = names.map((source) => there(inputs[source] ?? parameters[source]))
    const found = Object.fromEntries(gradients(J, wrt).map((value, i) => [names[i], value]))
    const feeds = Object.fromEntries(
      Object.entries(expected.inputs).map(([source, contents]) => [
        source,
        tensor(contents, { dtype: there(inputs[source]).dtype }),
      ]),
    )
    const { outputs } = evaluate(graph({ J, ...found }), { feeds })
    expectNear(outputs, { J: expected.J, ...expected.gradients })
  })

  test('has the losses and the parameters of three steps of gradient descent', async () => {
    const { learningRate } = expected
    const updates = sgd(J, { learningRate })
    const step = await compile({ J }, { updates, store: createStore() })
    const losses: number[] = []
    for (const _ of expected.losses) {
      losses.push(await step.run(expected.inputs).J.item())
    }
    expectNear({ losses: tensor(losses, { dtype: 'f64' }) }, { losses: expected.losses })
    const keys = Object.keys(expected.after)
    const after = Object.fromEntries(keys.map((key) => [key, step.parameters.get(key)]))
    expectNear(after, expected.after)
  })
})

test('the circuit of CS231n gives −12 and hands back −4, −4 and 3', async () => {
  // Stanford CS231n, "Backpropagation, Intuitions": f = (x + y) z at x = −2, y = 5, z = −4.
  const { parameters } = sourcesOf(there(vectors.circuit))
  const { x, y, z } = { x: there(parameters.x), y: there(parameters.y), z: there(parameters.z) }
  const f = x.add(y).multiply(z)
  const [dx, dy, dz] = gradients(f, [x, y, z])
  const { outputs } = evaluate(graph({ f, dx, dy, dz }))
  expect(Object.values(outputs).map(({ data }) => data[0])).toEqual([-12, -4, -4, 3])
})

function linear(x: Value, W: Value, b: Value): Value {
  return matmul(x, W).add(b)
}

/** Class indices, which are fed as i32. */
function labels(value: Value): Value<readonly number[], 'i32'> {
  return value as Value<readonly number[], 'i32'> // sourcesOf declares them so
}

/** Every input and parameter of a record in f64, class indices in i32. */
function sourcesOf({ inputs, parameters }: Expected): {
  readonly inputs: Named<Value>
  readonly parameters: Named<Value>
} {
  return {
    inputs: mapValues(inputs, (contents, name) => {
      const dtype = name === 'labels' ? 'i32' : 'f64'
      return input(name, tensor(contents, { dtype }).shape, { dtype })
    }),
    parameters: mapValues(parameters, (init, name) =>
      parameter(name, tensor(init).shape, { init, dtype: 'f64' }),
    ),
  }
}
