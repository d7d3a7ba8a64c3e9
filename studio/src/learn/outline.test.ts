import { expect, test } from 'vitest'
import { openModel } from '../engine/open-model.ts'
import { poseOfGallery } from '../engine/pose-model.ts'
import { findIn } from './find.ts'
import { outlineOf } from './outline.ts'

const open = await openModel(await poseOfGallery('network', 1))

test('layers hold gates, gates their operands with value and gradient', () => {
  const items = outlineOf(open.explanation, open.diagram)
  expect(items.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
    'layer linear 0',
    'gate F3: a2 = sigmoid(z2)',
    'layer linear 2',
    'gate F6: ŷ = z3',
    'gate F7: J = mean((ŷ − y)²)',
  ])
  const [product] = items[0]?.children ?? []
  expect(product?.label).toBe('F1: u1 = x · W1')
  expect(product?.steps).toEqual([0, 15, 16]) // F1, B9, B10
  expect(product?.children.map(({ label, gradient }) => [label, gradient?.name])).toEqual([
    ['x', 'dJ/dx'],
    ['W1', 'dJ/dW1'],
    ['u1 (result)', undefined],
  ])
})

test('what is typed finds equations, and what is given where it is read first', () => {
  const ids = (typed: string) => findIn(open.explanation, typed).map(({ id }) => id)
  expect(ids('B4')[0]).toBe('B4')
  expect(ids('sigmoid')).toContain('F3')
  expect(ids('dj/dw1')).toEqual(['B10'])
  expect(ids('yhat')).toEqual([])
  expect(ids('ŷ')).toContain('F6')
  expect(findIn(open.explanation, 'b2').find(({ id }) => id === 'b2')?.step).toBe(4)
  expect(ids(' ')).toEqual([])
})
