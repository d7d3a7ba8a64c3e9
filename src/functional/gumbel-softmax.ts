import { defineGate } from '../gates/define.ts'
import { type Key, keyHasTwoWords } from '../gates/random-key.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface GumbelSoftmaxOptions {
  /** The smaller, the nearer to a choice of one. Default 1. */
  readonly temperature?: number
  /** Gives 1 to the largest and 0 to the others, and takes the gradient of the soft choice. */
  readonly hard?: boolean
  /** Default: the last. */
  readonly axis?: number
}

export interface GumbelSoftmax {
  <S extends Shape, D extends DType, T extends Shape, E extends DType>(
    logits: Value<S, D>,
    key: Key<'gumbelSoftmax', T, E>,
    options?: GumbelSoftmaxOptions,
  ): Value<S, D>
}

interface GumbelSoftmaxAttributes {
  readonly [name: string]: number | boolean
  readonly temperature: number
  readonly hard: boolean
  /** Counted from the front. */
  readonly axis: number
}

/**
 * A random choice by the probabilities of the logits that a gradient passes through: the softmax of
 * (logits + Gumbel noise) / temperature along an axis.
 *
 * Shapes: logits [...], key u32[2] → logits' shape.
 * Throws: ATTRIBUTE unless the temperature is above 0, and for an axis that is not there.
 * Source: PyTorch `gumbel_softmax`; Jang et al. 2017. The noise is that of `jax.random.gumbel`.
 *
 * @example
 * gumbelSoftmax(logits, foldIn(randomKey(7), step), { temperature: 0.5, hard: true })
 */
export const gumbelSoftmax: Gate<GumbelSoftmax> = defineGate<
  GumbelSoftmax,
  ['logits', 'key'],
  GumbelSoftmaxAttributes
>({
  name: 'gumbelSoftmax',
  operands: ['logits', 'key'],
  role: 'mixer',
  takes: { logits: 'floating', key: 'u32' },
  call: (logits: Value, key: Value, options: GumbelSoftmaxOptions = {}) => {
    const { temperature = 1, hard = false, axis = -1 } = options
    const counted = normalizeAxis(axis, logits.shape.length, 'gumbelSoftmax')
    return { inputs: [logits, key], attributes: { temperature, hard, axis: counted } }
  },
  constraints: {
    C1: { ...keyHasTwoWords, broken: { logits: 'f32[3]', key: 'u32[3]' } },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'temperature is above 0',
      holds: ({ attributes: { temperature } }) =>
        (temperature > 0 && temperature < Infinity) || `temperature is ${temperature}`,
      fix: 'leave it out for 1',
      broken: { logits: 'f32[3]', key: 'u32[2]', with: [{ temperature: 0 }] },
    },
  },
  expand: ({ gates, logits, key, attributes: { temperature, hard, axis } }) => {
    const words = key as Value<[2], 'u32'> // C1 says so
    const dtype = logits.dtype === 'f64' ? 'f64' : 'f32'
    const chance = gates.uniform(words, logits.shape, { low: smallestNormal, dtype })
    const noise = gates.negate(gates.log(gates.negate(gates.log(chance))))
    const soft = gates.softmax(gates.divide(gates.add(logits, noise), temperature), axis)
    if (!hard) return soft
    const places = gates.iota(logits.shape, axis)
    const winner = gates.argmax(soft, axis, { keepDims: true })
    const choice = gates.cast(gates.equal(places, winner as Value), dtype) // i32, as the places
    // The difference is 0, and its gradient that of the soft choice.
    return gates.add(choice, gates.subtract(soft, gates.stopGradient(soft)))
  },
  equation: ({ logits, key, attributes: { temperature } }) =>
    String.raw`\operatorname{softmax}(\frac{${logits} + \operatorname{gumbel}(${key})}{${temperature}})`,
  // The noise is −log(−log u) of jax.random.uniform(key, (2, 3)), JAX 0.10.
  samples: [
    {
      logits: [
        [1, -2, 0.5],
        [-0.25, -1, 4],
      ],
      key: [0, 7],
      output: [
        [0.5091744311954557, 0.3888615570825567, 0.10196401172198763],
        [0.007947372059335413, 0.009723849960949429, 0.9823287779797151],
      ],
    },
    {
      logits: [
        [1, -2, 0.5],
        [-0.25, -1, 4],
      ],
      key: [0, 7],
      with: [{ temperature: 0.5, axis: 0 }],
      output: [
        [0.981004418696304, 0.9526533678924191, 0.00013553564266078163],
        [0.018995581303696017, 0.04734663210758099, 0.9998644643573392],
      ],
    },
  ],
})

/** Of f32, so that no logarithm is of 0. */
const smallestNormal = 2 ** -126
