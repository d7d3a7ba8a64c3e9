import { expect, test } from 'vitest'
import { digestOf } from '../data/digest.ts'
import { xor } from '../data/index.ts'
import { tensor } from '../ir/tensor.ts'
import { newCourse, noteMeasured } from './course.ts'
import type { MetricName } from './scores.ts'

function noted(watch: MetricName, minDelta: number, values: readonly number[]) {
  const course = newCourse()
  const isBest = values.map((value, index) => {
    const heldOut = { loss: 0, examples: 1, [watch]: value }
    return noteMeasured(course, { epoch: index + 1, loss: 9, heldOut }, { watch, minDelta })
  })
  return { isBest, waited: course.waited, best: course.best?.epoch }
}

test('less loss is better, and more accuracy', () => {
  expect(noted('loss', 0, [3, 2, 2, 2.5, 1])).toEqual({
    isBest: [true, true, false, false, true],
    ...{ waited: 0, best: 5 },
  })
  expect(noted('accuracy', 0, [0.5, 0.7, 0.7, 0.6])).toEqual({
    isBest: [true, true, false, false],
    ...{ waited: 2, best: 2 },
  })
})

test('a gain of minDelta or less is none', () => {
  expect(noted('loss', 0.5, [3, 2.75, 2.5, 2.25])).toEqual({
    isBest: [true, false, false, true],
    ...{ waited: 0, best: 4 },
  })
})

test('what is no number is never the best for long', () => {
  const { isBest, best } = noted('loss', 0, [Number.NaN, 2, Number.NaN])
  expect([isBest, best]).toEqual([[true, true, false], 2])
})

test('without anything held out the loss of training counts', () => {
  const course = newCourse()
  noteMeasured(course, { epoch: 1, loss: 0.25 }, { watch: 'loss', minDelta: 0 })
  expect(course.best?.value).toBe(0.25)
})

test('digests tell apart what differs in one number, in shape or in dtype', () => {
  const dataset = xor()
  const changed = { ...dataset.inputs, data: dataset.inputs.data.slice() }
  changed.data[0] = 1e-30
  const flat = { ...dataset.inputs, shape: [8] }
  const bytes = tensor(Uint8Array.from([0, 0, 0, 1, 1, 0, 1]), { shape: [7] })
  const others = [{ ...bytes, data: bytes.data.slice(0, 6) }, bytes, changed, flat]
  const digests = others.map((inputs) => digestOf({ ...dataset, inputs }))
  expect(new Set([...digests, digestOf(dataset)]).size).toBe(5)
  expect(digestOf(xor())).toBe(digestOf(dataset))
})
