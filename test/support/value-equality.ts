/**
 * What `toEqual` and `toStrictEqual` say of two values: that they are the same output of the same
 * application, under one name, and as gradients of one edge. All that a value is stands in private
 * fields, so without this any two of them would pass for equal.
 */
import { expect } from 'vitest'
import { isSameValue, Value } from '../../src/ir/value.ts'

function areSameViews(a: unknown, b: unknown): boolean | undefined {
  if (!(a instanceof Value)) return b instanceof Value ? false : undefined
  if (!(b instanceof Value)) return false
  return isSameValue(a, b) && a.name === b.name && areSameEdges(a, b)
}

function areSameEdges({ edge: a }: Value, { edge: b }: Value): boolean {
  if (!a || !b) return a === b
  const isSameWay =
    a.through?.application === b.through?.application && a.through?.input === b.through?.input
  return isSameWay && isSameValue(a.of, b.of)
}

expect.addEqualityTesters([areSameViews])
