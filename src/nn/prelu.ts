import { prelu as preluGate } from '../functional/index.ts'
import type { Init } from '../gates/state.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface PreluOptions {
  /** Default 0.25, as PyTorch. */
  readonly weightInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

/**
 * x above 0, else x times a slope that is learned: one, or one for each channel, which is axis 1.
 *
 * Shapes: x [n, channels, ...] → x; weight [parameters].
 * Throws: OPTION where `parameters` is no count; when it is called, SHAPE where there are more of
 * them than one and not as many as channels.
 * Source: PyTorch `torch.nn.PReLU`.
 *
 * @example
 * const model = sequential(linear(64, 32), prelu(32), linear(32, 10))
 */
export function prelu(parameters = 1, options: PreluOptions = {}): Layer {
  checkCount('prelu', 'parameters', parameters)
  return preluAt({ parameters, ...options }, alone)
}

interface Sizes extends PreluOptions {
  readonly parameters: number
}

function preluAt(sizes: Sizes, place: Place): Layer {
  const { parameters, weightInit = 0.25, dtype = 'f32' } = sizes
  const weight = ownParameter(place, 'weight', {
    ...{ symbol: 'α', shape: [parameters], init: weightInit, dtype },
  })
  return createLayer((x) => preluGate(x, weight), {
    description: parameters === 1 ? 'prelu' : `prelu(${parameters})`,
    parameters: { weight },
    torch: { weight: { name: 'weight' } },
    numberCount: 1,
    at: (path, number) => preluAt(sizes, { path, number }),
  })
}
