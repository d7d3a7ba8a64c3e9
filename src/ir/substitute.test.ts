import { describe, expect, it } from 'vitest'
import { add, constant, input, multiply, negate, split } from '../gates/index.ts'
import { graph } from './graph.ts'
import { print } from './print.ts'
import { substitute } from './substitute.ts'
import type { Value } from './value.ts'

const x = input('x', [4])
const y = input('y', [4])

describe('substituting values', () => {
  it('builds again what depends on them, and keeps the rest as it is', () => {
    const kept = negate(y)
    const touched = add(negate(x), kept)
    const resolve = substitute(graph({ touched }), new Map([[x.application, [y]]]))
    const made = resolve(touched)
    expect(print(graph({ made }))).toBe(`graph {
  y: f32[4] = input {name: "y"}
  %1: f32[4] = negate(y)
  %2: f32[4] = negate(y)
  %3: f32[4] = add(%1, %2)
  output made = %3
}
`)
    expect(made.input(1)).toBe(kept)
    expect(resolve(kept)).toBe(kept)
    expect(resolve(x)).toBe(y)
  })

  it('replaces one output of several and leaves the others', () => {
    const [first, second] = split(x, [2, 2])
    const total = add(first, second)
    const instead = constant([1, 2])
    const replacements = new Map([[first.application, [undefined, instead]]])
    const made = substitute(graph({ total }), replacements)(total)
    expect(made.inputs).toEqual([first, instead])
  })

  it('keeps which output is read and of what types they are', () => {
    const [, second] = split(multiply(x, x), [1, 3])
    const made = substitute(graph({ second }), new Map([[x.application, [y]]]))(second)
    expect([made.index, made.shape, made.outputCount]).toEqual([1, [3], 2])
    expect(made.application.input(0).input(0)).toBe(y)
  })

  it('marks all that is computed, and no source, where it is given a tag', () => {
    const total = add(negate(x), y)
    const made = substitute(graph({ total }), new Map(), { tag: 'recomputed' })(total)
    expect(made).not.toBe(total)
    expect([made.tag, made.input(0).tag]).toEqual(['recomputed', 'recomputed'])
    expect(made.input(0).input(0)).toBe(x)
    expect(made.input(1)).toBe(y)
  })

  it('keeps a tag that was there', () => {
    const total = negate(x)
    const tagged = substitute(graph({ total }), new Map(), { tag: 'recomputed' })(total)
    const again = substitute(graph({ tagged }), new Map([[x.application, [y]]]))(tagged)
    expect([again.tag, again.input(0)]).toEqual(['recomputed', y])
  })

  it('gives back a value of another graph as it is', () => {
    const resolve = substitute(graph({ x }), new Map([[x.application, [y]]]))
    const elsewhere = negate(x)
    expect(resolve(elsewhere)).toBe(elsewhere)
  })

  it('replaces the end of 200,000 gates in a row without a stack overflow', () => {
    let value: Value = x
    for (let index = 0; index < 200_000; index++) value = negate(value)
    const made = substitute(graph({ value }), new Map([[x.application, [y]]]))(value)
    expect(graph({ made }).inputs).toEqual([y.application])
  })
})
