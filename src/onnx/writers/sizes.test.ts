import { describe, expect, test } from 'vitest'
import { formatTerms, formulaOf, probesOf, termsOf } from './sizes.ts'

const probes = probesOf(['batch', 'length'], [37, 53, 46, 67, 41, 59, 50, 70])

/** The numbers of a graph for each of the probes. */
function numbers(of: (batch: number, length: number) => number): readonly number[] {
  return probes.sizes.map(([batch = 0, length = 0]) => of(batch, length))
}

test('two sizes of each name are tried in all combinations, and two more', () => {
  expect(probes.sizes).toEqual([
    [37, 41],
    [53, 41],
    [37, 59],
    [53, 59],
    [46, 50],
    [67, 70],
  ])
})

describe('numbers that follow from sizes are found', () => {
  test.each([
    ['a constant', (): number => 8, '8'],
    ['a size', (batch: number) => batch, 'batch'],
    ['its last place', (batch: number) => batch - 1, 'batch + -1'],
    [
      'a product',
      (batch: number, length: number) => 2 * batch * length + 3,
      '2 * batch * length + 3',
    ],
  ])('%s', (_, of, text) => {
    expect(formatTerms(termsOf(numbers(of), probes) ?? [], probes.names)).toBe(text)
  })

  test('what a mean is divided by, rounded to f32', () => {
    const found = formulaOf(
      numbers((batch, length) => Math.fround(1 / (batch * length))),
      probes,
    )
    expect(found).toEqual({ terms: [{ axes: [], factor: 1 }], over: [{ axes: [0, 1], factor: 1 }] })
  })

  test('what a variance is corrected by, of a count that is a multiple', () => {
    const found = formulaOf(
      numbers((batch) => Math.fround((64 * batch) / (64 * batch - 1))),
      probes,
    )
    expect(found?.over).toEqual([
      { axes: [], factor: -1 / 64 },
      { axes: [0], factor: 1 },
    ])
    expect(found?.terms[0]?.factor).toBeCloseTo(1, 6)
  })
})

test.each([
  ['halves that are cut off', (batch: number) => Math.floor(batch / 2)],
  ['squares', (batch: number) => batch * batch],
  ['what is another for large ones', (batch: number) => (batch > 50 ? 1 : batch)],
])('no formula is found for %s', (_, of) => {
  expect(formulaOf(numbers(of), probes)).toBeUndefined()
})
