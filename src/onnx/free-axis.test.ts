import { describe, expect, test } from 'vitest'
import { there } from '../../test/support/recorded.ts'
import { constant, input } from '../gates/index.ts'
import { tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import '../methods.ts'
import { freeAxis } from './free-axis.ts'
import { readOnnx } from './read-onnx.ts'
import { writeOnnx } from './write-onnx.ts'

/** The file of a network for 5 and for 7 rows, made one. */
function freed(build: (x: Value, rows: number) => Value): Uint8Array | undefined {
  const sized = (size: number) => {
    const x = input('x', [size, 6])
    return { bytes: writeOnnx({ y: build(x, size) }), size }
  }
  return freeAxis(sized(5), sized(7), 'batch')
}

describe('a file for any size of an axis', () => {
  test('is made of two, where the axis is only passed on', () => {
    const bytes = freed((x) => x.multiply(constant(tensor([1, 2, 3, 4, 5, 6]))).sigmoid())
    const model = readOnnx(there(bytes))
    expect(model.inputs[0]?.axes).toEqual(['batch', 6])
    expect(model.build({ batch: 3 }).outputs.y?.shape).toEqual([3, 6])
  })

  test('reshapes by what the other axes leave', () => {
    const bytes = freed((x, rows) =>
      x
        .reshape([rows, 2, 3])
        .sum(2)
        .reshape([rows * 2]),
    )
    const model = readOnnx(there(bytes))
    expect(model.outputs[0]?.axes).toEqual(['2*batch'])
    expect(model.build({ batch: 4 }).outputs.y?.shape).toEqual([8])
  })

  test('is none where a number depends on the size', () => {
    expect(freed((x, rows) => x.divide(rows))).toBeUndefined()
  })

  test('may have it twice', () => {
    const model = readOnnx(there(freed((x) => x.matmul(x.transpose()))))
    expect(model.outputs[0]?.axes).toEqual(['batch', 'batch'])
    expect(model.build({ batch: 3 }).outputs.y?.shape).toEqual([3, 3])
  })

  test('is none where there are other operators for other sizes', () => {
    expect(freed((x, rows) => (rows === 5 ? x.sigmoid() : x.tanh()))).toBeUndefined()
  })
})
