import { expect, test } from 'vitest'
import { refusalOf } from './limits.ts'

test('models up to 8 MB and tables up to 20 MB are read, larger ones are told why not', () => {
  expect(refusalOf({ name: 'a.safetensors', size: 8 * 2 ** 20 })).toBeUndefined()
  expect(refusalOf({ name: 'a.CSV', size: 20 * 2 ** 20 })).toBeUndefined()
  const refused = refusalOf({ name: 'a.safetensors', size: 8 * 2 ** 20 + 1 })
  expect(refused?.title).toBe('a.safetensors is too large for a page')
  expect(Object.fromEntries(refused?.details ?? [])).toEqual({
    expected: 'at most 8 MB for a model or graph',
    got: '8.0 MB',
    fix: 'look at it with sluice summary, explain or draw',
  })
  expect(refusalOf({ name: 'a.csv', size: 20 * 2 ** 20 + 1 })?.details).toContainEqual([
    'expected',
    'at most 20 MB for a table',
  ])
})
