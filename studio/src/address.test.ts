import { expect, test } from 'vitest'
import { formatRoute, parseRoute } from './address.ts'

test('an address is read as it was written', () => {
  const route = { view: 'learn', parameters: { model: 'network', step: '4' } } as const
  expect(formatRoute(route)).toBe('#/learn?model=network&step=4')
  expect(parseRoute(formatRoute(route))).toEqual(route)
  expect(formatRoute({ view: 'home', parameters: {} })).toBe('#/home')
})

test('what is no address is home', () => {
  for (const hash of ['', '#', '#/', '#/nowhere?x=1', '#learn', '#/learn/deeper', '\n']) {
    expect(parseRoute(hash).view).toBe('home')
  }
  expect(parseRoute('#/learn?step=%zz&seed')).toEqual({
    view: 'learn',
    parameters: { step: '%zz', seed: '' },
  })
})

test('an address that leads nowhere says so; none at all does not', () => {
  expect(parseRoute('#/nowhere?x=1').lost).toBe('#/nowhere?x=1')
  expect(parseRoute(`#${'x'.repeat(1000)}`).lost).toHaveLength(61)
  for (const hash of ['', '#', '#/', '#/home', '#/learn?model=nothing']) {
    expect(parseRoute(hash)).not.toHaveProperty('lost')
  }
})
