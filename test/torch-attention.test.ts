/** Attention, its module and rotary embeddings against PyTorch. */
import { rope, scaledDotProductAttention, type Value } from 'sluice'
import { multiheadAttention } from 'sluice/nn'
import { withTorchState } from './support/torch-modules.ts'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/attention.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  attention: (given, { isMasked, ...options }) =>
    scaledDotProductAttention(given('query'), given('key'), given('value'), {
      ...options,
      ...(isMasked && { mask: given('mask') }),
    }),
  multiheadAttention: (given, { given: names, width, heads, weights, isCausal, ...options }) => {
    const query = given('query')
    const has = (name: string): Value | undefined =>
      names.includes(name) ? given(name) : undefined
    const [key = query, mask, keyPaddingMask] = [has('key'), has('mask'), has('keyPaddingMask')]
    const value = has('value') ?? key
    const masks = { ...(mask && !isCausal && { mask }), ...(keyPaddingMask && { keyPaddingMask }) }
    const module = multiheadAttention(width, heads, { ...options, isCausal, dtype: query.dtype })
    return withTorchState(module, given, (own) => {
      if (!weights) return [own(query, key, value, masks)]
      const averageWeights = weights === 'mean'
      const given = own(query, key, value, { ...masks, needWeights: true, averageWeights })
      return [given.output, given.weights]
    })
  },
  rope: (given, { isPlaced, ...options }) =>
    rope(given('x'), { ...options, ...(isPlaced && { positions: given('positions') }) }),
}

testRecording(recorded, builders)
