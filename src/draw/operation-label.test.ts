import '../methods.ts'
import { expect, test } from 'vitest'
import { explain } from '../explain/index.ts'
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { operationLabel } from './operation-label.ts'

const a = gates.input('a', [2, 2])
const b = gates.input('b', [2, 2])

function labelOf(value: Value): string | undefined {
  const last = explain(value).equations.findLast(({ phase }) => phase === 'forward')
  return last && operationLabel(last)
}

test('a gate with a sign shows it, with the number that stands beside it', () => {
  const cases: readonly (readonly [Value, string])[] = [
    [a.add(b), '+'],
    [a.matmul(b), '·'],
    [a.multiply(b), '⊙'],
    [gates.subtract(1, a), '1 −'],
    [a.add(0.5), '+ 0.5'],
    [a.negate(), '−'],
  ]
  for (const [value, label] of cases) expect(labelOf(value)).toBe(label)
})

test('a gate that is written as a function shows its name', () => {
  expect(labelOf(a.sigmoid())).toBe('sigmoid')
  expect(labelOf(a.reshape([4]))).toBe('reshape')
  expect(labelOf(gates.concat([a, b, a], 0))).toBe('concat')
})
