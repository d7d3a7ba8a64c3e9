import '../methods.ts'
import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import {
  constant,
  input,
  logSoftmax,
  multiply,
  parameter,
  softmax,
  subtract,
  sum,
} from '../gates/index.ts'
import { Graph, graph } from '../ir/graph.ts'
import { tensor } from '../ir/tensor.ts'
import { interpret, type Step } from './interpret.ts'
import { findNonFinite } from './non-finite.ts'

function stepsOf(steps: Generator<Step, unknown, void>): Step[] {
  return [...steps]
}

test('every gate is one step, forward, backward and update alike, in topological order', () => {
  const w = parameter('w', [2], { init: [1, 2] })
  const J = sum(multiply(w, w))
  const [dw] = gradients(J, [w])
  const step = new Graph({ J }, [{ state: w, value: subtract(w, multiply(dw, 0.1)) }])
  const seen = stepsOf(interpret(step)).map(
    ({ phase, application }) => `${phase} ${application.gate.name}`,
  )
  expect(seen).toEqual([
    'forward multiply',
    'forward sum',
    'backward constant',
    'backward reshape',
    'backward broadcastTo',
    'backward multiply',
    'backward multiply',
    'backward add',
    'update constant',
    'update broadcastTo',
    'update multiply',
    'update subtract',
  ])
})

test('a composite is one step, or opens into its own on request', () => {
  const x = constant([1, 2, 3])
  const closed = stepsOf(interpret(graph(softmax(x)), { depth: 0 }))
  const opened = stepsOf(interpret(graph(softmax(x)), { depth: 1 }))
  expect(closed.map(({ application }) => application.gate.name)).toEqual(['constant', 'softmax'])
  expect(opened.length).toBeGreaterThan(closed.length)
  expect(opened.at(-1)?.path).toEqual([])
  expect(opened[1]?.path.map(({ gate }) => gate.name)).toEqual(['softmax'])
  expect(opened.at(-1)?.outputs[0]?.data).toEqual(closed.at(-1)?.outputs[0]?.data)
})

test('each step holds what went in and what came out', () => {
  const [, step] = stepsOf(interpret(graph(constant([1, 4]).sqrt())))
  expect(step?.inputs.map(({ data }) => [...data])).toEqual([[1, 4]])
  expect(step?.outputs.map(({ data }) => [...data])).toEqual([[1, 2]])
})

test('the first gate that makes a NaN is named with what went in', () => {
  const x = input('x', [2])
  const error = findNonFinite(graph(x.log().multiply(2)), { feeds: { x: tensor([1, -1]) } })
  expect(error?.message).toBe(
    [
      'NONFINITE log made NaN',
      '  where     forward pass, log, element [1]',
      '  expected  finite numbers from finite operands',
      '  got       x = f32[2] [1, −1]',
      '  fix       lower the learning rate, scale the data, or use the stable form of the gate; no state was changed by this step',
    ].join('\n'),
  )
})

test('a gate that makes a NaN of infinities is named before the constant that holds them', () => {
  const mask = constant([0, Infinity])
  const blamed = findNonFinite(graph(mask.subtract(mask).sum()), {})
  expect(blamed?.message).toMatch(/^NONFINITE subtract made NaN\n.*element \[1\]\n/)
  const held = findNonFinite(graph(mask.sum()), {})
  expect(held?.message).toMatch(/^NONFINITE constant made ∞\n.*element \[1\]\n/)
})

test('finite numbers have no culprit', () => {
  expect(findNonFinite(graph(logSoftmax(constant([1000, -1000]))), {})).toBeUndefined()
})
