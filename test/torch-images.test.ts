/** Windows as columns, other sizes, shuffles and pads of images against PyTorch. */
import {
  channelShuffle,
  circularPad,
  fold2d,
  interpolate,
  pixelShuffle,
  pixelUnshuffle,
  reflectionPad,
  replicationPad,
  unfold2d,
} from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/images.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  unfold2d: (given, { window, ...options }) => unfold2d(given('x'), window, options),
  fold2d: (given, { size, window, ...options }) => fold2d(given('x'), size, window, options),
  interpolate: (given, options) => interpolate(given('x'), options),
  pixelShuffle: (given) => pixelShuffle(given('x'), 2),
  pixelUnshuffle: (given) => pixelUnshuffle(given('x'), 2),
  channelShuffle: (given) => channelShuffle(given('x'), 3),
  'pad reflect': (given, { low, high }) => reflectionPad(given('x'), low, high),
  'pad replicate': (given, { low, high }) => replicationPad(given('x'), low, high),
  'pad circular': (given, { low, high }) => circularPad(given('x'), low, high),
}

testRecording(recorded, builders)
