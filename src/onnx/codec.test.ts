import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fileOf, graphOf, node, port, weight } from '../../test/support/onnx-model.ts'
import { decode, encode } from './codec.ts'
import { modelSchema, tensorSchema } from './schema.ts'

const folder = new URL('../../test/vectors/onnx/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'))

describe('a message', () => {
  test.each(files)('of %s is the same after it was written and read again', (name) => {
    const message = decode(modelSchema, new Uint8Array(readFileSync(new URL(name, folder))), name)
    expect(decode(modelSchema, encode(modelSchema, message), name)).toEqual(message)
  })

  test('keeps every bit of an int64', () => {
    const extremes = BigInt64Array.from([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, -1n])
    const message = { ...weight('w', 'int64', [4], []), int64Data: extremes }
    expect(decode(tensorSchema, encode(tensorSchema, message), 'w').int64Data).toEqual(extremes)
  })

  test('is read whether repeated numbers are packed or not', () => {
    // dims, field 1: 2 and 3 one by one; then 4 and 5 behind one tag.
    const bytes = Uint8Array.from([0x08, 2, 0x08, 3, 0x0a, 2, 4, 5])
    expect(decode(tensorSchema, bytes, 'w').dims).toEqual(BigInt64Array.from([2n, 3n, 4n, 5n]))
  })

  test('may have fields that are not known', () => {
    // Field 1000 of every wire type, then the name.
    const unknown = [0xc0, 0x3e, 7, 0xc2, 0x3e, 1, 65, 0xc5, 0x3e, 0, 0, 0, 0, 0xc1, 0x3e]
    const bytes = Uint8Array.from([...unknown, 0, 0, 0, 0, 0, 0, 0, 0, 0x42, 1, 119])
    expect(decode(tensorSchema, bytes, 'w').name).toBe('w')
  })
})

describe('bytes that are no message', () => {
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    ['that end within a field', [0x42, 5, 119], 'premature EOF'],
    ['of another wire type', [0x45, 0, 0, 0, 0], 'wire type'],
    ['with a tag of field 0', [0x00, 1], 'illegal tag'],
    ['with a varint without end', [0x08, ...Array.from({ length: 11 }, () => 0xff)], 'varint'],
    ['with a length beyond the file', [0x4a, 0xff, 0xff, 0xff, 0xff, 0x07], 'premature EOF'],
    ['with a packed float that is cut off', [0x22, 3, 0, 0, 0], 'cut off'],
    ['with an end of a group', [0xc4, 0x3e], 'a group ends'],
  ]
  test.each(cases)('%s are refused', (_, bytes, got) => {
    const read = () => decode(tensorSchema, Uint8Array.from(bytes), 'the file')
    expect(read).toThrow('the file is damaged, or not an ONNX file')
    expect(read).toThrow(got)
  })

  test('that nest deeply are refused before the stack ends', () => {
    let inner = graphOf({ name: 'innermost' })
    for (let depth = 0; depth < 60; depth++) {
      const branch = node('If', ['c'], ['y'], { then_branch: { graph: inner } })
      inner = graphOf({ node: [branch], output: [port('y')] })
    }
    const bytes = fileOf({ node: inner.node, output: [port('y')] })
    expect(() => decode(modelSchema, bytes, 'the file')).toThrow('nest more than 100 deep')
  })

  test('that say the place of a damage', () => {
    const bytes = fileOf({ node: [node('Relu', ['x'], ['y'])], output: [port('y')] })
    const cut = bytes.slice(0, bytes.length - 3)
    expect(() => decode(modelSchema, cut, 'the file')).toThrow(/where +ModelProto/)
  })

  test('that hold millions of messages are refused', () => {
    // A graph, field 7, of a million empty nodes.
    const nodes = new Uint8Array(2_000_000).map((_, at) => (at % 2 === 0 ? 0x0a : 0))
    const bytes = Uint8Array.from([0x3a, 0x80, 0x89, 0x7a, ...nodes])
    expect(() => decode(modelSchema, bytes, 'the file')).toThrow('more than 500000 messages')
  })
})
