import { expect, test } from 'vitest'
import { formatRoute, parseRoute } from '../address.ts'
import { linkedRoute, linkNotes } from './link.ts'

function linked(hash: string, place: { step?: number; iteration?: number } = {}): string {
  return formatRoute(linkedRoute(parseRoute(hash), { step: 0, iteration: 0, ...place }))
}

test('a link says what the address leaves to its defaults', () => {
  expect(linked('#/learn', { step: 3 })).toBe('#/learn?model=network&seed=1&step=3')
})

test('what the address says stays as it is, but for the step', () => {
  const address = '#/learn?model=training&seed=7&dataset=xor&at=40&step=2'
  expect(linked(address, { step: 5 })).toBe(address.replace('step=2', 'step=5'))
})

test('in Train a link holds the iteration', () => {
  expect(linked('#/train?dataset=moons', { iteration: 800 })).toBe('#/train?dataset=moons&at=800')
  expect(linked('#/train?dataset=moons')).toBe('#/train?dataset=moons')
})

test('home has no model of its own', () => {
  expect(linked('#/home')).toBe('#/home')
})

test('what a link cannot carry is said', () => {
  expect(linkNotes({ model: 'network' }, 'example.org')).toEqual([])
  expect(linkNotes({}, 'localhost').join()).toMatch(/Elsewhere/)
  expect(linkNotes({ model: 'file' }, 'example.org').join()).toMatch(/send it along/)
  expect(linkNotes({ dataset: 'table' }, 'example.org').join()).toMatch(/The table is a file/)
  expect(linkNotes({ model: 'given' }, '127.0.0.1')).toHaveLength(2)
})
