/** S1: a hundred thousand scalar gates forward and backward, built anew or compiled once. */
import type { Row } from '../row.ts'
import { scalars } from '../works/models.ts'
import { jax, micrograd, oursCompiled, oursRebuilt, tensorFlow, torch } from './entrants.ts'
import { type WorkCase, workRow } from './work-row.ts'

const gates = 100_000
const [fewer, fewest] = [10_000, 1000]

const chain: WorkCase = {
  label: `${gates.toLocaleString('en')} gates`,
  work: scalars(gates),
  small: scalars(300),
  entrants: [
    oursRebuilt,
    oursCompiled,
    micrograd,
    {
      ...jax,
      work: scalars(fewest),
      note: 'jit, f32, at 1,000 gates: 10,000 overflow its stack',
    },
    { ...tensorFlow, work: scalars(fewer), note: 'f32, at 10,000 gates, for time' },
    torch,
  ],
  // Of the chain, whatever else is built for it: the same work for all.
  unit: { name: 'gates / s', each: (work) => (work.kind === 'scalars' ? work.gates : 0) },
  goals: [
    { entrant: oursRebuilt, ratio: 1, nodeRate: 1e6, over: 'by hand' },
    { entrant: oursCompiled, nodeRate: 50e6 },
  ],
}

export const scalarWork: Row = workRow('S1', 'Scalar gates, forward and backward', [chain])
