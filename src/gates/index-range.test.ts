import { expect, test } from 'vitest'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { constant, gather, oneHot, scatterAdd, take } from './index.ts'

const x = constant([
  [1, 2, 3],
  [4, 5, 6],
])
const places = (from: number | number[] | number[][]) => constant(from, { dtype: 'i32' })
const run = (value: Value) => () => evaluate(graph({ value }))

test('gather names the index that is out of range, where it stands and what is in range', () => {
  const index = places([
    [0, 1],
    [3, 0],
  ])
  expect(run(gather(x, index, 1))).toThrow(`INDEX gather: index 3 is out of range
  where     value gather: f32[2, 2]
  expected  0 to 2: axis 1 of x [2, 3] has size 3
  got       3 at index[1, 0]
  fix       correct index, or gather along another axis`)
})

test('scatterAdd does not count negative places from the end', () => {
  const source = constant([[1], [1]])
  expect(
    run(scatterAdd(x, places([[0], [-1]]), source, 1)),
  ).toThrow(`INDEX scatterAdd: index -1 is out of range
  where     value scatterAdd: f32[2, 3]
  expected  0 to 2: axis 1 of x [2, 3] has size 3
  got       -1 at index[1, 0]
  fix       correct index, or give x more room along the axis`)
})

test('take speaks of its own indices, not of the gather inside it', () => {
  expect(run(take(x, places(2)))).toThrow(`INDEX take: index 2 is out of range
  where     value take: f32[3]
  expected  0 to 1: axis 0 of x [2, 3] has size 2
  got       2 at indices
  fix       correct the index, or make x longer along the axis`)
})

test('oneHot names the label that is none of the classes', () => {
  const labels = places([
    [0, 1],
    [2, 9],
  ])
  expect(run(oneHot(labels, 3))).toThrow(`INDEX oneHot: label 9 is out of range
  where     value oneHot: f32[2, 2, 3]
  expected  0 to 2: there are 3 classes
  got       9 at labels[1, 1]
  fix       correct the label, or make room for more classes`)
})

test('an axis of length 0 has no place at all', () => {
  const empty = constant(new Float32Array(0), { shape: [0, 3] })
  expect(run(take(empty, places([0])))).toThrow(/expected {2}no index at all: axis 0 of x \[0, 3\]/)
})

test('a number of classes that is none is turned away as the graph is built', () => {
  expect(() => oneHot(places([0]), 2.5)).toThrow(
    `ATTRIBUTE oneHot: the number of classes is not a whole number
  expected  a whole number, 0 or more
  got       2.5
  fix       give the number of classes: oneHot(labels, 10)`,
  )
})
