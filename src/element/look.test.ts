import { describe, expect, test } from 'vitest'
import { cividis, cssOf, isDark } from './cividis.ts'
import { type Look, statesOfLine, statesOfNode } from './look.ts'

const plain: Look = {
  ...{ selected: undefined, active: undefined, phase: undefined },
  ...{ unknown: undefined, overlay: undefined, marks: undefined },
}
const box = { x: 0, y: 0, width: 10, height: 10 }
const node = { id: 'n0', kind: 'operation', form: 'box', box, hint: '' } as const
const line = {
  ...{ id: 'e0', from: 'n0', to: 'n1', start: { x: 0, y: 0 }, path: [] },
  head: { tip: { x: 0, y: 0 }, angle: 0 },
}

describe('states', () => {
  test('of a node are what happens there, whether it is chosen, and its mark', () => {
    const marks = new Map([['n0', 'changed']] as const)
    const look: Look = { ...plain, active: 'n0', phase: 'backward', selected: 'n0', marks }
    expect(statesOfNode(node, look)).toEqual(['active', 'backward', 'selected', 'changed'])
    expect(statesOfNode({ ...node, id: 'n1' }, look)).toEqual([])
  })

  test('a scene of a moment says itself where it happens, unless something else is said', () => {
    const moment = { ...node, active: 'update' } as const
    expect(statesOfNode(moment, plain)).toEqual(['active', 'update'])
    expect(statesOfNode(moment, { ...plain, active: 'n1', phase: 'forward' })).toEqual([])
  })

  test('a gradient is hidden until it is known, a value has its line from the start', () => {
    const unknown = { isKnown: () => false }
    expect(statesOfLine({ ...line, kind: 'gradient' }, { ...plain, unknown })).toEqual(['unknown'])
    expect(statesOfLine({ ...line, kind: 'forward' }, { ...plain, unknown })).toEqual([])
  })

  test('a line is dim where one of its ends is', () => {
    const marks = new Map([['n1', 'dimmed']] as const)
    expect(statesOfLine({ ...line, kind: 'forward' }, { ...plain, marks })).toEqual(['dimmed'])
  })
})

describe('cividis', () => {
  test('runs from dark blue to yellow, and stops there', () => {
    expect([-1, 0, 1, 2, Number.NaN].map((share) => cssOf(cividis(share)))).toEqual([
      ...['rgb(0, 34, 78)', 'rgb(0, 34, 78)', 'rgb(254, 232, 56)', 'rgb(254, 232, 56)'],
      'rgb(0, 34, 78)',
    ])
  })

  test('grows lighter all the way, so that black is read on its upper end and white on its lower', () => {
    const shares = Array.from({ length: 65 }, (_, index) => cividis(index / 64))
    const sums = shares.map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    expect(sums).toEqual(sums.toSorted((one, other) => one - other))
    expect([isDark(cividis(0)), isDark(cividis(1))]).toEqual([true, false])
  })
})
