import { expect, test } from 'vitest'
import {
  at,
  binary,
  buffer,
  load,
  nest,
  once,
  routine,
  store,
} from '../../test/support/hand-routine.ts'
import { runRoutine } from '../../test/support/run-routine.ts'
import { tensor } from '../ir/tensor.ts'
import { verifyRoutine } from '../kernel/verify.ts'
import { addChecks } from './check.ts'

test('what one commit makes for another is there before the checks, which need it', () => {
  const role = { kind: 'state', key: 'W', isTrainable: true } as const
  const given = routine({
    buffers: [
      buffer('state', 'm', 2),
      { ...buffer('state', 'W', 2), role },
      buffer('temporary', 't', 2),
    ],
    commits: [
      // t ← m · m, m ← m · m
      nest(
        [2],
        once(
          load(0, at(0, [1])),
          binary(1, 'multiply', [0, 0]),
          store(at(2, [1]), 1),
          store(at(0, [1]), 1),
        ),
      ),
      // W ← W / t
      nest(
        [2],
        once(
          load(0, at(1, [1])),
          load(1, at(2, [1])),
          binary(2, 'divide', [0, 1]),
          store(at(1, [1]), 2),
        ),
      ),
    ],
  })
  const made = addChecks(given)
  verifyRoutine(made)
  const run = (m: readonly number[]) =>
    runRoutine(
      made,
      {},
      new Map([
        ['m', tensor(m)],
        ['W', tensor([8, 9])],
      ]),
    )
  expect(run([2, 3])).toMatchObject({
    fault: 'none',
    states: new Map([
      ['m', Float32Array.of(4, 9)],
      ['W', Float32Array.of(2, 1)],
    ]),
  })
  expect(run([2, 0])).toMatchObject({
    fault: 'nonFinite',
    states: new Map([
      ['m', Float32Array.of(2, 0)],
      ['W', Float32Array.of(8, 9)],
    ]),
  })
})
