/** A slice of `npm run fuzz -- --readers`: most hostile files, and some seconds of damaged ones. */
import { expect, test } from 'vitest'
import { fuzzReaders } from './readers/main.ts'

test('readers take hostile files in time and memory, and say what is wrong with them', async () => {
  const failures = await fuzzReaders({ minutes: 0.04, seed: 1, isQuick: true })
  expect(failures).toBe(0)
})
