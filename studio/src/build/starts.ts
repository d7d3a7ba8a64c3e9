/** Where building begins: documents that fit, from the smallest up. */
import { initialOptions, type StepKind } from './catalogue.ts'
import type { ModelDocument, Step } from './document.ts'
import type { Options } from './options.ts'

function step(name: string, kind: StepKind, options: Options = {}): Step {
  return { name, kind, options: { ...initialOptions(kind), ...options } }
}

function sum(name: string, other: string): Step {
  return { name, kind: 'add', other, options: {} }
}

function linear(name: string, inFeatures: number, outFeatures: number): Step {
  return step(name, 'linear', { inFeatures, outFeatures })
}

const network: ModelDocument = {
  ...{ version: 1, title: 'The [2, 3, 1] network', input: { shape: [4, 2] } },
  steps: [linear('z2', 2, 3), step('a2', 'sigmoid'), linear('z3', 3, 1)],
  ...{ criterion: 'mse', seed: 1 },
}

const digits: ModelDocument = {
  ...{ version: 1, title: 'An MLP on digits', input: { shape: [8, 64] } },
  steps: [
    ...[linear('z2', 64, 32), step('a2', 'relu'), linear('z3', 32, 16), step('a3', 'relu')],
    linear('z4', 16, 10),
  ],
  ...{ criterion: 'crossEntropy', seed: 1 },
}

const images: ModelDocument = {
  ...{ version: 1, title: 'A small CNN', input: { shape: [4, 1, 8, 8] } },
  steps: [
    step('z2', 'conv2d', { inChannels: 1, outChannels: 4, kernel: 3, padding: 1 }),
    ...[step('a2', 'relu'), step('h2', 'maxPool2d', { window: 2 })],
    step('z3', 'conv2d', { inChannels: 4, outChannels: 8, kernel: 3, padding: 1 }),
    ...[step('a3', 'relu'), step('h3', 'maxPool2d', { window: 2 }), step('h4', 'flatten')],
    linear('z4', 32, 10),
  ],
  ...{ criterion: 'crossEntropy', seed: 1 },
}

const attention: ModelDocument = {
  ...{ version: 1, title: 'An attention block', input: { shape: [2, 6], tokens: 12 } },
  steps: [
    step('h2', 'embedding', { count: 12, width: 8 }),
    step('h3', 'layerNorm', { width: 8 }),
    step('h4', 'multiheadAttention', { width: 8, heads: 2, isCausal: true }),
    sum('h5', 'h2'),
    step('h6', 'layerNorm', { width: 8 }),
    ...[linear('z2', 8, 16), step('a2', 'gelu'), linear('z3', 16, 8)],
    sum('h7', 'h5'),
    linear('z4', 8, 12),
    step('h8', 'reshape', { shape: [-1, 12] }),
  ],
  ...{ criterion: 'crossEntropy', seed: 1 },
}

export const starts: Readonly<Record<string, ModelDocument>> = {
  network,
  digits,
  images,
  attention,
}
export const firstDocument: ModelDocument = network
