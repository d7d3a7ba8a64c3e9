import { expect, test } from 'vitest'
import { tensor } from '../ir/tensor.ts'
import { createErrors, spreadOf } from './regression.ts'

const targets = tensor([
  [0.5, 1],
  [-1, 1],
  [7, -6],
])
const predictions = tensor([
  [0, 2],
  [-1, 2],
  [8, -5],
])

// scikit-learn's own examples: r2_score of several outputs, mean_absolute_error.
test('errors have the scores of scikit-learn, whatever batches they come in', () => {
  const whole = createErrors(spreadOf(targets))
  whole.add(predictions, targets)
  expect(whole.scores().r2).toBeCloseTo(0.9368005266622779, 12) // uniform_average, f64
  expect(whole.scores().mae).toBeCloseTo(0.75, 12)

  const parts = createErrors(spreadOf(targets))
  parts.add(tensor([[0, 2]]), tensor([[0.5, 1]]))
  const rest = [predictions, targets].map(({ data }) => ({
    ...{ shape: [2, 2], dtype: 'f32' as const, data: data.subarray(2) as Float32Array }, // f32
  }))
  const [prediction = predictions, target = targets] = rest
  parts.add(prediction, target)
  expect(parts.scores()).toEqual(whole.scores())
})

test('targets that are all equal are explained by no error alone', () => {
  const same = tensor([[2], [2]])
  const right = createErrors(spreadOf(same))
  right.add(same, same)
  expect(right.scores()).toEqual({ r2: 1, mae: 0 })
  const wrong = createErrors(spreadOf(same))
  wrong.add(tensor([[2], [3]]), same)
  expect(wrong.scores()).toEqual({ r2: 0, mae: 0.5 })
})
