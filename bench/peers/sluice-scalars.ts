/** The chain of scalar gates on Sluice: built again each time, or compiled once. */
import type { ScalarWork } from '../works/work.ts'
import type { Prepared } from './peer.ts'
import type { Sluice } from './sluice.ts'
import { noteOf, planOf } from './sluice-program.ts'

type Scalar = ReturnType<Sluice['sum']>

interface Chain {
  readonly [name: string]: Scalar
  readonly end: Scalar
  readonly byStart: Scalar
  readonly byFactor: Scalar
  readonly byTerm: Scalar
}

/** The chain's end and its derivatives by start, factor and term. */
function chainOf(built: Sluice, work: ScalarWork): Chain {
  const { add, gradients, input, multiply, tanh } = built
  const scalar = <const N extends string>(name: N) => input(name, [], { dtype: 'f64' })
  const [start, factor, term] = [scalar('start'), scalar('factor'), scalar('term')]
  let end = start
  for (let gate = 0; gate < work.gates; gate++) {
    end = gate % 3 === 0 ? add(end, term) : gate % 3 === 1 ? multiply(end, factor) : tanh(end)
  }
  const [byStart, byFactor, byTerm] = gradients(end, [start, factor, term])
  if (!byStart || !byFactor || !byTerm) throw new Error('there is one gradient for each operand')
  return { end, byStart, byFactor, byTerm }
}

/** Everything each time, from no graph to four numbers. */
export function rebuiltChain(built: Sluice, work: ScalarWork): Prepared {
  const { evaluate, graph, tensor } = built
  const feeds = Object.fromEntries(
    Object.entries(operandsOf(work)).map(([name, number]) => [
      name,
      tensor(number, { dtype: 'f64' }),
    ]),
  )
  let nodes = 0
  const solve = () => {
    const whole = graph(chainOf(built, work))
    nodes = whole.applications.length
    const { end, byStart, byFactor, byTerm } = evaluate(whole, { feeds }).outputs
    return [end, byStart, byFactor, byTerm].map((tensor) => Number(tensor?.data[0]))
  }
  return {
    run: (count) => {
      let end = 0
      for (let turn = 0; turn < count; turn++) end = solve()[0] ?? 0
      return end
    },
    sample: solve,
    facts: {
      get nodes() {
        return nodes
      },
    },
  }
}

/** Compiled when it is prepared; each run computes all four numbers again. */
export async function compiledChain(built: Sluice, work: ScalarWork): Promise<Prepared> {
  const begin = performance.now()
  const outputs = chainOf(built, work)
  const buildMs = performance.now() - begin
  const { applications } = built.graph(outputs)
  const start = performance.now()
  const program = await built.compile(outputs)
  const compileMs = performance.now() - start
  const feeds = operandsOf(work)
  const solve = async () => {
    const { end, byStart, byFactor, byTerm } = program.run(feeds)
    return Promise.all([end, byStart, byFactor, byTerm].map((handle) => handle.item()))
  }
  return {
    run: async (count) => {
      let end = 0
      for (let turn = 0; turn < count; turn++) end = (await solve())[0] ?? 0
      return end
    },
    sample: solve,
    facts: {
      nodes: applications.length,
      'build ms': buildMs,
      'compile ms': compileMs,
      ...planOf(program),
    },
    ...noteOf(program),
  }
}

function operandsOf({ start, factor, term }: ScalarWork) {
  return { start, factor, term }
}
