import { expect, test } from 'vitest'
import { checkDamage, checkNumbers, failure, files, nodes } from './support/onnx-damage.ts'

test('damaged files of networks give errors that say what and where, or a graph', () => {
  checkDamage(files, 40)
})

test('damaged files of one node give errors that say what and where, or a graph', () => {
  checkDamage(nodes, 400)
})

test('numbers of any size for shapes, places and attributes fill no memory', () => {
  checkNumbers(400)
})

test('every beginning of a file is refused or read', () => {
  const [bytes = new Uint8Array()] = files
  for (let length = 0; length < bytes.length; length += 7) {
    expect(failure(bytes.subarray(0, length))).toBeUndefined()
  }
})
