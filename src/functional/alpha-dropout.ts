import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { type DropoutAttributes, type Dropping, droppingSpec } from './dropping.ts'

/**
 * Each element of x becomes with `probability` what `selu` tends to far below 0; all are then scaled
 * and moved so that mean 0 and variance 1 stay: dropout for networks of `selu`.
 *
 * Shapes: x [...], key u32[2] → x's shape.
 * Throws: ATTRIBUTE for a probability outside [0, 1].
 * Source: PyTorch `alpha_dropout` with `training=True`; Klambauer et al., "Self-normalizing neural
 * networks".
 */
export const alphaDropout: Gate<Dropping<'alphaDropout'>> = defineGate<
  Dropping<'alphaDropout'>,
  ['x', 'key'],
  DropoutAttributes
>(
  droppingSpec({
    name: 'alphaDropout',
    drops: 'elements',
    to: 'saturation',
    // Expected values: jax.random.bernoulli(key, 1 - probability), JAX 0.10, and what torch 1.13's
    // torch.alpha_dropout makes of the kept and of the others.
    samples: [
      {
        x: [
          [1, -2, 3],
          [4, 0.5, -1],
        ],
        key: [0, 7],
        output: [
          [-0.7791939305180315, -0.7791939305180315, 3.4384086145158275],
          [4.324813509181759, -0.7791939305180315, -0.7791939305180315],
        ],
      },
      {
        x: [
          [1, -2, 3],
          [4, 0.5, -1],
        ],
        key: [0, 7],
        with: [{ probability: 0.3 }],
        output: [
          [1.315044684383419, -1.0595481589864801, 3.036949916876131],
          [3.8979025331224872, -1.0595481589864801, -0.40686054810929323],
        ],
      },
      { x: [1, -2, 3], key: [0, 7], with: [{ probability: 0 }], output: [1, -2, 3] },
      { x: [1, -2, 3], key: [0, 7], with: [{ probability: 1 }], output: [0, 0, 0] },
    ],
  }),
)
