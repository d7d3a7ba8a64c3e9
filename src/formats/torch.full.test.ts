import { expect, test } from 'vitest'
import { fileOf } from '../../test/support/torch-files.ts'
import { readTorch } from './torch.ts'

test('a tensor that a large deflated storage is hidden behind is refused; the whole one is read', () => {
  const zeros = new Uint8Array(2 ** 24 + 4)
  const view = { count: 2 ** 22 + 1, shape: [1], strides: [1] }
  const bomb = fileOf(view, zeros, { isDeflated: true })
  expect(bomb.length).toBeLessThan(20_000)
  expect(() => readTorch(bomb)).toThrow(/FILE the file: a deflated storage is not one whole tensor/)
  const whole = fileOf({ ...view, shape: [2 ** 22 + 1] }, zeros, { isDeflated: true })
  expect(readTorch(whole).tensors.get('w')?.shape).toEqual([2 ** 22 + 1])
  expect(() => readTorch(whole, { maxBytes: 1e6 })).toThrow(/more than there is room for/)
})
