/**
 * S0: a chain of scalar gates, add, multiply and tanh in turn, in f64. It costs what a gate costs
 * and nothing else. Gradients are those of the start and of the two operands that all gates share.
 */
import { type Contender, heapOf, interleave, type Schedule, timed } from '../harness.ts'
import { Scalar } from '../peers/micrograd.ts'
import { loadSluice, type Sluice } from '../peers/sluice.ts'
import type { Measurement, Row, RunOptions, Target } from '../row.ts'

export const scalarChain: Row = {
  id: 'S0',
  title: 'A chain of scalar gates: add, multiply, tanh in turn',
  run: async (options) => {
    const built = await loadSluice()
    const measurements = cases.flatMap((schedule) => measure(built, schedule, options))
    return { measurements, targets: targetsOf(measurements) }
  },
}

interface Case extends Schedule {
  readonly gates: number
}

/** Short chains are timed often: one run of them is too short to tell. */
const cases: readonly Case[] = [
  { gates: 10_000, warmUps: 40, rounds: 61 },
  { gates: 100_000, warmUps: 4, rounds: 9 },
  { gates: 1_000_000, warmUps: 1, rounds: 3 },
]

/**
 * The contents of the start and of the operands. The factor pushes away from 0 about as much as
 * tanh pulls towards it, so that a million gates neither lose the start nor blow it up.
 */
const point = { start: 0.5, factor: 1.000001, term: 1e-9 }

/** The end of the chain, and its derivatives by start, factor and term. */
type Answer = readonly [end: number, start: number, factor: number, term: number]

interface ChainContender extends Contender {
  /** What is built, and of how many nodes it is. */
  readonly make: () => { readonly kept: unknown; readonly nodes: number }
  readonly solve: () => { readonly kept: unknown; readonly answer: Answer }
}

/**
 * A short chain of each contender, kept for good. Else a collection between two runs would take
 * every object of a kind, and what the engine has learnt of that kind and compiled for it.
 */
const survivors: unknown[] = []

function measure(
  built: Sluice,
  { gates, ...schedule }: Case,
  { isQuick, report }: RunOptions,
): readonly Measurement[] {
  const label = `${gates.toLocaleString('en')} gates`
  const contenders = contendersOf(built, gates)
  survivors.push(...contendersOf(built, 300).map(({ solve }) => solve().kept))
  report(`${label}: the answers`)
  const expected = answerByHand(gates)
  for (const { name, solve } of contenders) checkAnswer(name, solve().answer, expected)
  report(`${label}: heap`)
  const sizes = contenders.map(({ make }) => {
    const { result, bytes } = heapOf(make)
    return { nodes: result.nodes, bytesPerNode: bytes / result.nodes }
  })
  report(`${label}: time`)
  const times = interleave(contenders, isQuick ? { warmUps: 0, rounds: 1 } : schedule)
  return contenders.map(({ name }, index) => {
    const { nodes = 0, bytesPerNode = 0 } = sizes[index] ?? {}
    const { build = 0, differentiate = 0, evaluate } = times[index] ?? {}
    return {
      case: label,
      contender: name,
      numbers: {
        nodes,
        'gates built / s': gates / build,
        'nodes built and differentiated / s': nodes / (build + differentiate),
        ...(evaluate !== undefined && { 'nodes evaluated / s': nodes / evaluate }),
        'ns per gate in all': (1e9 * (build + differentiate + (evaluate ?? 0))) / gates,
        'heap bytes per node': bytesPerNode,
      },
    }
  })
}

function contendersOf(built: Sluice, gates: number): readonly ChainContender[] {
  return [sluiceChain(built, gates), microgradChain(gates)]
}

/** Builds, then makes the gradients as graph, then puts both in order and evaluates them. */
function sluiceChain(built: Sluice, gates: number): ChainContender {
  const { add, evaluate, gradients, graph, input, multiply, tanh, tensor } = built
  const scalar = <const N extends string>(name: N) => input(name, [], { dtype: 'f64' })
  const build = () => {
    const [start, factor, term] = [scalar('start'), scalar('factor'), scalar('term')]
    let end = start
    for (let gate = 0; gate < gates; gate++) {
      end = gate % 3 === 0 ? add(end, term) : gate % 3 === 1 ? multiply(end, factor) : tanh(end)
    }
    return { end, wrt: [start, factor, term] }
  }
  const feeds = Object.fromEntries(
    Object.entries(point).map(([name, number]) => [name, tensor(number, { dtype: 'f64' })]),
  )
  const make = () => {
    const { end, wrt } = build()
    const whole = graph([end, ...gradients(end, wrt)])
    return { kept: whole, whole, nodes: whole.applications.length }
  }
  return {
    name: 'sluice',
    make,
    solve: () => {
      const { whole } = make()
      const { outputs } = evaluate(whole, { feeds })
      const answer = Object.values(outputs).map(({ data }) => Number(data[0]))
      return { kept: [whole, outputs], answer: answer as unknown as Answer } // the graph's four
    },
    run: () => {
      const chain = timed(build)
      const found = timed(() => gradients(chain.result.end, chain.result.wrt))
      const run = timed(() => evaluate(graph([chain.result.end, ...found.result]), { feeds }))
      return { build: chain.seconds, differentiate: found.seconds, evaluate: run.seconds }
    },
  }
}

/** Computes while it builds, and differentiates by walking back: nothing is left to evaluate. */
function microgradChain(gates: number): ChainContender {
  const build = () => {
    const wrt = [new Scalar(point.start), new Scalar(point.factor), new Scalar(point.term)] as const
    const [start, factor, term] = wrt
    let end: Scalar = start
    for (let gate = 0; gate < gates; gate++) {
      end = gate % 3 === 0 ? end.add(term) : gate % 3 === 1 ? end.multiply(factor) : end.tanh()
    }
    return { end, wrt }
  }
  const make = () => {
    const chain = build()
    chain.end.backward()
    return { kept: chain, chain, nodes: gates + chain.wrt.length }
  }
  return {
    name: 'micrograd by hand',
    make,
    solve: () => {
      const { end, wrt } = make().chain
      const [start, factor, term] = wrt
      return {
        kept: end,
        answer: [end.data, start.gradient, factor.gradient, term.gradient],
      }
    },
    run: () => {
      const chain = timed(build)
      const { seconds } = timed(() => chain.result.end.backward())
      return { build: chain.seconds, differentiate: seconds }
    },
  }
}

function answerByHand(gates: number): Answer {
  const values = new Float64Array(gates + 1)
  values[0] = point.start
  for (let gate = 0; gate < gates; gate++) {
    const value = values[gate] ?? 0
    const next = [value + point.term, value * point.factor, Math.tanh(value)]
    values[gate + 1] = next[gate % 3] ?? 0
  }
  let [start, factor, term] = [1, 0, 0]
  for (let gate = gates - 1; gate >= 0; gate--) {
    if (gate % 3 === 0) term += start
    if (gate % 3 === 1) {
      factor += start * (values[gate] ?? 0)
      start *= point.factor
    }
    if (gate % 3 === 2) start *= 1 - (values[gate + 1] ?? 0) ** 2
  }
  return [values[gates] ?? 0, start, factor, term]
}

/** Within 1e-9: a million roundings of f64, 1.1e-16 each, may add up to 1.1e-10. */
function checkAnswer(name: string, got: Answer, expected: Answer): void {
  const isNear = expected.every((number, index) => {
    return Math.abs((got[index] ?? Number.NaN) - number) <= 1e-9 * Math.abs(number)
  })
  if (!isNear) throw new Error(`${name} gives ${got.join(', ')}, not ${expected.join(', ')}`)
}

function targetsOf(measurements: readonly Measurement[]): readonly Target[] {
  const own = measurements.filter(({ contender }) => contender === 'sluice')
  const [short, long] = [own[0]?.numbers ?? {}, own.at(-1)?.numbers ?? {}]
  const rates = Object.keys(long).filter((name) => name.endsWith('/ s'))
  const slowdowns = rates.map((name) => ({
    name: `time per node at 1,000,000 gates over 10,000, ${name.replace(/ \/ s$/, '')}`,
    got: (short[name] ?? Number.NaN) / (long[name] ?? Number.NaN),
    atMost: 2,
  }))
  const rate = 'nodes built and differentiated / s'
  const heap = 'heap bytes per node'
  return [
    ...slowdowns,
    { name: `${rate} at 1,000,000 gates`, got: long[rate] ?? Number.NaN, atLeast: 1e6 },
    { name: `${heap} at 1,000,000 gates`, got: long[heap] ?? Number.NaN, atMost: 1000 },
  ]
}
