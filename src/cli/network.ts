/** The networks that the command line builds: the article's, for any widths. */
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { type Layer, linear, type Stage, sequential } from '../nn/index.ts'
import { choose } from './usage.ts'

const { gelu, relu, sigmoid, silu, softplus, tanh } = gates

/** What may stand between layers. */
export const activations: Readonly<Record<string, (x: Value) => Value>> = {
  sigmoid,
  tanh,
  relu,
  gelu,
  silu,
  softplus,
}

/**
 * Layers of these widths, the activation after each but the last, which is linear. Values are
 * called as in the article: z2 = x · W1 + b1, a2 = sigmoid(z2), z3 = a2 · W2 + b2.
 */
export function buildNetwork(widths: readonly number[], activation: string): Layer {
  const activate = choose('activation', activation, activations)
  const count = widths.length - 1
  const stages = Array.from({ length: count }, (_, index): readonly Stage[] => {
    const number = index + 2
    const layer = linear(widths[index] ?? 0, widths[index + 1] ?? 0) // inside by the loop
    if (index === count - 1) return [layer, (z) => z.named(`z${number}`)]
    return [layer, (z) => activate(z.named(`z${number}`)).named(`a${number}`)]
  })
  return sequential(...stages.flat())
}

/** How many numbers a network of these widths learns. */
export function parameterCount(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, index) => sum + ((widths[index] ?? 0) + 1) * width, 0)
}
