/** One block of a transformer: attention and two layers, each beside a way around it. */
import { crossEntropy, gelu, init, input, parameter } from 'sluice'
import { embedding, layerNorm, linear, multiheadAttention, residual, sequential } from 'sluice/nn'
import type { BuiltModel } from './built-model.ts'
import { letterCount, letters } from './letters.ts'

const [places, width, heads] = [6, 8, 2]

export function attention(): BuiltModel {
  const table = embedding(letterCount, width).at('letters')
  const position = parameter('P', [places, width], { init: init.normal(0, 0.1) })
  const block = sequential(
    residual(layerNorm(width), multiheadAttention(width, heads, { isCausal: true })),
    residual(layerNorm(width), linear(width, 2 * width), gelu, linear(2 * width, width)),
    linear(width, letterCount),
  )
  const seen = input('seen', [places], { dtype: 'i32' })
  const next = input('next', [places], { dtype: 'i32' })
  const x = table(seen).add(position).named('x')
  const J = crossEntropy(block(x).named('logits'), next).named('J')
  return { J, feeds: { ...letters(places) } }
}
