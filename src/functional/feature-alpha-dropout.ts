import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { type DropoutAttributes, type Dropping, droppingSpec } from './dropping.ts'

/**
 * As `alphaDropout`, but whole channels of examples at a time.
 *
 * Shapes: x [n, channels, ...], key u32[2] → x's shape.
 * Throws: SHAPE for fewer than two axes; ATTRIBUTE for a probability outside [0, 1].
 * Source: PyTorch `feature_alpha_dropout` with `training=True`.
 */
export const featureAlphaDropout: Gate<Dropping<'featureAlphaDropout'>> = defineGate<
  Dropping<'featureAlphaDropout'>,
  ['x', 'key'],
  DropoutAttributes
>(
  droppingSpec({
    name: 'featureAlphaDropout',
    drops: 'channels',
    to: 'saturation',
    // Expected values: jax.random.bernoulli(key, 1 - probability), JAX 0.10, and what torch 1.13's
    // torch.feature_alpha_dropout makes of the kept and of the others.
    samples: [
      {
        x: [
          [
            [1, -2],
            [3, 4],
            [0.5, -1],
          ],
          [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
        ],
        key: [0, 7],
        output: [
          [
            [-0.7791939305180315, -0.7791939305180315],
            [-0.7791939305180315, -0.7791939305180315],
            [1.2223963778509974, -0.10721096414790032],
          ],
          [
            [1.6655988251839635, 1.6655988251839635],
            [-0.7791939305180315, -0.7791939305180315],
            [-0.7791939305180315, -0.7791939305180315],
          ],
        ],
      },
    ],
  }),
)
