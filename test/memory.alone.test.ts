/** Ten thousand steps take no more memory than one: neither on the heap nor beside it. */
import { compile, createStore, input, mse, parameter, sgd } from 'sluice'
import { expect, test } from 'vitest'

const size = 64

async function network() {
  const x = input('x', [size, 32])
  const y = input('y', [size, 8])
  const hidden = x
    .matmul(parameter('W1', [32, 48]))
    .add(parameter('b1', [48]))
    .tanh()
  const J = mse(hidden.matmul(parameter('W2', [48, 8])), y)
  const updates = sgd(J, { learningRate: 0.01 })
  return compile({ J }, { updates, store: createStore({ seed: 1 }) })
}

test('ten thousand steps leave heap and memory as they were', async () => {
  const step = await network()
  const feeds = {
    x: Float32Array.from({ length: size * 32 }, (_, i) => Math.sin(i)),
    y: Float32Array.from({ length: size * 8 }, (_, i) => Math.cos(i)),
  }
  const run = (count: number) => {
    for (let i = 0; i < count; i++) step.run(feeds)
  }
  run(2000) // until the engine has compiled what it will
  const before = used()
  run(10_000)
  step.repeat(1000, feeds)
  const after = used()
  // Room for what the engine itself keeps; a handle kept from each step would take a megabyte.
  expect(after.heapUsed - before.heapUsed).toBeLessThan(300_000)
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(100_000)
  expect(after.rss - before.rss).toBeLessThan(20_000_000)
})

function used(): NodeJS.MemoryUsage {
  if (!globalThis.gc) throw new Error('run with --expose-gc')
  globalThis.gc()
  return process.memoryUsage()
}
