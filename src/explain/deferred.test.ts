import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { deferred, later } from './deferred.ts'

function counted(): { readonly data: object; readonly made: string[] } {
  const made: string[] = []
  const data = deferred({ id: 'F1', text: later, of: undefined, shapes: later }, (key) => {
    made.push(key)
    return { is: key }
  })
  return { data, made }
}

const whole = { id: 'F1', text: { is: 'text' }, shapes: { is: 'shapes' } }

test('what is not read is not made, and what is read is made once', () => {
  const { data, made } = counted()
  expect([Reflect.get(data, 'id'), made]).toEqual(['F1', []])
  expect(Reflect.get(data, 'text')).toBe(Reflect.get(data, 'text'))
  expect(made).toEqual(['text'])
})

test.each<[string, (data: object) => unknown]>([
  ['by itself', (data) => data],
  ['spread', (data) => ({ ...data })],
  ['as JSON', (data) => JSON.parse(JSON.stringify(data))],
  ['cloned', (data) => structuredClone(data)],
])('%s it is the data that it stands for', (_, read) => {
  expect(read(counted().data)).toStrictEqual(whole)
})

test('its properties come in their order, and the console shows what they hold', () => {
  const { data } = counted()
  expect(JSON.stringify(data)).toBe(JSON.stringify(whole))
  expect(inspect(data)).toBe(inspect(whole))
})

test('it is frozen, and so is what is made', () => {
  const { data } = counted()
  expect(Object.isFrozen(data)).toBe(true)
  expect(Object.isFrozen(Reflect.get(data, 'text'))).toBe(true)
})
