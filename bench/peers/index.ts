/** Who can be asked to do a work, by the name that a contender gives. */
import { loadBrain } from './brain.ts'
import { loadJax } from './jax-js.ts'
import { loadMicrograd } from './micrograd-work.ts'
import { loadMultiplyAdd } from './multiply-add.ts'
import { loadOnnx } from './onnx.ts'
import type { LoadPeer } from './peer.ts'
import { loadPlain } from './plain.ts'
import { loadSluiceWork } from './sluice-work.ts'
import { loadTensorFlow } from './tensorflow.ts'

export const loadPeers: Readonly<Record<string, LoadPeer>> = {
  sluice: loadSluiceWork,
  'jax-js': loadJax,
  tensorflow: loadTensorFlow,
  onnxruntime: loadOnnx,
  brain: loadBrain,
  plain: loadPlain,
  micrograd: loadMicrograd,
  'multiply-add': loadMultiplyAdd,
}
