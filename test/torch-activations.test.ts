/** Activations against PyTorch. */
import * as sluice from 'sluice'
import * as nn from 'sluice/nn'
import { type Build, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/activations.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  relu: (given) => sluice.relu(given('x')),
  leakyRelu: (given, { slope }) => sluice.leakyRelu(given('x'), { negativeSlope: slope }),
  elu: (given, { alpha }) => sluice.elu(given('x'), { alpha }),
  gelu: (given) => sluice.gelu(given('x')),
  silu: (given) => sluice.silu(given('x')),
  softplus: (given, { beta }) => sluice.softplus(given('x'), { beta }),
  mish: (given) => sluice.mish(given('x')),
  selu: (given) => sluice.selu(given('x')),
  celu: (given, { alpha }) => sluice.celu(given('x'), { alpha }),
  hardtanh: (given, options) => sluice.hardtanh(given('x'), options),
  relu6: (given) => sluice.relu6(given('x')),
  hardsigmoid: (given) => sluice.hardsigmoid(given('x')),
  hardswish: (given) => sluice.hardswish(given('x')),
  softsign: (given) => sluice.softsign(given('x')),
  tanhshrink: (given) => sluice.tanhshrink(given('x')),
  softshrink: (given, options) => sluice.softshrink(given('x'), options),
  hardshrink: (given, options) => sluice.hardshrink(given('x'), options),
  threshold: (given, { threshold, value }) => sluice.threshold(given('x'), threshold, value),
  logSigmoid: (given) => sluice.logSigmoid(given('x')),
  softmin: (given, { axis }) => sluice.softmin(given('x'), axis),
  glu: (given, { axis }) => sluice.glu(given('x'), axis),
  // Without chance, as PyTorch's is by default.
  rrelu: (given, options) => nn.rrelu(options)(given('x')),
  prelu: (given) => sluice.prelu(given('x'), given('weight')),
  softmax2d: (given) => nn.softmax2d()(given('x')),
}

testRecording(recorded, builders)
