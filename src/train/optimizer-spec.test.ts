import { describe, expect, test } from 'vitest'
import { compile, createStore, input, parameter, type Update } from '../index.ts'
import type { Value } from '../ir/value.ts'
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  asgd,
  lion,
  nadam,
  radam,
  rmsprop,
  sgd,
} from '../optim/index.ts'
import { buildOptimizer, type OptimizerSpec, optimizerNames } from './optimizer-spec.ts'

const cases: readonly (readonly [OptimizerSpec, (J: Value) => readonly Update[]])[] = [
  [{ name: 'sgd', learningRate: 0.1 }, (J) => sgd(J, { learningRate: 0.1 })],
  [
    { name: 'sgd', learningRate: 0.1, weightDecay: 0.2 },
    (J) => sgd(J, { learningRate: 0.1, weightDecay: 0.2 }),
  ],
  [{ name: 'momentum', learningRate: 0.1 }, (J) => sgd(J, { learningRate: 0.1, momentum: 0.9 })],
  [
    { name: 'nesterov', learningRate: 0.1, momentum: 0.5 },
    (J) => sgd(J, { learningRate: 0.1, momentum: 0.5, nesterov: true }),
  ],
  [
    { name: 'adam', learningRate: 0.1, betas: [0.5, 0.9], epsilon: 0.01 },
    (J) => adam(J, { learningRate: 0.1, betas: [0.5, 0.9], epsilon: 0.01 }),
  ],
  [{ name: 'adamW', learningRate: 0.1 }, (J) => adamW(J, { learningRate: 0.1 })],
  [
    { name: 'adamax', learningRate: 0.1, betas: [0.5, 0.9] },
    (J) => adamax(J, { learningRate: 0.1, betas: [0.5, 0.9] }),
  ],
  [{ name: 'nadam', learningRate: 0.1 }, (J) => nadam(J, { learningRate: 0.1 })],
  [{ name: 'radam', learningRate: 0.1 }, (J) => radam(J, { learningRate: 0.1 })],
  [
    { name: 'adagrad', learningRate: 0.1, epsilon: 0.5 },
    (J) => adagrad(J, { learningRate: 0.1, epsilon: 0.5 }),
  ],
  [{ name: 'adadelta', learningRate: 1 }, (J) => adadelta(J, { learningRate: 1 })],
  [{ name: 'adafactor', learningRate: 0.1 }, (J) => adafactor(J, { learningRate: 0.1 })],
  [
    { name: 'rmsprop', learningRate: 0.1, clipGradNorm: 0.5 },
    (J) => rmsprop(J, { learningRate: 0.1, clipGradNorm: 0.5 }),
  ],
  [
    { name: 'asgd', learningRate: 0.1, weightDecay: 0.1 },
    (J) => asgd(J, { learningRate: 0.1, weightDecay: 0.1 }),
  ],
  [{ name: 'lion', learningRate: 0.1 }, (J) => lion(J, { learningRate: 0.1 })],
]

describe('an optimizer as data', () => {
  test.each(cases)('%j moves as the one that it describes', async (spec, direct) => {
    expect(await weightsAfterThree(buildOptimizer(spec))).toEqual(await weightsAfterThree(direct))
  })

  test('is there under every name', () => {
    expect([...new Set(cases.map(([{ name }]) => name))]).toEqual(optimizerNames)
  })

  test('is refused under another name', () => {
    expect(() => buildOptimizer({ name: 'nestrov', learningRate: 0.1 })).toThrow(
      'NAME there is no optimizer "nestrov"\n' +
        `  expected  ${optimizerNames.join(', ')}\n` +
        '  got       "nestrov"\n' +
        '  fix       did you mean "nesterov"?',
    )
  })
})

async function weightsAfterThree(
  optimizer: (J: Value) => readonly Update[],
): Promise<readonly number[]> {
  const w = parameter('w', [2], { init: [1, -2] })
  const J = w
    .multiply(input('x', [2]))
    .multiply(w)
    .sum()
  const store = createStore()
  const step = await compile({ J }, { updates: optimizer(J), store })
  for (const x of [
    [1, 2],
    [3, 1],
    [0.5, 0.25],
  ])
    step.run({ x })
  return [...store.get('w').data].map(Number)
}
