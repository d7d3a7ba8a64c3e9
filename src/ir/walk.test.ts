import { describe, expect, it } from 'vitest'
import { add, input, multiply, negate, split } from '../gates/index.ts'
import type { Value } from './value.ts'
import { walk } from './walk.ts'

const x = input('x', [2])
const y = input('y', [2])
const applicationsOf = (values: readonly Value[]) => walk(values).applications

describe('the walk over a graph', () => {
  it('gives each application after its inputs, as a reader from the left completes them', () => {
    const product = multiply(x, y)
    const negated = negate(x)
    const total = add(negated, product)
    expect(applicationsOf([total])).toEqual([x.application, negated, y.application, product, total])
  })

  it('follows the operands from left to right, not the order of building', () => {
    const late = negate(y)
    const total = add(negate(x), late)
    expect(applicationsOf([total])).toEqual([
      x.application,
      total.input(0),
      y.application,
      late,
      total,
    ])
  })

  it('gives what two paths share once', () => {
    const shared = negate(x)
    const diamond = add(negate(shared), multiply(shared, shared))
    expect(applicationsOf([diamond]).filter((one) => one === shared)).toHaveLength(1)
    expect(applicationsOf([diamond])).toHaveLength(5)
  })

  it('gives one application for all views and outputs of it', () => {
    const [first, second] = split(x, [1, 1])
    const total = add(first.labelled({ name: 'a' }), second)
    expect(applicationsOf([total, second, first])).toEqual([
      x.application,
      first.application,
      total,
    ])
    expect(second.application).toBe(first.application)
  })

  it('takes the outputs in their order and gives nothing for none', () => {
    const [a, b] = [negate(x), negate(y)]
    expect(applicationsOf([b, a])).toEqual([y.application, b, x.application, a])
    expect(applicationsOf([])).toEqual([])
  })

  it('gives the same order again after another walk over the same values', () => {
    const total = add(negate(x), multiply(x, y))
    const before = applicationsOf([total])
    applicationsOf([multiply(y, x), negate(total)])
    expect(applicationsOf([total])).toEqual(before)
  })

  it('takes time by gates, not by paths: 60 doublings have 2^60', () => {
    let value: Value = x
    for (let index = 0; index < 60; index++) value = add(value, value)
    expect(applicationsOf([value])).toHaveLength(61)
  })

  it('walks 200,000 gates in a row without a stack overflow', () => {
    let value: Value = x
    for (let index = 0; index < 200_000; index++) value = negate(value)
    const applications = applicationsOf([value])
    expect(applications).toHaveLength(200_001)
    expect(applications.at(-1)).toBe(value)
  })
})
