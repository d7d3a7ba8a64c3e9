import { describe, expect, it } from 'vitest'
import '../methods.ts'
import {
  add,
  alias,
  concat,
  constant,
  input,
  negate,
  relu,
  split,
  sum,
  where,
} from '../gates/index.ts'
import { applyGate, applyGateToAll } from './apply-gate.ts'
import { formatType, isSameType, isSameValue, type Value } from './value.ts'

const x = input('x', [2, 3])

describe('a value', () => {
  it('knows its gate, inputs, attributes and type', () => {
    const total = sum(x, 1)
    expect(total.gate).toBe(sum.definition)
    expect(total.inputs).toEqual([x])
    expect(total.attributes).toEqual({ axes: [1], keepDims: false })
    expect([total.shape, total.dtype]).toEqual([[2], 'f32'])
    expect([total.index, total.outputCount, total.inputCount]).toEqual([0, 1, 1])
    expect([total.name, total.tag, total.edge]).toEqual([undefined, undefined, undefined])
  })

  it('cannot be changed, nor can its type, attributes and lists', () => {
    const [part] = split(x, [1, 1])
    for (const value of [x, sum(x), part, concat([x, x, x]), constant([1, 2])]) {
      for (const key of ['gate', 'attributes', 'type', 'name', 'application']) {
        expect(() => Object.assign(value, { [key]: undefined })).toThrow(TypeError)
      }
      expect(Object.isFrozen(value.type)).toBe(true)
      expect(Object.isFrozen(value.shape)).toBe(true)
      expect(Object.isFrozen(value.attributes)).toBe(true)
    }
    expect(() => Object.assign(sum(x), { gate: negate.definition })).toThrow(TypeError)
    expect(() => Object.assign(sum(x, 1).attributes, { axes: [0] })).toThrow(TypeError)
  })

  it('gives its inputs one by one, however many there are', () => {
    const values = [1, 2, 3, 4].map((number) => constant([number]))
    for (let count = 1; count <= 4; count++) {
      const joined = concat(values.slice(0, count))
      expect(joined.inputCount).toBe(count)
      expect(joined.inputs).toEqual(values.slice(0, count))
      expect(joined.input(count - 1)).toBe(values[count - 1])
      expect(() => joined.input(count)).toThrow(new RangeError(`concat has no input ${count}`))
    }
    expect(x.inputs).toEqual([])
  })

  it('reads as a name and a type', () => {
    expect(String(x)).toBe('x: f32[2, 3]')
    expect(String(sum(x))).toBe('sum: f32[]')
    expect(formatType({ shape: [4, 3], dtype: 'bool' })).toBe('bool[4, 3]')
  })
})

describe('a name', () => {
  it('makes another view of the same application', () => {
    const total = add(x, x)
    const named = total.named('z')
    expect(named.name).toBe('z')
    expect(total.name).toBeUndefined()
    expect(named.application).toBe(total)
    expect(isSameValue(named, total)).toBe(true)
    expect(named.inputs).toEqual(total.inputs)
  })

  it('is an alias gate on a value that has one', () => {
    const z3 = add(x, x).named('z3')
    const yHat = z3.named('ŷ')
    expect([yHat.name, yHat.gate, yHat.input(0)]).toEqual(['ŷ', alias.definition, z3])
    expect(isSameValue(yHat, z3)).toBe(false)
  })

  it('stays when an edge is added, and the edge when a name is', () => {
    const both = add(x, x).labelled({ name: 'd' }).asGradientOf(x)
    expect([both.name, both.edge, both.isGradient]).toEqual(['d', { of: x }, true])
    const sum = add(x, x)
    const through = { application: sum, input: 1 }
    const gradient = add(x, x).asGradientOf(x, sum, 1).labelled({ name: 'd' })
    expect([gradient.name, gradient.edge]).toEqual(['d', { of: x, through }])
  })
})

describe('values in expectations of tests', () => {
  it('are equal where they are one output of one application, of one name and edge', () => {
    const total = add(x, x)
    expect([total]).toEqual([total.labelled({ name: 'z' }).application])
    expect(total).not.toEqual(add(x, x))
    expect(total).not.toEqual(total.labelled({ name: 'z' }))
    expect(total).not.toEqual(total.asGradientOf(x))
    expect(total.asGradientOf(x)).toEqual(total.asGradientOf(x))
    expect(total.asGradientOf(x)).not.toEqual(total.asGradientOf(total))
    expect(total.asGradientOf(x, total, 0)).not.toEqual(total.asGradientOf(x, total, 1))
    const [first, second] = split(x, [1, 2], 1)
    expect({ first }).not.toEqual({ first: second })
  })
})

describe('a gate of several outputs', () => {
  it('gives values of one application, told apart by their index', () => {
    const [first, second, third] = split(x, [1, 0, 2], 1)
    expect([first, second, third].map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 0],
      [2, 2],
    ])
    expect([first, second, third].map((part) => part.index)).toEqual([0, 1, 2])
    expect(third.application).toBe(first.application)
    expect(isSameValue(first, third)).toBe(false)
    expect(third.outputCount).toBe(3)
    expect(isSameValue(third.output(0), first)).toBe(true)
    expect(() => first.output(3)).toThrow(new RangeError('split has no output 3'))
  })

  it('keeps index and types under a name', () => {
    const [, second] = split(x, [1, 2], 1)
    const named = second.named('right')
    expect([named.index, named.shape, named.outputTypes.length]).toEqual([1, [2, 2], 2])
    expect(isSameValue(named, second)).toBe(true)
  })

  it('carries one tag for all of them', () => {
    const attributes = { sizes: [1, 2], axis: 1 }
    const parts = applyGateToAll(split.definition, [x], attributes, 'recomputed')
    expect(parts.map((part) => part.tag)).toEqual(['recomputed', 'recomputed'])
    expect(parts[1]?.labelled({ name: 'b' }).tag).toBe('recomputed')
  })
})

describe('applying a gate', () => {
  it('says which operand has a dtype that the gate does not take', () => {
    const unsigned = constant(new Uint32Array([1, 2]))
    expect(messageOf(() => relu(unsigned))).toBe(`DTYPE relu: x cannot be u32
  where     relu(x), built at value.test.ts:N
  expected  x of dtype f32, f64 or i32
  got       u32
  fix       convert it first: cast(x, 'f32')`)
  })

  it('says what is no value', () => {
    const error = messageOf(() => applyGate(negate.definition, [[1, 2] as never]))
    expect(error).toBe(`DTYPE negate: x is not a value
  where     negate(), built at value.test.ts:N
  expected  a Value, made by a gate, input, parameter or constant
  got       an array
  fix       wrap it: constant([…])`)
  })

  it('says how many operands it takes', () => {
    const call: (...args: Value[]) => unknown = add
    expect(messageOf(() => call(x))).toBe(`SHAPE add: it takes another number of operands
  where     add(x), built at value.test.ts:N
  expected  a, b
  got       1 operand
  fix       give each operand once`)
    expect(messageOf(() => call(x, x, x))).toContain('got       3 operands')
    expect(messageOf(() => applyGate(input.definition, [x]))).toContain('expected  no operands')
  })

  it('says which operands of an elementwise gate differ in shape', () => {
    const shorter = input('y', [3])
    expect(
      messageOf(() => applyGate(add.definition, [x, shorter])),
    ).toBe(`SHAPE add: operands of an elementwise gate differ in shape
  where     add(x, y), built at value.test.ts:N
  expected  one shape for all operands
  got       [2, 3] and [3]
  fix       call the gate as a function, which broadcasts, or use broadcastTo`)
  })

  it('takes a condition of another dtype', () => {
    const condition = constant([true, false, true])
    expect(where(condition, x, x).type).toEqual({ shape: [2, 3], dtype: 'f32' })
  })
})

describe('types', () => {
  it('are the same where shape and dtype are', () => {
    expect(isSameType(x, { shape: [2, 3], dtype: 'f32' })).toBe(true)
    expect(isSameType(x, { shape: [2, 3], dtype: 'f64' })).toBe(false)
    expect(isSameType(x, { shape: [3, 2], dtype: 'f32' })).toBe(false)
    expect(isSameType(x, { shape: [2, 3, 1], dtype: 'f32' })).toBe(false)
  })
})

/** The whole message, but for the line of this file. */
function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message.replace(/(test\.ts):\d+/g, '$1:N') : ''
  }
  throw new Error('nothing was thrown')
}
