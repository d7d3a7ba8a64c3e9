/** What tests share that hold numbers against recorded ones. */
import { type NestedArray, type Tensor, tensor } from 'sluice'
import { expect } from 'vitest'

export type Named<T> = Readonly<Record<string, T>>

// f64 rounds at 1.1e-16. The two add up the at most a few hundred terms of a sum in orders of their
// own, which costs some 1e-15 of the largest term, and more of a sum whose terms cancel.
const relativeTolerance = 1e-9

/**
 * Every element of every tensor within 1e-9 of itself, or of `least` where that is larger; what is
 * off is listed.
 */
export function expectNear(got: Named<Tensor>, expected: Named<NestedArray>, least = 0): void {
  expect(Object.keys(got).toSorted()).toEqual(Object.keys(expected).toSorted())
  const off = Object.entries(expected).flatMap(([name, contents]) => {
    const { shape, data } = tensor(contents, { dtype: 'f64' })
    const mine = there(got[name])
    expect(mine.shape, name).toEqual(shape)
    return Array.from(data, Number).flatMap((number, index) => {
      const own = Number(mine.data[index])
      const scale = Math.max(Math.abs(number), least)
      return Math.abs(own - number) <= relativeTolerance * scale
        ? []
        : [{ name, index, own, number }]
    })
  })
  expect(off).toEqual([])
}

/** A value that must be there: a name that the records do not have is a mistake of the test. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a name that the records do not have')
  return value
}

export function mapValues<T, U>(record: Named<T>, change: (value: T, name: string) => U): Named<U> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  )
}
