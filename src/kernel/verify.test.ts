import { describe, expect, test } from 'vitest'
import {
  at,
  binary,
  buffer,
  constant,
  contract,
  literal,
  load,
  nest,
  once,
  over,
  product,
  reduce,
  repeat,
  routine,
  scatter,
  store,
  unary,
} from '../../test/support/hand-routine.ts'
import { add } from '../gates/add.ts'
import { constant as constantGate } from '../gates/constant.ts'
import { tensor } from '../ir/tensor.ts'
import type { Kernel, Operation, Routine } from './routine.ts'
import { verifyRoutine } from './verify.ts'

const [x, W, t, c, ids, scratch, half] = [0, 1, 2, 3, 4, 5, 6]
const buffers = [
  buffer('input', 'x', 12),
  buffer('state', 'W', 12),
  buffer('temporary', 't', 12),
  constant('c', tensor([1, 2, 3])),
  buffer('input', 'ids', 12, 'i32'),
  buffer('scratch', 's', 4),
  buffer('input', 'h', 12, 'f16'),
]

function inKernels(...kernels: readonly Kernel[]): Routine {
  return routine({ buffers, kernels })
}

/** A nest of 12 points that run `body` once. */
function each(...body: readonly Operation[]): Kernel {
  return nest([12], once(...body))
}

const loadX = load(0, at(x, [1]))
const product12 = {
  ...{ rows: [4], columns: [3], depth: [3], a: at(x, [3, 1]), b: at(W, [3, 1]) },
  epilogue: [product(0), store(at(t, [3, 1]), 0)],
}
const scatter12 = {
  ...{ extents: [12], index: at(ids, [1]), source: at(x, [1]), target: at(t, [0]) },
  ...{ stride: 1, length: 12 },
}
const fillT = each(literal(0, 0), store(at(t, [1]), 0))

describe('verifyRoutine', () => {
  test('finds nothing wrong with what is right', () => {
    const rows = nest(
      [3],
      over([4], load(0, at(x, [4, 1])), reduce(1, 'max', 0)),
      once(unary(2, 'exp', 1)),
      over(
        [4],
        load(3, at(x, [4, -1], 3)),
        binary(4, 'subtract', [3, 2]),
        store(at(scratch, [0, 1]), 4),
      ),
      over([4], load(5, at(scratch, [0, 1])), store(at(t, [4, 1]), 5)),
    )
    const gather = { ...load(1, at(x, [0])), at: { index: 0, stride: 1, length: 12 } }
    const good = routine({
      buffers,
      kernels: [
        rows,
        contract(product12),
        scatter(scatter12),
        each(load(0, at(ids, [1]), 'i32'), gather, store(at(t, [1]), 1)),
        repeat(3, [nest([4], once(load(0, at(x, [1], 0, [4])), store(at(t, [1], 8, [-4]), 0)))]),
        nest([0], over([0], load(0, at(x, [99, 99])), reduce(1, 'max', 0))),
        each(load(0, at(half, [1]), 'u16'), unary(1, 'negate', 0, 'i32')),
      ],
      checks: [each(load(0, at(t, [1])), { op: 'checkFinite', x: 0 })],
      commits: [each(load(0, at(t, [1])), store(at(W, [1]), 0))],
      outputs: { y: t },
    })
    expect(() => verifyRoutine(good)).not.toThrow()
  })

  test('names the kernel, its gates, the operation, and prints the kernel', () => {
    const sum = add(constantGate([1, 2]), 3)
    const kernel = { ...each(loadX, store(at(c, [0]), 0)), gates: [sum] }
    expect(() => verifyRoutine(inKernels(fillT, kernel))).toThrow(
      `INTERNAL verify: kernels[1], nest (add): stage 0, operation 1, store: c is a constant
  got       nest [12] {  // add
              %0 = load x[i]
              store c[0] = %0
            }`,
    )
  })

  test.each<readonly [rule: string, message: string, broken: Routine]>([
    [
      'epilogues store',
      'contract: the epilogue stores nothing',
      inKernels(contract({ ...product12, epilogue: [product(0)] })),
    ],
    [
      'operands have the dtype of the contraction',
      'contract: a: x is f32, not f64',
      inKernels(contract({ ...product12, dtype: 'f64' })),
    ],
    [
      'operands of contractions stay inside',
      'contract: b: reaches W[14], which has 12 elements',
      inKernels(contract({ ...product12, b: at(W, [6, 1]) })),
    ],
    [
      'operands of contractions are stored before',
      'contract: a: nothing is stored in t before',
      inKernels(contract({ ...product12, a: at(t, [3, 1]) })),
    ],
    [
      'scatters stay inside for every index',
      'scatter: target: reaches t[12], which has 12 elements',
      inKernels(fillT, scatter({ ...scatter12, length: 13 })),
    ],
    [
      'scatters have integer indices',
      'scatter: index: x is f32, not i32',
      inKernels(fillT, scatter({ ...scatter12, index: at(x, [1]) })),
    ],
    [
      'scatters add to no state',
      'scatter: target: only commits store into W',
      inKernels(scatter({ ...scatter12, target: at(W, [0]) })),
    ],
    [
      'scatters do not read their target',
      'scatter: target: it is also read as source or index',
      inKernels(fillT, scatter({ ...scatter12, source: at(t, [1]) })),
    ],
    ['extents are whole', 'nest: 1.5 is no number of turns', inKernels(nest([1.5]))],
    ['counts are not negative', 'repeat: -1 is no number of turns', inKernels(repeat(-1, []))],
    [
      'constants hold what they say',
      'buffer c: holds f32[3], not f32[4]',
      routine({ buffers: [{ ...constant('c', tensor([1, 2, 3])), length: 4 }] }),
    ],
    [
      'buffers have a length',
      'buffer t: its length is -1',
      routine({ buffers: [buffer('temporary', 't', -1)] }),
    ],
    [
      'outputs are there',
      'output y: there is no buffer 9',
      routine({ buffers, outputs: { y: 9 } }),
    ],
    [
      'outputs are stored',
      'output y: nothing is stored there',
      routine({ buffers, outputs: { y: t } }),
    ],
    [
      'outputs are no scratch',
      'output y: scratch does not outlive a kernel',
      routine({ buffers, outputs: { y: scratch } }),
    ],
  ])('%s', (_, message, broken) => {
    expect(() => verifyRoutine(broken)).toThrow(message)
  })

  test('names a kernel inside repeats', () => {
    const broken = inKernels(fillT, repeat(2, [repeat(3, [each(literal(0, 1))]), repeat(1, [])]))
    const turned = repeat(2, [repeat(3, [each(load(0, at(x, [1], 1, [0, 0])))])])
    expect(() => verifyRoutine(broken)).not.toThrow()
    expect(() => verifyRoutine(inKernels(turned))).toThrow('kernels[0].body[0].body[0], nest:')
  })

  test('looks at each kernel of a routine as often, however many there are', () => {
    const looks = (count: number): number => {
      let reads = 0
      const watched = new Proxy(fillT, {
        get: (kernel, key) => {
          reads++
          return Reflect.get(kernel, key)
        },
      })
      verifyRoutine(inKernels(...new Array<Kernel>(count).fill(watched)))
      return reads
    }
    expect(looks(1)).toBeGreaterThan(0)
    expect(looks(4_000) / looks(500)).toBeCloseTo(8, 1)
  })
})
