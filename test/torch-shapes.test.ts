/** Operations that move, copy or take elements by their places, against PyTorch. */
import { broadcastTensors, meshgrid } from 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/shapes.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  roll: (given, { shifts, axis }) => given('x').roll(shifts, axis ?? undefined),
  tile: (given, { repeats }) => given('x').tile(repeats),
  repeatInterleave: (given, { repeats, axis }) =>
    given('x').repeatInterleave(repeats, axis ?? undefined),
  squeeze: (given, { axis }) => given('x').squeeze(axis),
  unsqueeze: (given, { axis }) => given('x').unsqueeze(axis),
  tril: (given, { diagonal }) => given('x').tril(diagonal),
  triu: (given, { diagonal }) => given('x').triu(diagonal),
  diagonal: (given, options) => given('x').diagonal(options),
  diagEmbed: (given, options) => given('x').diagEmbed(options),
  diag: (given, { diagonal }) => given('x').diag(diagonal),
  trace: (given) => given('x').trace(),
  swapAxes: (given, { axis1, axis2 }) => given('x').swapAxes(axis1, axis2),
  moveAxis: (given, { source, destination }) => given('x').moveAxis(source, destination),
  unfold: (given, { axis, size, step }) => given('x').unfold(axis, size, step),
  chunk: (given, { chunks, axis }) => given('x').chunk(chunks, axis),
  meshgrid: (given, { indexing, count }) =>
    meshgrid(['a', 'b', 'c'].slice(0, count).map(given), { indexing }),
  broadcastTensors: (given) => broadcastTensors([given('a'), given('b'), given('c')]),
}

testRecording(recorded, builders)
