import { describe, expect, test } from 'vitest'
import type { Repeat } from '../../../kernel/routine.ts'
import { ModuleBuilder } from '../module-builder.ts'
import {
  type Action,
  actionsOf,
  bestThreads,
  everything,
  type Piece,
  type Span,
  timeOf,
  worthwhile,
} from './actions.ts'

const run = new ModuleBuilder().function(
  'kernel',
  { takes: ['i32', 'i32', 'i32'], gives: 'nothing' } as const,
  () => {},
)

interface Facts {
  readonly reads?: readonly Span[]
  readonly writes?: readonly Span[]
  readonly chunks?: number
  readonly cost?: number
}

/** Ten places of a hundred bytes. */
function at(place: number): Span {
  return { from: place * 100, to: place * 100 + 100 }
}

function large({ reads = [], writes = [], chunks = 12, cost = 100_000 }: Facts): Piece {
  return { emitted: { run, chunks, cost }, reads, writes, body: [] }
}

function small(facts: Facts): Piece {
  return large({ chunks: 1, cost: 1000, ...facts })
}

function loop(count: number, body: readonly Piece[]): Piece {
  const repeat: Repeat = { kind: 'repeat', count, isReversed: false, body: [], gates: [] }
  return {
    emitted: { repeat, body: body.map(({ emitted }) => emitted) },
    reads: body.flatMap(({ reads }) => reads),
    writes: body.flatMap(({ writes }) => writes),
    body,
  }
}

/** `share meet alone(2) loop[meet share]`. */
function spelled(actions: readonly Action[]): string {
  const spell = (action: Action): string => {
    if (action.kind === 'alone') return `alone(${action.kernels.length})`
    return action.kind === 'loop' ? `loop[${spelled(action.body)}]` : action.kind
  }
  return actions.map(spell).join(' ')
}

describe('threads meet', () => {
  const plan = (...pieces: readonly Piece[]) => spelled(actionsOf(pieces, worthwhile))

  test('before one reads what another may still write', () => {
    expect(plan(large({ writes: [at(0)] }), large({ reads: [at(0)] }))).toBe('share meet share')
  })

  test('before one writes what another may still read', () => {
    expect(plan(large({ reads: [at(0)] }), large({ writes: [at(0)] }))).toBe('share meet share')
  })

  test('before one writes what another may still write, where places overlap in part', () => {
    const [first, second] = [
      { from: 0, to: 65 },
      { from: 64, to: 128 },
    ]
    expect(plan(large({ writes: [first] }), large({ writes: [second] }))).toBe('share meet share')
  })

  test('not where kernels have nothing to do with each other, or only read the same', () => {
    const first = large({ reads: [at(0)], writes: [at(1)] })
    const second = large({ reads: [at(0)], writes: [at(2)] })
    expect(plan(first, second)).toBe('share share')
  })

  test('once for all that came before', () => {
    const pieces = [
      ...[large({ writes: [at(0)] }), large({ writes: [at(1)] })],
      ...[large({ reads: [at(0)], writes: [at(2)] }), large({ reads: [at(1)], writes: [at(3)] })],
    ]
    expect(plan(...pieces)).toBe('share share meet share share')
  })

  test('around what one thread does, but not between', () => {
    const pieces = [
      ...[large({ writes: [at(0)] }), small({ reads: [at(0)], writes: [at(1)] })],
      ...[small({ reads: [at(1)], writes: [at(2)] }), large({ reads: [at(2)] })],
    ]
    expect(plan(...pieces)).toBe('share meet alone(2) meet share')
  })

  test('at each turn of a loop whose kernels they share', () => {
    const body = [large({ reads: [at(0)], writes: [at(1)] }), small({ reads: [at(1)] })]
    expect(plan(loop(3, body), large({ writes: [at(1)] }))).toBe(
      'loop[meet share meet alone(1)] meet share',
    )
  })

  test('never within a loop that one thread runs', () => {
    expect(plan(loop(3, [small({ writes: [at(0)] }), small({ reads: [at(0)] })]))).toBe('alone(1)')
  })
})

test('what is spread over threads meets like what is shared', () => {
  const pieces = [small({ writes: [at(0)] }), small({ writes: [at(1)] }), small({ reads: [at(0)] })]
  expect(spelled(actionsOf(pieces, everything))).toBe('alone(1) alone(1) meet alone(1)')
})

test('kernels of one chunk, and of less than some microseconds, stay with one thread', () => {
  const pieces = [large({ chunks: 1 }), large({ cost: 4000 }), large({ cost: 6000 })]
  expect(spelled(actionsOf(pieces, worthwhile))).toBe('alone(2) share')
})

describe('how many threads', () => {
  const best = (limit: number, ...pieces: readonly Piece[]) =>
    bestThreads(actionsOf(pieces, worthwhile), limit)

  test('as many as there are for long kernels', () => {
    expect(best(4, large({ cost: 5_000_000 }))).toBe(4)
    expect(best(2, large({ cost: 5_000_000 }))).toBe(2)
  })

  test('one for short ones, and where most is done by one thread', () => {
    expect(best(4, large({ cost: 20_000 }))).toBe(1)
    expect(best(4, large({ cost: 500_000 }), small({ cost: 5_000_000 }))).toBe(1)
  })

  test('no more than the chunks can be dealt to', () => {
    expect(best(8, large({ cost: 5_000_000, chunks: 3 }))).toBe(3)
    // Two of six chunks are the most that one of three threads has, and of four as well.
    expect(best(4, large({ cost: 5_000_000, chunks: 6 }))).toBe(3)
  })

  test('the longest share and the meetings make up the time', () => {
    const actions = actionsOf([large({ writes: [at(0)] }), large({ reads: [at(0)] })], worthwhile)
    expect(timeOf(actions, 1)).toBe(200_000)
    expect(timeOf(actions, 2)).toBe(100_800)
    expect(timeOf(actions, 5)).toBe(52_000) // three of twelve chunks, twice
  })
})
