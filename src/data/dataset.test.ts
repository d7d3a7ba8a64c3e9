import { describe, expect, test } from 'vitest'
import { tensor, toNested } from '../ir/tensor.ts'
import { createDataset, type Dataset, pick, scaleInputs } from './dataset.ts'

const labels = (...numbers: number[]) => tensor(numbers, { dtype: 'i32' })

describe('createDataset', () => {
  test('counts the examples and freezes', () => {
    const dataset = points()
    expect(dataset.length).toBe(3)
    expect(Object.isFrozen(dataset)).toBe(true)
  })

  test('refuses a dataset without examples', () => {
    const inputs = tensor(new Float32Array(0), { shape: [0, 2] })
    expect(() =>
      createDataset({ name: 'none', task: 'regression', inputs, targets: inputs }),
    ).toThrow(
      'DATA dataset "none": there are no examples\n' +
        '  expected  inputs [examples, ...features] with at least one example\n' +
        '  got       inputs f32[0, 2]\n' +
        '  fix       give data with one row for each example',
    )
  })

  test('refuses targets of another length', () => {
    expect(() => points({ targets: labels(0, 1) })).toThrow(
      'DATA dataset "points": inputs and targets differ in length\n' +
        '  expected  3 targets, one for each example\n' +
        '  got       inputs f32[3, 2] and targets i32[2]\n' +
        '  fix       give one target for each row of the inputs',
    )
  })

  test('refuses a class index that names no class, and says which example', () => {
    expect(() => points({ targets: labels(0, 1, 2) })).toThrow(
      'DATA dataset "points": a class index has no class\n' +
        '  where     example 2\n' +
        '  expected  0 to 1: red, blue\n' +
        '  got       2\n' +
        '  fix       count classes from 0, and name all of them in `classes`',
    )
    expect(() => points({ targets: labels(0, -1, 1) })).toThrow('example 1')
  })

  test('refuses whole-number rows in place of class indices', () => {
    const oneHot = tensor(
      [
        [1, 0],
        [0, 1],
        [1, 0],
      ],
      { dtype: 'i32' },
    )
    expect(() => points({ targets: oneHot })).toThrow(
      'DATA dataset "points": the class indices are not one for each example\n' +
        '  expected  targets i32[3]\n' +
        '  got       i32[3, 2]\n' +
        '  fix       give one class index for each example; one-hot rows are floating point',
    )
  })

  test('refuses feature names that are not one for each input', () => {
    expect(() => points({ featureNames: ['x'] })).toThrow(
      'DATA dataset "points": the feature names are not one for each input\n' +
        '  expected  2 names\n' +
        '  got       1: x\n' +
        '  fix       name every input, or leave out `featureNames`',
    )
  })

  test('refuses a range that is none', () => {
    expect(() => points({ inputRange: [1, 1] })).toThrow(
      'DATA dataset "points": inputRange is no range\n' +
        '  expected  [least, greatest], finite and least < greatest\n' +
        '  got       [1, 1]\n' +
        '  fix       give the numbers between which the inputs lie',
    )
  })
})

describe('scaleInputs', () => {
  test('maps the declared range to 0 … 1 and says so', () => {
    const scaled = scaleInputs(points({ inputRange: [0, 8] }))
    expect(toNested(scaled.inputs)).toEqual([
      [0, 0.125],
      [0.25, 0.375],
      [0.5, 0.625],
    ])
    expect(scaled.inputRange).toEqual([0, 1])
  })

  test('maps any range to any other', () => {
    const scaled = scaleInputs(points(), { from: [0, 4], to: [-1, 1] })
    expect(toNested(scaled.inputs)).toEqual([
      [-1, -0.5],
      [0, 0.5],
      [1, 1.5],
    ])
  })

  test('turns stored bytes into f32', () => {
    const inputs = tensor(Uint8Array.of(0, 16, 8, 4, 2, 1), { shape: [3, 2] })
    const scaled = scaleInputs(points({ inputs, inputRange: [0, 16] }))
    expect(scaled.inputs.dtype).toBe('f32')
    expect([...scaled.inputs.data]).toEqual([0, 1, 0.5, 0.25, 0.125, 0.0625])
  })

  test('asks for a range where none is known', () => {
    expect(() => scaleInputs(points())).toThrow(
      'DATA scaleInputs: the range of the inputs of "points" is not known\n' +
        '  expected  a dataset that declares inputRange, or { from: [least, greatest] }\n' +
        '  got       neither\n' +
        '  fix       pass { from }',
    )
  })
})

describe('pick', () => {
  test('gives the examples in the order of the indices, copied', () => {
    const dataset = points()
    const picked = pick(dataset, [2, 0])
    expect(toNested(picked.inputs)).toEqual([
      [4, 5],
      [0, 1],
    ])
    expect(toNested(picked.targets)).toEqual([0, 0])
    picked.inputs.data[0] = 99
    expect(dataset.inputs.data[4]).toBe(4)
  })

  test('refuses an index that is no example', () => {
    expect(() => pick(points(), [3])).toThrow(
      'INDEX dataset: there is no example 3\n' +
        '  expected  an index from 0 to 2\n' +
        '  got       3\n' +
        '  fix       count examples from 0',
    )
  })
})

function points(facts: Partial<Dataset> = {}): Dataset {
  const inputs = tensor([
    [0, 1],
    [2, 3],
    [4, 5],
  ])
  const classes = ['red', 'blue']
  const whole = { inputs, targets: labels(0, 1, 0), classes, ...facts }
  return createDataset({ name: 'points', task: 'classification', ...whole })
}
