/** Transformer layers and stacks against PyTorch. */
import type { Value } from 'sluice'
import {
  layerNorm,
  type Module,
  transformer,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from 'sluice/nn'
import { withTorchState } from './support/torch-modules.ts'
import { type Build, type Options, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/transformers.json' with { type: 'json' }

/** What a case gives beside its parameters, by name: operands, then masks. */
type Operands = Readonly<Record<string, Value>>

function layer<M extends Module>(
  make: (width: number, heads: number, options: Options) => M,
  call: (module: M, operands: Operands) => Value,
): Build {
  return (given, { given: names, width, heads, ...options }) => {
    const operands: Operands = Object.fromEntries(
      (names as readonly string[]).map((name) => [name, given(name)]), // as module_case lists them
    )
    const dtype = Object.values(operands)[0]?.dtype
    const module = make(width, heads, { ...options, dropout: 0, dtype })
    return withTorchState(module, given, (own) => [call(own, operands)])
  }
}

testRecording(recorded, {
  transformerEncoderLayer: layer(transformerEncoderLayer, (own, { x, ...masks }) =>
    own(x as Value, masks),
  ),
  transformerDecoderLayer: layer(transformerDecoderLayer, (own, { target, memory, ...masks }) =>
    own(target as Value, memory as Value, masks),
  ),
  transformerEncoder: layer(
    (width, heads, options) =>
      transformerEncoder(transformerEncoderLayer(width, heads, options), 2, {
        norm: layerNorm(width, options),
      }),
    (own, { src }) => own(src as Value),
  ),
  transformer: layer(
    (width, heads, options) =>
      transformer(width, heads, { ...options, numEncoderLayers: 1, numDecoderLayers: 1 }),
    (own, { src, tgt, mask, padding }) =>
      own(src as Value, tgt as Value, {
        targetMask: mask as Value,
        sourceKeyPaddingMask: padding as Value,
        memoryKeyPaddingMask: padding as Value,
      }),
  ),
})
