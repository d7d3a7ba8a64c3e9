/** What a worker runs: a script of its own, so that no bundler has to find a second file. */
import { addresses, slots } from './words.ts'

/** How long a worker looks for the next step before it sleeps, in milliseconds. */
const lookMs = 0.3

/** Array buffers of 64 MiB that make V8 collect what nobody holds. */
const pressureBuffers = 4

const word = (address: number): number => address / Int32Array.BYTES_PER_ELEMENT

/**
 * Messages: first `{ words, base, thread, isEager }`, the words of the pool and where its own begin; then
 * `{ id, module, memory }`, a program, and `{ id }`, one that is to be forgotten. Between messages it
 * waits in shared memory, where no event loop takes part in a step.
 */
export const workerSource: string = `'use strict'
const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads')
const programs = new Map()
let words, base, thread, isEager
let handled = 0
let seen = 0

function load({ module, memory }) {
  const shared = new Int32Array(memory.buffer, 0, 256)
  const wait = (generation) => {
    Atomics.add(shared, ${word(addresses.sleepers)}, 1)
    // A call to wake up may come late, from the barrier before.
    while (Atomics.load(shared, ${word(addresses.generation)}) === generation &&
           Atomics.load(shared, ${word(addresses.broken)}) === 0) {
      Atomics.wait(shared, ${word(addresses.generation)}, generation)
    }
    Atomics.sub(shared, ${word(addresses.sleepers)}, 1)
  }
  const wake = () => { Atomics.notify(shared, ${word(addresses.generation)}) }
  const { share } = new WebAssembly.Instance(module, { host: { memory, wait, wake } }).exports
  return (thread, count) => {
    try {
      share(thread, count)
    } catch {
      Atomics.store(shared, ${word(addresses.broken)}, 1)
      Atomics.add(shared, ${word(addresses.generation)}, 1)
      wake()
    }
  }
}

// A worker that sleeps allocates nothing, so nobody would look for the memory of a store that is
// gone. Engines do so when array buffers pile up, even such as are never touched.
function forget(id) {
  programs.delete(id)
  try {
    for (let turn = 0; turn < ${pressureBuffers}; turn++) new ArrayBuffer(2 ** 26)
  } catch {
    // Where there is no room for them, the engine has looked already.
  }
}

function lookForWork() {
  const until = performance.now() + ${lookMs}
  for (let turn = 1; isEager; turn++) {
    if (Atomics.load(words, base) !== seen) return
    if (turn % 256 === 0 && performance.now() > until) break
  }
  Atomics.store(words, base + ${slots.isAsleep}, 1)
  Atomics.wait(words, base, seen)
  Atomics.store(words, base + ${slots.isAsleep}, 0)
}

function work() {
  while (Atomics.load(words, base + ${slots.posted}) === handled) {
    lookForWork()
    seen = Atomics.load(words, base)
    const id = Atomics.exchange(words, base + ${slots.program}, 0)
    if (id !== 0) programs.get(id)(thread, Atomics.load(words, base + ${slots.threads}))
  }
}

function receive(message) {
  if (message.words) ({ words, base, thread, isEager } = message)
  else if (!message.module) forget(message.id)
  else {
    try {
      programs.set(message.id, load(message))
    } catch {
      Atomics.store(words, base + ${slots.hasFailed}, 1)
    }
  }
  handled++
  Atomics.store(words, base + ${slots.handled}, handled)
  work()
}

if (threads?.parentPort) threads.parentPort.on('message', receive)
else globalThis.onmessage = ({ data }) => receive(data)
`
