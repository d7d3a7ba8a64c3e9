/** The models of vectors/pt/models.py, put together here. */
import type { Value } from 'sluice'
import * as nn from 'sluice/nn'

export type SavedModel = 'mlp' | 'cnn' | 'lstm' | 'encoder'

const layer = nn.transformerEncoderLayer(8, 2, {
  ...{ dimFeedforward: 12, dropout: 0, batchFirst: true, activation: 'gelu' },
})

export const savedModels: Readonly<Record<SavedModel, nn.Module<(x: Value) => Value>>> = {
  mlp: nn.sequential(nn.linear(4, 6), nn.relu(), nn.linear(6, 5), nn.tanh(), nn.linear(5, 3)),
  cnn: nn.sequential(
    nn.conv2d(2, 4, 3, { padding: 1 }),
    nn.batchNorm2d(4),
    nn.relu(),
    nn.maxPool2d(2),
    nn.conv2d(4, 3, 3, { stride: 2, padding: 1, bias: false }),
    nn.batchNorm2d(3),
    nn.flatten(),
    nn.linear(12, 3),
  ),
  lstm: nn.module(
    {
      lstm: nn.lstm(3, 4, { numLayers: 2, bidirectional: true, batchFirst: true }),
      head: nn.linear(8, 2),
    },
    ({ lstm, head }) =>
      (x: Value) =>
        head(
          lstm(x)
            .output.slice([[], [4, 5], []])
            .reshape([2, 8]),
        ),
  ),
  encoder: nn.transformerEncoder(layer, 2),
}
