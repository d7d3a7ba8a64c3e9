import { expect, test } from 'vitest'
import { probeFeatures } from './features.ts'

test('Node from 20.16 on has SIMD, relaxed SIMD and threads', () => {
  const all = { hasSimd: true, hasRelaxedSimd: true, hasThreads: true }
  expect(probeFeatures()).toEqual(all)
})

test('an engine that validates nothing has no features, and the probe does not throw', () => {
  const { validate } = WebAssembly
  try {
    WebAssembly.validate = () => false
    const none = { hasSimd: false, hasRelaxedSimd: false, hasThreads: false }
    expect(probeFeatures()).toEqual(none)
  } finally {
    WebAssembly.validate = validate
  }
})
