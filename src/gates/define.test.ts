import '../methods.ts'
import { expect, test } from 'vitest'
import { parse, print } from '../print.ts'
import { defineGate, type Unary } from './define.ts'
import { input } from './index.ts'

const cube = defineGate<Unary, ['x']>({
  name: 'cube',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.multiply(x).multiply(x),
  samples: [{ x: 2, output: 8 }],
})

test('a gate from outside is printed, and parsed where it is given', () => {
  const text = print(cube(input('x', [2])))
  expect(text).toContain('= cube(x)')
  expect(print(parse(text, [cube]))).toBe(text)
  expect(() => parse(text)).toThrow('there is no gate "cube"')
})

test('what a gate must have is asked for by name', () => {
  const define = defineGate as unknown as (spec: object) => unknown
  expect(() => define({})).toThrow(
    [
      'ATTRIBUTE defineGate: name is missing',
      '  expected  a word, such as "square"',
      '  got       nothing',
      '  fix       give the gate its name',
    ].join('\n'),
  )
  expect(() => define({ name: 'a', operands: ['x'], role: 'foo', samples: [] })).toThrow(
    'defineGate: role is not one that there is',
  )
  expect(() => define({ name: 'a', operands: ['x'], role: 'scaler' })).toThrow(
    'defineGate: samples is missing',
  )
  expect(() => define({ name: 'a', operands: ['x'], role: 'scaler', samples: [] })).toThrow(
    'defineGate: a gate has no meaning',
  )
})
