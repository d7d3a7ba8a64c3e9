import { expect, test } from 'vitest'
import { jsonText } from './json.ts'

test('what fits in 100 columns, and each row of a tensor, takes one line', () => {
  const row = Array.from({ length: 40 }, (_, index) => index + 0.5)
  const value = {
    name: 'a "b"',
    shape: [2, 40],
    rows: [row, row],
    nothing: undefined,
    no: Number.NaN,
  }
  const line = row.join(', ')
  expect(jsonText(value)).toBe(`{
  "name": "a \\"b\\"",
  "shape": [2, 40],
  "rows": [
    [${line}],
    [${line}]
  ],
  "no": null
}`)
  expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)))
})

test('small values stand in one line', () => {
  expect(jsonText({ a: [], b: {}, c: [[1, 2], [3]] })).toBe(
    '{ "a": [], "b": {}, "c": [[1, 2], [3]] }',
  )
})
