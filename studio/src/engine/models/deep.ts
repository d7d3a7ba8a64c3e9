/**
 * A transformer of four stages, each wider than the one before and of 55 blocks: 5,071 gates,
 * counted as forward equations of its explanation.
 */
import { crossEntropy, gelu, input } from 'sluice'
import {
  embedding,
  type Layer,
  layerNorm,
  linear,
  module,
  multiheadAttention,
  residual,
  sequential,
} from 'sluice/nn'
import type { BuiltModel } from './built-model.ts'
import { letterCount, letters } from './letters.ts'

const places = 4
const widths = [4, 8, 12, 16] as const

/** The same with other numbers of blocks looks the same, folded. */
export function deep(blocksPerStage = 55): BuiltModel {
  const stage = (width: number) => stageOf(width, blocksPerStage)
  const [first, second, third, last] = widths
  const model = module(
    {
      letters: embedding(letterCount, first),
      stage1: stage(first),
      widen1: linear(first, second),
      stage2: stage(second),
      widen2: linear(second, third),
      stage3: stage(third),
      widen3: linear(third, last),
      stage4: stage(last),
      scores: sequential(layerNorm(last), linear(last, letterCount)),
    },
    (own) => (seen: ReturnType<typeof input>) => {
      const one = own.widen1(own.stage1(own.letters(seen)))
      const two = own.widen2(own.stage2(one))
      return own.scores(own.stage4(own.widen3(own.stage3(two))))
    },
  )
  const seen = input('seen', [places], { dtype: 'i32' })
  const next = input('next', [places], { dtype: 'i32' })
  const J = crossEntropy(model(seen).named('logits'), next).named('J')
  return { J, feeds: { ...letters(places) } }
}

function stageOf(width: number, count: number): Layer {
  return sequential(...Array.from({ length: count }, () => block(width)))
}

function block(width: number): Layer {
  return sequential(
    residual(layerNorm(width), multiheadAttention(width, 2, { isCausal: true })),
    residual(layerNorm(width), linear(width, 2 * width), gelu, linear(2 * width, width)),
  )
}
