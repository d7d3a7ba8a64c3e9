/** Convolutions and transposed ones against PyTorch. */
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/convolutions.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  conv1d: (given, options) => conv1d(given('x'), given('kernel'), options),
  conv2d: (given, options) => conv2d(given('x'), given('kernel'), options),
  conv3d: (given, options) => conv3d(given('x'), given('kernel'), options),
  convTranspose1d: (given, options) => convTranspose1d(given('x'), given('kernel'), options),
  convTranspose2d: (given, options) => convTranspose2d(given('x'), given('kernel'), options),
  convTranspose3d: (given, options) => convTranspose3d(given('x'), given('kernel'), options),
}

testRecording(recorded, builders)
