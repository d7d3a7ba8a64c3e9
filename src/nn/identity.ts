import { type Layer, plainLayer } from './layer.ts'

/** What it is given: a place in a model where nothing is done. Source: PyTorch `torch.nn.Identity`. */
export function identity(): Layer {
  return plainLayer('identity', (x) => x)
}
