/** Layers forward and backward for jax-js, in one jit. It keeps what is asked for: the gradients. */
import { floats } from '../works/fill.ts'
import { type GradientWork, sampleOf } from '../works/work.ts'
import type { Jax, JaxArray } from './jax-types.ts'
import type { Prepared } from './peer.ts'

type Layer = (operands: readonly JaxArray[]) => JaxArray

export function gradientOf(jax: Jax, work: GradientWork): Prepared {
  const { numpy: np, jit, valueAndGrad } = jax
  const layers: Record<GradientWork['of'], Layer> = {
    batchNorm: batchNorm(jax),
    lstm: lstm(jax),
    attention: attention(jax),
    depthwise: depthwise(jax),
  }
  const [upstream, ...wrt] = work.inputs.map((array) =>
    np.array(floats(array)).reshape(beside(array.shape)),
  )
  if (!upstream) throw new Error('a gradient has an upstream')
  const whole = valueAndGrad((operands, weights: JaxArray) =>
    np.sum(layers[work.of](operands).mul(weights)),
  )
  const solve = jit((operands: readonly JaxArray[], weights: JaxArray) => {
    const [sum, gradients] = whole(operands, weights)
    return [sum, ...gradients]
  })
  const call = () =>
    solve(
      wrt.map((array) => array.ref),
      upstream.ref,
    )
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) {
        for (const array of call()) {
          await array.blockUntilReady()
          array.dispose()
        }
      }
      return 0
    },
    sample: async () => {
      const [sum, slope, ...rest] = call()
      for (const array of rest) array.dispose()
      sum?.dispose()
      return sampleOf((await slope?.data()) ?? [])
    },
  }
}

/** One number for each channel stands on axis 1. */
function beside(shape: readonly number[]): number[] {
  return shape.length === 1 ? [1, ...shape, 1, 1] : [...shape]
}

function batchNorm({ numpy: np }: Jax): Layer {
  const over = { keepdims: true }
  return ([x, weight, bias]) => {
    if (!x || !weight || !bias) throw new Error('a batch norm has three operands')
    const centred = x.ref.sub(np.mean(x, [0, 2, 3], over))
    const variance = np.mean(centred.ref.mul(centred.ref), [0, 2, 3], over)
    return centred
      .mul(np.reciprocal(np.sqrt(variance.add(1e-5))))
      .mul(weight)
      .add(bias)
  }
}

/** It has no scan: the steps stand one after the other. */
function lstm({ numpy: np, nn }: Jax): Layer {
  return ([x, inputWeight, hiddenWeight, bias]) => {
    if (!x || !inputWeight || !hiddenWeight || !bias) throw new Error('an lstm has four operands')
    const [steps = 0, batch = 0, width = 0] = x.shape
    const rows = np.matmul(x.reshape([steps * batch, width]), inputWeight).add(bias)
    let h = np.zeros([batch, width])
    let c = np.zeros([batch, width])
    const outputs = np.split(rows, steps, 0).map((element) => {
      const parts = np.split(element.add(np.matmul(h, hiddenWeight.ref)), 4, 1)
      const [i, f, g, o] = parts as [JaxArray, JaxArray, JaxArray, JaxArray] // four parts
      c = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)))
      h = nn.sigmoid(o).mul(np.tanh(c.ref))
      return h.ref
    })
    for (const last of [h, c, hiddenWeight]) last.dispose()
    return np.concatenate(outputs, 0).reshape([steps, batch, width])
  }
}

/** By hand: nn.dotProductAttention needs iterator helpers, which Node 20 has not. */
function attention({ numpy: np, nn }: Jax): Layer {
  return ([query, key, value]) => {
    if (!query || !key || !value) throw new Error('attention has three operands')
    const scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1)
    const scores = np.matmul(query, key.transpose([0, 1, 3, 2])).mul(scale)
    return np.matmul(nn.softmax(scores, -1), value)
  }
}

function depthwise({ lax }: Jax): Layer {
  return ([x, kernel]) => {
    if (!x || !kernel) throw new Error('a convolution has two operands')
    const featureGroupCount = kernel.shape[0] ?? 1
    return lax.convGeneralDilated(x, kernel, [1, 1], 'SAME', { featureGroupCount })
  }
}
