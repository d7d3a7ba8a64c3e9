/** A chain of a million scalar gates: nothing over the graph is recursive, and a node stays small. */
import {
  add,
  evaluate,
  type Graph,
  gradients,
  graph,
  input,
  multiply,
  type Tensor,
  tanh,
  tensor,
} from 'sluice'
import { beforeAll, describe, expect, test } from 'vitest'

const gates = 1_000_000

// The factor pushes away from 0 about as much as tanh pulls towards it, so that after a million
// gates every gradient is still a number that a mistake anywhere on the way would change.
const point = { start: 0.5, factor: 1.000001, term: 1e-9 }

describe('a chain of a million scalar gates', () => {
  let whole: Graph
  let bytes: number

  beforeAll(() => {
    const before = heapUsed()
    whole = chainWithGradients()
    bytes = heapUsed() - before
  })

  test('builds and differentiates without a stack overflow', () => {
    // Gradients are gates too: two for each multiply, some for each tanh, and the sums of the
    // gradients of the two operands that all gates share.
    expect(whole.applications.length).toBeGreaterThan(3 * gates)
  })

  test('takes at most 1,000 bytes of heap for each node', () => {
    expect(bytes / whole.applications.length).toBeGreaterThan(50) // else nothing was measured
    expect(bytes / whole.applications.length).toBeLessThanOrEqual(1000)
  })

  test('has the value and the gradients of a plain loop', () => {
    const feeds: Record<string, Tensor> = {}
    for (const [name, number] of Object.entries(point))
      feeds[name] = tensor(number, { dtype: 'f64' })
    const { outputs } = evaluate(whole, { feeds })
    const expected = loop()
    expect(Object.keys(outputs)).toEqual(Object.keys(expected))
    for (const [name, number] of Object.entries(expected)) {
      const own = Number(outputs[name]?.data[0])
      // f64: a million roundings of 1.1e-16 each may add up to 1.1e-10 of the number.
      expect(Math.abs(own / number - 1), name).toBeLessThanOrEqual(1e-9)
    }
  })
})

function chainWithGradients(): Graph {
  const start = input('start', [], { dtype: 'f64' })
  const factor = input('factor', [], { dtype: 'f64' })
  const term = input('term', [], { dtype: 'f64' })
  let end = start
  for (let gate = 0; gate < gates; gate++) {
    end = gate % 3 === 0 ? add(end, term) : gate % 3 === 1 ? multiply(end, factor) : tanh(end)
  }
  const [dStart, dFactor, dTerm] = gradients(end, [start, factor, term])
  return graph({ end, dStart, dFactor, dTerm })
}

/** The same without a graph: forward, then the chain rule by hand. */
function loop(): Readonly<Record<string, number>> {
  const values = new Float64Array(gates + 1)
  values[0] = point.start
  for (let gate = 0; gate < gates; gate++) {
    const value = values[gate] ?? 0
    const turn = gate % 3
    values[gate + 1] =
      turn === 0 ? value + point.term : turn === 1 ? value * point.factor : Math.tanh(value)
  }
  let [dStart, dFactor, dTerm] = [1, 0, 0]
  for (let gate = gates - 1; gate >= 0; gate--) {
    const turn = gate % 3
    if (turn === 0) dTerm += dStart
    if (turn === 1) {
      dFactor += dStart * (values[gate] ?? 0)
      dStart *= point.factor
    }
    if (turn === 2) dStart *= 1 - (values[gate + 1] ?? 0) ** 2
  }
  return { end: values[gates] ?? 0, dStart, dFactor, dTerm }
}

function heapUsed(): number {
  if (!globalThis.gc) throw new Error('the project "full" runs with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
