/**
 * Gates that lose digits far from 1 where they are written naively: to 1e-14 of the result itself,
 * where samples are held to the size of their operands.
 */
import { expect, test } from 'vitest'
import { compile } from '../compile.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { acosh, asin, asinh, atan, atanh, hypot, input, sinh, tan } from './index.ts'

/** Expected values: mpmath 1.3 with 40 digits. */
const cases: readonly [string, (x: Value) => Value, readonly (readonly [number, number])[]][] = [
  [
    'asin',
    (x) => asin(x),
    [
      [1e-10, 1e-10],
      [-1e-5, -1.000000000016667e-5],
    ],
  ],
  [
    'atan',
    (x) => atan(x),
    [
      [1e-10, 1e-10],
      [1e30, Math.PI / 2],
    ],
  ],
  ['tan', (x) => tan(x), [[1e-10, 1e-10]]],
  [
    'asinh',
    (x) => asinh(x),
    [
      [1e-10, 1e-10],
      [1e30, 69.77069997038132],
      [-1e12, -28.32416829648849],
    ],
  ],
  [
    'acosh',
    (x) => acosh(x),
    [
      [1e30, 69.77069997038132],
      [1e12, 28.32416829648849],
    ],
  ],
  [
    'atanh',
    (x) => atanh(x),
    [
      [1e-10, 1e-10],
      [-1e-5, -1.000000000033333e-5],
    ],
  ],
  [
    'sinh',
    (x) => sinh(x),
    [
      [1e-10, 1e-10],
      [12, 81377.39570642984],
    ],
  ],
  [
    'hypot',
    (x) => hypot(x, x),
    [
      [1e-20, 1.414213562373095e-20],
      [1e200, 1.414213562373095e200],
    ],
  ],
]

test.each(cases)('%s keeps its digits', async (_, build, pairs) => {
  const x = input('x', [pairs.length], { dtype: 'f64' })
  const feeds = { x: tensor(Float64Array.from(pairs, ([at]) => at)) }
  const graph = new Graph({ y: build(x) })
  const program = await compile(graph.outputs, { threads: 1 })
  const found = [
    toNumbers(evaluate(graph, { feeds }).outputs.y ?? tensor([])),
    Array.from((await program.run(feeds).y?.data()) ?? [], Number),
  ]
  for (const numbers of found) {
    expect(numbers).toHaveLength(pairs.length)
    pairs.forEach(([at, expected], index) => {
      const off = Math.abs((numbers[index] ?? Number.NaN) / expected - 1)
      expect(off, `at ${at}: ${numbers[index]}`).toBeLessThan(1e-14)
    })
  }
})
