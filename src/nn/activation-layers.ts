/** Activations as layers, with torch.nn's names in camelCase. */
import type { EluOptions } from '../gates/elu.ts'
import type { GeluOptions } from '../gates/gelu.ts'
import * as gates from '../gates/index.ts'
import type { LeakyReluOptions } from '../gates/leaky-relu.ts'
import type { SoftplusOptions } from '../gates/softplus.ts'
import { type Layer, plainLayer } from './layer.ts'

/** max(x, 0). Source: PyTorch `torch.nn.ReLU`. */
export function relu(): Layer {
  return plainLayer('relu', (x) => gates.relu(x))
}

/** x above 0, else a small part of it. Source: PyTorch `torch.nn.LeakyReLU`. */
export function leakyRelu(options: LeakyReluOptions = {}): Layer {
  return plainLayer(described('leakyRelu', options), (x) => gates.leakyRelu(x, options))
}

/** x above 0, else alpha · (exp(x) − 1). Source: PyTorch `torch.nn.ELU`. */
export function elu(options: EluOptions = {}): Layer {
  return plainLayer(described('elu', options), (x) => gates.elu(x, options))
}

/** Hyperbolic tangent. Source: PyTorch `torch.nn.Tanh`. */
export function tanh(): Layer {
  return plainLayer('tanh', (x) => gates.tanh(x))
}

/** 1 / (1 + exp(−x)). Source: PyTorch `torch.nn.Sigmoid`. */
export function sigmoid(): Layer {
  return plainLayer('sigmoid', (x) => gates.sigmoid(x))
}

/** x times the normal distribution's share below x. Source: PyTorch `torch.nn.GELU`. */
export function gelu(options: GeluOptions = {}): Layer {
  return plainLayer(described('gelu', options), (x) => gates.gelu(x, options))
}

/** x · sigmoid(x). Source: PyTorch `torch.nn.SiLU`. */
export function silu(): Layer {
  return plainLayer('silu', (x) => gates.silu(x))
}

/** log(1 + exp(x)). Source: PyTorch `torch.nn.Softplus`. */
export function softplus(options: SoftplusOptions = {}): Layer {
  return plainLayer(described('softplus', options), (x) => gates.softplus(x, options))
}

/** Probabilities along an axis, by default the last. Source: PyTorch `torch.nn.Softmax`. */
export function softmax(axis = -1): Layer {
  return plainLayer(described('softmax', { axis }), (x) => gates.softmax(x, axis))
}

/** Their logarithms along an axis, by default the last. Source: PyTorch `torch.nn.LogSoftmax`. */
export function logSoftmax(axis = -1): Layer {
  return plainLayer(described('logSoftmax', { axis }), (x) => gates.logSoftmax(x, axis))
}

/** `elu(alpha 0.5)`; the name alone where nothing was chosen. */
function described(name: string, options: object): string {
  const chosen = Object.entries(options).map(([option, value]) => `${option} ${value}`)
  return chosen.length === 0 ? name : `${name}(${chosen.join(', ')})`
}
