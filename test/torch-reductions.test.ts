/** Reductions and running reductions against PyTorch. */
import 'sluice'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/reductions.json' with { type: 'json' }

type Running = 'cumsum' | 'cumprod' | 'cummax' | 'cummin' | 'logCumSumExp'

const running = (name: Running): Build => {
  return (given, { axis }) => given('x')[name](axis)
}

const builders: Readonly<Record<string, Build>> = {
  var: (given, { axis, ...options }) => given('x').var(axis ?? undefined, options),
  std: (given, { axis, ...options }) => given('x').std(axis ?? undefined, options),
  norm: (given, { p, axis, ...options }) => given('x').norm(Number(p), axis ?? undefined, options),
  any: (given, { axis, ...options }) => given('x').any(axis, options),
  all: (given, { axis, ...options }) => given('x').all(axis, options),
  argmin: (given, { axis }) => given('x').argmin(axis),
  nansum: (given, { axis }) => given('x').nansum(axis),
  cumsum: running('cumsum'),
  cumprod: running('cumprod'),
  cummax: running('cummax'),
  cummin: running('cummin'),
  logCumSumExp: running('logCumSumExp'),
}

testRecording(recorded, builders)
