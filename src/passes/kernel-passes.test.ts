/** What each pass over kernels does to a small example: printed before and after. */
import { describe, expect, test } from 'vitest'
import {
  at,
  binary,
  buffer,
  routine as handRoutine,
  load,
  nest,
  once,
  over,
  reduce,
  store,
} from '../../test/support/hand-routine.ts'
import * as gates from '../gates/index.ts'
import { parse } from '../ir/parse.ts'
import { lower } from '../kernel/lower.ts'
import { printRoutine } from '../kernel/print.ts'
import type { Routine } from '../kernel/routine.ts'
import { keptBuffers, Schedule } from '../kernel/schedule.ts'
import { verifyRoutine } from '../kernel/verify.ts'
import { addChecks } from './check.ts'
import { inlineNests } from './inline.ts'
import { joinKernels } from './join.ts'
import { planMemory } from './plan-memory.ts'
import { privatise } from './privatise.ts'
import { releaseEarly } from './release-early.ts'
import { shareOperations } from './share.ts'
import { splitReductions } from './split-reduction.ts'

describe('lower makes one kernel of the elementwise gates that one gate alone reads', () => {
  test('through a transpose into a sum', () => {
    const routine = lowered(`graph {
  x: f32[2, 3] = input {name: "x"}
  b: f32[3] = input {name: "b"}
  %2: f32[2, 3] = broadcastTo(b) {shape: [2, 3]}
  %3: f32[2, 3] = exp(x)
  %4: f32[2, 3] = multiply(%3, %2)
  %5: f32[3, 2] = transpose(%4) {axes: [1, 0]}
  %6: f32[3] = sum(%5) {axes: [1], keepDims: false}
  output y = %6
}
`)
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [3] {  // exp, multiply, sum
          over [2] {
            %0 = load x[i + 3j]
            %1 = exp f32 %0
            %2 = load b[i]
            %3 = multiply f32 %1, %2
            %4 = reduce sum f32 %3
          }
          store t0[i] = %4
        }
        output y = t0
      }
      "
    `)
  })
  test('of updates one kernel, which stores new contents once it has read the old ones', () => {
    const routine = lowered(`graph {
  x: f32[3] = input {name: "x"}
  m: f32[3] = state {key: "m", symbol: "m", trainable: false, init: f32[3] [0, 0, 0]}
  W: f32[3] = state {key: "W", symbol: "W", trainable: true, init: f32[3] [1, 2, 3]}
  %3: f32[3] = add(m, x)
  %4: f32[3] = multiply(%3, m)
  %5: f32[3] = subtract(W, %4)
  update m = %3
  update W = %5
}
`)
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        commit nest [3] {  // add, multiply, subtract
          %0 = load W[i]
          %1 = load m[i]
          %2 = load x[i]
          %3 = add f32 %1, %2
          %4 = load m[i]
          %5 = multiply f32 %3, %4
          %6 = subtract f32 %0, %5
          store m[i] = %3
          store W[i] = %6
        }
      }
      "
    `)
  })
  test('none where a commit would read what another has replaced', () => {
    const routine = lowered(`graph {
  a: f32[3] = state {key: "a", symbol: "a", trainable: true, init: f32[3] [1, 2, 3]}
  b: f32[3] = state {key: "b", symbol: "b", trainable: true, init: f32[3] [4, 5, 6]}
  %2: f32[3] = exp(b)
  %3: f32[3] = tanh(a)
  update a = %2
  update b = %3
}
`)
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [3] {  // tanh
          %0 = load a[i]
          %1 = tanh f32 %0
          store t0[i] = %1
        }
        commit nest [3] {  // exp
          %0 = load b[i]
          %1 = exp f32 %0
          store a[i] = %1
        }
        commit nest [3] {
          %0 = load t0[i]
          store b[i] = %0
        }
      }
      "
    `)
  })
})

describe('inline writes what costs no more than reading it into all kernels that read it', () => {
  const routine = lowered(`graph {
  x: f32[2, 3] = input {name: "x"}
  %1: f32[2, 3] = negate(x)
  %2: f32[3, 2] = transpose(%1) {axes: [1, 0]}
  %3: f32[3] = sum(%2) {axes: [1], keepDims: false}
  %4: f32[2, 3] = exp(%1)
  output y = %3
  output z = %4
}
`)
  test('before', () => {
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [2, 3] {  // negate
          %0 = load x[3i + j]
          %1 = negate f32 %0
          store t0[3i + j] = %1
        }
        nest [3] {  // sum
          over [2] {
            %0 = load t0[i + 3j]
            %1 = reduce sum f32 %0
          }
          store t1[i] = %1
        }
        nest [2, 3] {  // exp
          %0 = load t0[3i + j]
          %1 = exp f32 %0
          store t2[3i + j] = %1
        }
        output y = t1
        output z = t2
      }
      "
    `)
  })
  test('after', () => {
    expect(kernelsOf(run(routine, inlineNests))).toMatchInlineSnapshot(`
      "routine {
        nest [3] {  // negate, sum
          over [2] {
            %0 = load x[i + 3j]
            %1 = negate f32 %0
            %2 = reduce sum f32 %1
          }
          store t1[i] = %2
        }
        nest [2, 3] {  // negate, exp
          %0 = load x[3i + j]
          %1 = negate f32 %0
          %2 = exp f32 %1
          store t2[3i + j] = %2
        }
        output y = t1
        output z = t2
      }
      "
    `)
  })
})

describe('join runs what follows a contraction at each of its elements', () => {
  const routine = lowered(`graph {
  x: f32[4, 8] = input {name: "x"}
  W: f32[8, 3] = input {name: "W"}
  b: f32[3] = input {name: "b"}
  %1: f32[4, 3] = matmul(x, W)
  %2: f32[4, 3] = broadcastTo(b) {shape: [4, 3]}
  %3: f32[4, 3] = add(%1, %2)
  %4: f32[4, 3] = relu(%3)
  output y = %4
}
`)
  test('before', () => {
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        contract f32 batch [] rows [4] columns [3] depth [8] {  // matmul
          a = x[8i + k]
          b = W[3k + j]
          %0 = product f32
          store t0[3i + j] = %0
        }
        nest [4, 3] {  // add, relu
          %0 = load t0[3i + j]
          %1 = load b[j]
          %2 = add f32 %0, %1
          %3 = literal f32 0
          %4 = maximum f32 %2, %3
          store t1[3i + j] = %4
        }
        output y = t1
      }
      "
    `)
  })
  test('after', () => {
    expect(kernelsOf(run(routine, joinKernels))).toMatchInlineSnapshot(`
      "routine {
        contract f32 batch [] rows [4] columns [3] depth [8] {  // matmul, add, relu
          a = x[8i + k]
          b = W[3k + j]
          %0 = product f32
          %1 = load b[j]
          %2 = add f32 %0, %1
          %3 = literal f32 0
          %4 = maximum f32 %2, %3
          store t1[3i + j] = %4
        }
        output y = t1
      }
      "
    `)
  })
})

describe('join and privatise make of a softmax one kernel that keeps its row at hand', () => {
  const routine = lowered(`graph {
  x: f32[32, 10] = input {name: "x"}
  %1: f32[32, 1] = max(x) {axes: [1], keepDims: true}
  %2: f32[32, 10] = broadcastTo(%1) {shape: [32, 10]}
  %3: f32[32, 10] = subtract(x, %2)
  %4: f32[32, 10] = exp(%3)
  %5: f32[32, 1] = sum(%4) {axes: [1], keepDims: true}
  %6: f32[32, 10] = broadcastTo(%5) {shape: [32, 10]}
  %7: f32[32, 10] = divide(%4, %6)
  output y = %7
}
`)
  test('before', () => {
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [32] {  // max
          over [10] {
            %0 = load x[10i + j]
            %1 = reduce max f32 %0
          }
          store t0[i] = %1
        }
        nest [32, 10] {  // subtract, exp
          %0 = load x[10i + j]
          %1 = load t0[i]
          %2 = subtract f32 %0, %1
          %3 = exp f32 %2
          store t1[10i + j] = %3
        }
        nest [32] {  // sum
          over [10] {
            %0 = load t1[10i + j]
            %1 = reduce sum f32 %0
          }
          store t2[i] = %1
        }
        nest [32, 10] {  // divide
          %0 = load t1[10i + j]
          %1 = load t2[i]
          %2 = divide f32 %0, %1
          store t3[10i + j] = %2
        }
        output y = t3
      }
      "
    `)
  })
  test('after', () => {
    const fused = run(routine, (schedule) => {
      inlineNests(schedule)
      joinKernels(schedule)
      privatise(schedule)
    })
    expect(kernelsOf(fused)).toMatchInlineSnapshot(`
      "routine {
        nest [32] {  // max, subtract, exp, sum, divide
          over [10] {
            %0 = load x[10i + j]
            %1 = reduce max f32 %0
          }
          over [10] {
            %2 = load x[10i + j]
            %3 = subtract f32 %2, %1
            %4 = exp f32 %3
            store t1.row[j] = %4
            %5 = reduce sum f32 %4
          }
          over [10] {
            %6 = load t1.row[j]
            %7 = divide f32 %6, %5
            store t3[10i + j] = %7
          }
        }
        output y = t3
      }
      "
    `)
  })
})

describe('split cuts a long reduction into pieces, which threads share', () => {
  const routine = run(
    lowered(`graph {
  x: f32[3, 40000] = input {name: "x"}
  %1: f32[3, 40000] = exp(x)
  %2: f32[] = sum(%1) {axes: [0, 1], keepDims: false}
  %3: f32[] = sqrt(%2)
  output y = %3
}
`),
    (schedule) => {
      inlineNests(schedule)
      joinKernels(schedule)
    },
  )
  test('before', () => {
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [] {  // exp, sum, sqrt
          over [3, 40000] {
            %0 = load x[40000i + j]
            %1 = exp f32 %0
            %2 = reduce sum f32 %1
          }
          %3 = sqrt f32 %2
          store t1[0] = %3
        }
        output y = t1
      }
      "
    `)
  })
  test('after', () => {
    const split = splitReductions(routine)
    verifyRoutine(split)
    expect(kernelsOf(split)).toMatchInlineSnapshot(`
      "routine {
        nest [3, 4] {  // exp, sum, sqrt
          over [10000] {
            %0 = load x[40000i + 10000j + k]
            %1 = exp f32 %0
            %2 = reduce sum f32 %1
          }
          store t1.parts[4i + j] = %2
        }
        nest [] {  // exp, sum, sqrt
          over [3, 4] {
            %0 = load t1.parts[4i + j]
            %1 = reduce sum f32 %0
          }
          %2 = sqrt f32 %1
          store t1[0] = %2
        }
        output y = t1
      }
      "
    `)
  })
})

describe('lower makes straight lines of single numbers, and stores what is read elsewhere', () => {
  test('three gates', () => {
    const routine = lowered(`graph {
  x: f32[] = input {name: "x"}
  %1: f32[] = exp(x)
  %2: f32[] = multiply(%1, x)
  %3: f32[] = tanh(%2)
  %4: f32[3] = broadcastTo(%1) {shape: [3]}
  %5: f32[3] = sin(%4)
  output y = %3
  output z = %5
}
`)
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [] {  // exp, multiply, tanh
          %0 = load x[0]
          %1 = exp f32 %0
          %2 = multiply f32 %1, %0
          %3 = tanh f32 %2
          store t0[0] = %1
          store t1[0] = %3
        }
        nest [3] {  // sin
          %0 = load t0[0]
          %1 = sin f32 %0
          store t2[i] = %1
        }
        output y = t1
        output z = t2
      }
      "
    `)
  })
})

describe('share computes once what a body computes twice', () => {
  const routine = run(
    lowered(`graph {
  x: f32[5] = input {name: "x"}
  %1: f32[5] = negate(x)
  %2: f32[5] = negate(x)
  %3: f32[5] = multiply(%1, %2)
  output y = %3
}
`),
    inlineNests,
  )
  test('before', () => {
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [5] {  // negate, negate, multiply
          %0 = load x[i]
          %1 = negate f32 %0
          %2 = load x[i]
          %3 = negate f32 %2
          %4 = multiply f32 %1, %3
          store t0[i] = %4
        }
        output y = t0
      }
      "
    `)
  })
  test('after', () => {
    const shared = { ...routine, kernels: routine.kernels.map(shareOperations) }
    expect(kernelsOf(shared)).toMatchInlineSnapshot(`
      "routine {
        nest [5] {  // negate, negate, multiply
          %0 = load x[i]
          %1 = negate f32 %0
          %2 = multiply f32 %1, %1
          store t0[i] = %2
        }
        output y = t0
      }
      "
    `)
  })
})

describe('check computes what a commit would store, and the plan gives temporaries room', () => {
  const routine = lowered(trainingStep())
  test('before', () => {
    expect(kernelsOf(routine)).toMatchInlineSnapshot(`
      "routine {
        nest [3] {  // multiply
          %0 = load W[i]
          %1 = load x[i]
          %2 = multiply f32 %0, %1
          store t0[i] = %2
        }
        commit nest [3] {  // subtract
          %0 = load W[i]
          %1 = load t0[i]
          %2 = subtract f32 %0, %1
          store W[i] = %2
        }
        output y = t0
      }
      "
    `)
  })
  test('after', () => {
    const fused = addChecks(run(routine, inlineNests))
    expect(kernelsOf(fused)).toMatchInlineSnapshot(`
      "routine {
        nest [3] {  // multiply
          %0 = load W[i]
          %1 = load x[i]
          %2 = multiply f32 %0, %1
          store t0[i] = %2
        }
        check nest [3] {
          %0 = load W[i]
          %1 = load t0[i]
          %2 = subtract f32 %0, %1
          checkFinite %2
        }
        commit nest [3] {  // subtract
          %0 = load W[i]
          %1 = load t0[i]
          %2 = subtract f32 %0, %1
          store W[i] = %2
        }
        output y = t0
      }
      "
    `)
  })
  test('memory: two rows that never live together share their place', () => {
    const { offsets, arenaBytes } = planMemory(
      lowered(`graph {
  x: f32[10, 10] = input {name: "x"}
  %1: f32[10, 10] = matmul(x, x)
  %2: f32[10, 10] = matmul(%1, x)
  %3: f32[10, 10] = matmul(%2, x)
  output y = %3
}
`),
    )
    // 400 bytes, up to a whole cache line: 448.
    expect({ offsets, arenaBytes }).toEqual({ offsets: [-1, 0, 448, 0], arenaBytes: 896 })
  })
  test('a kernel that is the last to read more than it stores runs once all that it reads is there', () => {
    // t0 and t2 as long as x, each summed after both are there.
    const copy = (from: number, to: number) =>
      nest([100], once(load(0, at(from, [1])), store(at(to, [1]), 0)))
    const sum = (from: number, to: number) =>
      nest([], over([100], load(0, at(from, [1])), reduce(1, 'sum', 0)), once(store(at(to), 1)))
    const late = handRoutine({
      buffers: [
        buffer('input', 'x', 100),
        ...['t0', 't1', 't2', 't3'].map((name, index) =>
          buffer('temporary', name, index % 2 === 0 ? 100 : 1),
        ),
      ],
      kernels: [copy(0, 1), copy(0, 3), sum(1, 2), sum(3, 4)],
      outputs: { a: 2, b: 4 },
    })
    const { routine: early, plan } = releaseEarly(late)
    expect(verifyRoutine(early)).toBeUndefined()
    expect(early.kernels).toEqual([copy(0, 1), sum(1, 2), copy(0, 3), sum(3, 4)])
    // Two scalars in one line of 64 bytes, and rows of 448.
    expect(planMemory(late).arenaBytes).toBe(64 + 2 * 448)
    expect(plan.arenaBytes).toBe(64 + 448)
    expect(releaseEarly(early)).toEqual({ routine: early, plan })
  })
})

function trainingStep(): string {
  return `graph {
  W: f32[3] = state {key: "W", symbol: "W", trainable: true, init: graph {
    %0: f32[] = constant {value: 0.5, dtype: "f32"}
    %1: f32[3] = broadcastTo(%0) {shape: [3]}
    output init = %1
  }}
  x: f32[3] = input {name: "x"}
  %2: f32[3] = multiply(W, x)
  %3: f32[3] = subtract(W, %2)
  output y = %2
  update W = %3
}
`
}

function lowered(text: string): Routine {
  return lower(parse(text, gates))
}

function run(routine: Routine, pass: (schedule: Schedule) => void): Routine {
  const { buffers, kernels, commits } = routine
  const schedule = new Schedule(buffers, kernels, commits, keptBuffers(routine))
  pass(schedule)
  const result = {
    ...routine,
    buffers: schedule.buffers,
    kernels: schedule.kernels(),
    commits: schedule.commits(),
  }
  verifyRoutine(result)
  return result
}

/** The routine without its declarations. */
function kernelsOf(routine: Routine): string {
  const lines = printRoutine(routine).split('\n')
  return lines.filter((line) => !/^ {2}[^ ]+: /.test(line)).join('\n')
}

test('inline says in all stages what it has written in the place of a load at the point', () => {
  const x = binary(1, 'add', [0, 0])
  const producer = nest([2], once(load(0, at(0, [1])), x, store(at(1, [1]), 1)))
  const walk = over([3], load(1, at(0, [0, 0])), binary(2, 'multiply', [0, 1]))
  const last = { ...walk, body: [...walk.body, store(at(2, [3, 1]), 2)] }
  const reader = nest([2], once(load(0, at(1, [1]))), last)
  const buffers = [buffer('input', 'x', 2), buffer('temporary', 't', 2)]
  const all = [...buffers, buffer('temporary', 'y', 6)]
  const schedule = new Schedule(all, [producer, reader], [], new Set([2]))
  inlineNests(schedule)
  const made = handRoutine({ buffers: all, kernels: schedule.kernels(), outputs: { y: 2 } })
  verifyRoutine(made)
  expect(made.kernels).toHaveLength(1)
})
