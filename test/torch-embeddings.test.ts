/** Embeddings, bags of them and the bilinear layer against PyTorch. */
import { bilinear, embedding, embeddingBag } from 'sluice/nn'
import { withTorchState } from './support/torch-modules.ts'
import { testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/embeddings.json' with { type: 'json' }

testRecording(recorded, {
  bilinear: (given, { sizes: [first, second, out], bias = true }) => {
    const [a, b] = [given('a'), given('b')]
    const module = bilinear(first, second, out, { bias, dtype: a.dtype as 'f64' }) // or f32
    return withTorchState(module, given, (own) => [own(a, b)])
  },
  embedding: (given, { given: _, ...options }) => {
    const module = embedding(5, 2, { ...options, dtype: given('weight').dtype })
    return withTorchState(module, given, (own) => [own(given('x'))])
  },
  embeddingBag: (given, { given: names, ...options }) => {
    const module = embeddingBag(5, 2, { ...options, dtype: given('weight').dtype })
    const bags = {
      ...(names.includes('offsets') && { offsets: given('offsets') }),
      ...(names.includes('perSampleWeights') && { perSampleWeights: given('perSampleWeights') }),
    }
    return withTorchState(module, given, (own) => [own(given('x'), bags)])
  },
})
