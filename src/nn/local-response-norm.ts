import {
  type LocalResponseNormOptions,
  localResponseNorm as localResponseNormGate,
} from '../functional/local-response-norm.ts'
import { checkCount, type Layer, plainLayer } from './layer.ts'

/**
 * Divides each element by what the channels around its own hold: the gate `localResponseNorm` as a
 * layer. Source: PyTorch `torch.nn.LocalResponseNorm`.
 */
export function localResponseNorm(size: number, options: LocalResponseNormOptions = {}): Layer {
  checkCount('localResponseNorm', 'size', size)
  return plainLayer(`localResponseNorm(${size})`, (x) => localResponseNormGate(x, size, options))
}
