/** Activations as layers, with torch.nn's names in camelCase. */
import type { CeluOptions } from '../functional/celu.ts'
import type { HardtanhOptions } from '../functional/hardtanh.ts'
import * as functional from '../functional/index.ts'
import type { RreluOptions } from '../functional/rrelu.ts'
import type { ShrinkOptions } from '../functional/shrinking.ts'
import type { EluOptions } from '../gates/elu.ts'
import type { GeluOptions } from '../gates/gelu.ts'
import * as gates from '../gates/index.ts'
import type { LeakyReluOptions } from '../gates/leaky-relu.ts'
import type { SoftplusOptions } from '../gates/softplus.ts'
import type { Value } from '../ir/value.ts'
import { alone, createLayer, type Layer, type Place, plainLayer } from './layer.ts'

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

/** x above 0, else alpha · (exp(x / alpha) − 1). Source: PyTorch `torch.nn.CELU`. */
export function celu(options: CeluOptions = {}): Layer {
  return plainLayer(described('celu', options), (x) => functional.celu(x, options))
}

/** The first half along an axis times the sigmoid of the second. Source: PyTorch `torch.nn.GLU`. */
export function glu(axis = -1): Layer {
  return plainLayer(described('glu', { axis }), (x) => functional.glu(x, axis))
}

/** x, or 0 where |x| ≤ lambda. Source: PyTorch `torch.nn.Hardshrink`. */
export function hardshrink(options: ShrinkOptions = {}): Layer {
  return plainLayer(described('hardshrink', options), (x) => functional.hardshrink(x, options))
}

/** A sigmoid of three straight lines. Source: PyTorch `torch.nn.Hardsigmoid`. */
export function hardsigmoid(): Layer {
  return plainLayer('hardsigmoid', (x) => functional.hardsigmoid(x))
}

/** x · hardsigmoid(x). Source: PyTorch `torch.nn.Hardswish`. */
export function hardswish(): Layer {
  return plainLayer('hardswish', (x) => functional.hardswish(x))
}

/** x between two numbers, by default ±1. Source: PyTorch `torch.nn.Hardtanh`. */
export function hardtanh(options: HardtanhOptions = {}): Layer {
  return plainLayer(described('hardtanh', options), (x) => functional.hardtanh(x, options))
}

/** log(sigmoid(x)). Source: PyTorch `torch.nn.LogSigmoid`. */
export function logSigmoid(): Layer {
  return plainLayer('logSigmoid', (x) => functional.logSigmoid(x))
}

/** x · tanh(softplus(x)). Source: PyTorch `torch.nn.Mish`. */
export function mish(): Layer {
  return plainLayer('mish', (x) => functional.mish(x))
}

/** x between 0 and 6. Source: PyTorch `torch.nn.ReLU6`. */
export function relu6(): Layer {
  return plainLayer('relu6', (x) => functional.relu6(x))
}

/**
 * x above 0, else a part of it: drawn for each element in the graph that trains, the middle of
 * `lower` and `upper` in the one that evaluates. Source: PyTorch `torch.nn.RReLU`.
 */
export function rrelu(options: RreluOptions = {}): Layer {
  return rreluAt(options, alone)
}

/** 1.0507 · (x, or 1.6733 (exp(x) − 1) below 0). Source: PyTorch `torch.nn.SELU`. */
export function selu(): Layer {
  return plainLayer('selu', (x) => functional.selu(x))
}

/** The softmax of the channels at each place of an image, axis −3: PyTorch's `torch.nn.Softmax2d`. */
export function softmax2d(): Layer {
  return plainLayer('softmax2d', (x) => gates.softmax(x, -3))
}

/** The softmax of −x along an axis, by default the last. Source: PyTorch `torch.nn.Softmin`. */
export function softmin(axis = -1): Layer {
  return plainLayer(described('softmin', { axis }), (x) => functional.softmin(x, axis))
}

/** x brought by lambda towards 0. Source: PyTorch `torch.nn.Softshrink`. */
export function softshrink(options: ShrinkOptions = {}): Layer {
  return plainLayer(described('softshrink', options), (x) => functional.softshrink(x, options))
}

/** x / (1 + |x|). Source: PyTorch `torch.nn.Softsign`. */
export function softsign(): Layer {
  return plainLayer('softsign', (x) => functional.softsign(x))
}

/** x − tanh(x). Source: PyTorch `torch.nn.Tanhshrink`. */
export function tanhshrink(): Layer {
  return plainLayer('tanhshrink', (x) => functional.tanhshrink(x))
}

/** x above a threshold, else another number. Source: PyTorch `torch.nn.Threshold`. */
export function threshold(bound: number, value: number): Layer {
  const description = described('threshold', { bound, value })
  return plainLayer(description, (x) => functional.threshold(x, bound, value))
}

function rreluAt(options: RreluOptions, { path }: Place): Layer {
  const { lower = 1 / 8, upper = 1 / 3 } = options
  const negativeSlope = (lower + upper) / 2
  return createLayer(
    (x, pass) => {
      if (!pass) return gates.leakyRelu(x, { negativeSlope })
      const key = pass.keyFor(path) as Value<readonly [2], 'u32'> // as it says
      return functional.rrelu(x, key, { lower, upper })
    },
    {
      description: described('rrelu', options),
      parameters: {},
      torch: {},
      numberCount: 0,
      at: (at, number) => rreluAt(options, { path: at, number }),
    },
  )
}

/** `elu(alpha 0.5)`; the name alone where nothing was chosen. */
function described(name: string, options: object): string {
  const chosen = Object.entries(options).map(([option, value]) => `${option} ${value}`)
  return chosen.length === 0 ? name : `${name}(${chosen.join(', ')})`
}
