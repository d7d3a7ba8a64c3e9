import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomGraph } from '../../test/support/random-graph.ts'
import { there } from '../../test/support/recorded.ts'
import { gradients } from '../autodiff/gradients.ts'
import { compile } from '../compile.ts'
import { SluiceError } from '../errors.ts'
import { constant, input, matmul, mse, parameter, sigmoid } from '../gates/index.ts'
import { isSameGraph } from '../ir/equal.ts'
import { Graph, graph, stateOf } from '../ir/graph.ts'
import { print } from '../ir/print.ts'
import { tensor } from '../ir/tensor.ts'
import { verify } from '../ir/verify.ts'
import { sgd } from '../optim/index.ts'
import { readGraphJson, writeGraphJson } from './graph-json.ts'

const X = [
  [0, 1],
  [1, 0],
]

/** A step of gradient descent on one layer. */
function small() {
  const W = parameter('W', [2, 3])
  const yHat = sigmoid(matmul(input('x', [2, 2]), W)).labelled({ name: 'ŷ' })
  const J = mse(
    yHat,
    constant([
      [0, 1, 0],
      [1, 0, 0],
    ]),
  ).labelled({ name: 'J' })
  return { J, yHat, W }
}

test('any graph comes back as it was, names, states and tags included', () => {
  fc.assert(
    fc.property(randomGraph(), (given) => {
      const text = writeGraphJson(given)
      const { graph: read } = readGraphJson(text)
      verify(read)
      expect(print(read)).toBe(print(given))
      expect(isSameGraph(read, given)).toBe(true)
      expect(writeGraphJson(read)).toBe(text)
    }),
    { numRuns: 60 },
  )
})

test('a training goes on where the document was written, to the bit', async () => {
  const { J } = small()
  const updates = sgd(J, { learningRate: 0.5 })
  const step = await compile({ J }, { updates })
  for (let count = 0; count < 3; count++) step.run({ x: X })
  const { graph: read, store } = readGraphJson(
    writeGraphJson(new Graph({ J }, updates), { store: step.store }),
  )
  const further = await compile(read.outputs, { updates: read.updates, store })
  expect(further.parameters.get('W')).toEqual(step.parameters.get('W'))
  const [own, other] = [step.run({ x: X }), further.run({ x: X })]
  expect(await other.J?.item()).toBe(await own.J.item())
  expect(further.parameters.get('W')).toEqual(step.parameters.get('W'))
})

test('other programs find what they need in it', () => {
  const { yHat } = small()
  const document = JSON.parse(writeGraphJson(graph({ prediction: yHat })))
  expect(document.format).toBe('sluice-graph')
  expect(document.version).toBe(1)
  const { applications, outputs } = document.graph
  expect(applications.map(({ gate }: { gate: string }) => gate)).toEqual([
    ...['input', 'state', 'matmul', 'sigmoid'],
  ])
  expect(applications[2]).toEqual({
    gate: 'matmul',
    inputs: [0, 1],
    outputs: [{ dtype: 'f32', shape: [2, 3] }],
  })
  expect(applications[3].outputs[0].name).toBe('ŷ')
  expect(outputs).toEqual({ prediction: 3 })
})

test('contents of states are those of the store, and only where one is given', () => {
  const { yHat, W } = small()
  const whole = graph({ yHat })
  expect(readGraphJson(writeGraphJson(whole)).store.states).toEqual([])
  const { store } = readGraphJson(writeGraphJson(whole))
  const contents = tensor([
    [1, Number.NaN, -0],
    [5e-324, 3, Number.NEGATIVE_INFINITY],
  ])
  store.declare(stateOf(W), () => contents)
  const read = readGraphJson(writeGraphJson(whole, { store }))
  expect(read.store.get('W')).toEqual(contents)
})

describe('what cannot be is refused:', () => {
  const text = writeGraphJson(graph({ prediction: small().yHat }))
  const changed = (from: string | RegExp, to: string): string => {
    const other = text.replace(from, to)
    expect(other).not.toBe(text)
    return other
  }

  const cases: readonly (readonly [title: string, made: () => string, message: RegExp])[] = [
    [
      'a later version',
      () => changed('"version":1', '"version":2'),
      /is of a later version\n {2}expected {2}version 1 or an earlier one\n {2}got {7}version 2/,
    ],
    ['another format', () => changed('sluice-graph', 'sluice-drawing'), /is no document of Sluice/],
    [
      'no JSON',
      () => text.slice(0, -3),
      /is no JSON that may stand there\n {2}where {5}character \d+\n/,
    ],
    [
      'a key that stands twice',
      () => changed('"version":1', '"version":1,"version":1'),
      /expected +"version" only once/,
    ],
    [
      'deep nesting',
      () => changed('"version":1', `"x":${'['.repeat(1000)}`),
      /expected +no deeper nesting/,
    ],
    [
      'a gate that is not there',
      () => changed('"sigmoid"', '"eval"'),
      /where +application 3\n {2}expected +the name of a gate/,
    ],
    [
      'a value of later on',
      () => changed('"inputs":[0,1]', '"inputs":[0,7]'),
      /where +application 2, matmul\n {2}expected +an input below 2\n {2}got +7/,
    ],
    [
      'another type',
      () => changed('"shape":[2,3]}]},{"gate":"sigmoid"', '"shape":[3,2]}]},{"gate":"sigmoid"'),
      /expected +f32\[2, 3\]\n {2}got +"f32\[3, 2\]"/,
    ],
    [
      'operands that the gate turns away',
      () => changed('"inputs":[0,1]', '"inputs":[0]'),
      /where +application 2, matmul/,
    ],
    [
      'an output of nothing',
      () => changed('"prediction":3', '"prediction":9'),
      /where +output "prediction"/,
    ],
    [
      'a number as graph',
      () => '{"format":"sluice-graph","version":1,"graph":3}',
      /expected +applications, outputs and updates/,
    ],
    [
      'contents of another shape',
      () => changed(/}$/, ',"states":{"W":{"dtype":"f32","shape":[1],"base64":"AAAAAA=="}}}'),
      /state "W"\n {2}expected +f32\[2, 3\]/,
    ],
    [
      'contents of no state',
      () => changed(/}$/, ',"states":{"V":{"dtype":"f32","shape":[1],"base64":"AAAAAA=="}}}'),
      /expected +a state of the graph/,
    ],
    [
      'sizes beyond all memory',
      () => changed(/}$/, `,"states":{"W":{"dtype":"f32","shape":[${2 ** 52}],"base64":"AAAA"}}}`),
      /expected +18014398509481984 bytes/,
    ],
  ]

  test.each(cases)('%s', (_, made, message) => {
    const read = (): unknown => readGraphJson(made(), { name: 'net.json' })
    expect(read).toThrow(SluiceError)
    expect(read).toThrow(/^FILE net\.json/)
    expect(read).toThrow(message)
  })

  test('more than maxBytes', () => {
    expect(() => readGraphJson(text, { maxBytes: 100 })).toThrow(/FILE the graph is too large/)
  })
})

test('a text that is changed anywhere is refused, or is another graph', () => {
  const { J, W } = small()
  const whole = new Graph({ J }, [{ state: W, value: there(gradients(J, [W])[0]) }])
  const text = writeGraphJson(whole)
  const signs = fc.constantFrom(...'{}[]",:0123456789-eE \\nulltrue\u0000')
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(5), signs, (at, cut, sign) => {
      const other = text.slice(0, at) + sign + text.slice(at + cut)
      try {
        verify(readGraphJson(other).graph)
      } catch (error) {
        expect(error).toBeInstanceOf(SluiceError)
        expect(String(error)).toMatch(/^SluiceError: FILE the graph/)
      }
    }),
    { numRuns: 200 },
  )
})
