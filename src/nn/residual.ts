import * as gates from '../gates/index.ts'
import { createLayer, type Layer, type Stage } from './layer.ts'
import { sequential } from './sequential.ts'

/**
 * x + stages(x): the stages learn what to add. Keys are those of `sequential`.
 *
 * Source: He et al., "Deep residual learning for image recognition".
 *
 * @example
 * residual(layerNorm(128), multiheadAttention(128, 4, { isCausal: true }))
 */
export function residual(...stages: readonly Stage[]): Layer {
  return around(sequential(...stages))
}

function around(inner: Layer): Layer {
  const { parameters, buffers, torch, numberCount } = inner
  return createLayer((x, pass) => gates.add(x, pass ? inner.training(pass)(x) : inner(x)), {
    ...{ parameters, buffers, torch, numberCount },
    description: `x + (${inner.description})`,
    at: (path, number) => around(inner.at(path, number)),
  })
}
