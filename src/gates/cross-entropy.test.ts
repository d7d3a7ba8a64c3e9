import { expect, test } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { SluiceError } from '../errors.ts'
import { evaluate } from '../interpret/interpret.ts'
import { graph } from '../ir/graph.ts'
import { tensor, toNumbers } from '../ir/tensor.ts'
import { crossEntropy, input } from './index.ts'

const logits = input('logits', [4, 3])
const labels = input('labels', [4], { dtype: 'i32' })
const loss = crossEntropy(logits, labels)
const zeros = tensor([
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0],
])

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof SluiceError) return error.message
    throw error
  }
  return 'nothing was thrown'
}

test('a label out of range is named with its row and the labels that there are', () => {
  const feeds = { logits: zeros, labels: tensor([0, 2, 1, 3], { dtype: 'i32' }) }
  expect(messageOf(() => evaluate(graph({ loss }), { feeds }))).toBe(
    [
      'INDEX crossEntropy: label 3 is out of range',
      '  where     value crossEntropy: f32[]',
      '  expected  0 to 2: input [4, 3] has 3 classes',
      '  got       3 at target[3]',
      '  fix       count classes from 0, and make the last layer as wide as there are classes',
    ].join('\n'),
  )
})

test('the gradient alone refuses a label out of range as well', () => {
  const [gradient] = gradients(loss, [logits])
  const feeds = { logits: zeros, labels: tensor([0, -1, 1, 2], { dtype: 'i32' }) }
  expect(messageOf(() => evaluate(graph({ gradient }), { feeds }))).toMatch(
    /^INDEX oneHot: label -1 is out of range/,
  )
})

// Expected: torch 1.13, the gradient of torch.nn.functional.cross_entropy in f64.
test('its gradient is softmax less the label, over the number of labels, also for huge logits', () => {
  const x = input('x', [2, 3], { dtype: 'f64' })
  const y = input('y', [2], { dtype: 'i32' })
  const [gradient] = gradients(crossEntropy(x, y), [x])
  const feeds = {
    x: tensor(
      [
        [1, 2, 3],
        [1000, 0, -1000],
      ],
      { dtype: 'f64' },
    ),
    y: tensor([0, 1], { dtype: 'i32' }),
  }
  const { outputs } = evaluate(graph({ gradient }), { feeds })
  const expected = [-0.4549847134148098, 0.12236423552739882, 0.3326204778874109, 0.5, -0.5, 0.0]
  const got = outputs.gradient ? toNumbers(outputs.gradient) : []
  // f64: to half a unit of the 15th decimal, some roundings of numbers below 1.
  for (const [i, g] of expected.entries()) expect(got[i]).toBeCloseTo(g, 15)
})

test('labels that do not fit the logits are a compile error and an error when it is built', () => {
  const five = input('five', [5], { dtype: 'i32' })
  // @ts-expect-error crossEntropy: input [4, 3] needs labels [4], not [5]
  expect(() => crossEntropy(logits, five)).toThrow(
    'SHAPE crossEntropy: target [5] does not label input [4, 3], which needs [4]',
  )
})
