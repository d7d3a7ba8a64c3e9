/**
 * A loop of multiplications and additions in registers and nothing else: what a second thread can
 * add on this machine, before memory, barriers and anyone's skill come into it.
 */
import { Worker } from 'node:worker_threads'
import type { LoadPeer } from './peer.ts'

const turnsPerChunk = 100_000

export const loadMultiplyAdd: LoadPeer = async ({ threads }) => {
  const module = await WebAssembly.compile(loopBytes())
  const { exports } = await WebAssembly.instantiate(module)
  const loop = exports.loop as (turns: number) => number // as it is written below
  const work = (chunks: number) => {
    for (let chunk = 0; chunk < chunks; chunk++) loop(turnsPerChunk)
  }
  const helpers = Array.from({ length: threads - 1 }, () => startHelper(module))
  return () => ({
    // One repetition is two chunks, shared out among the threads.
    run: async (count) => {
      const share = Math.ceil((2 * count) / threads)
      const others = helpers.map((help) => help(share))
      work(share)
      await Promise.all(others)
      return 0
    },
    sample: () => [],
  })
}

function startHelper(module: WebAssembly.Module): (chunks: number) => Promise<void> {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { loop } = new WebAssembly.Instance(workerData).exports
    parentPort.on('message', (chunks) => {
      for (let chunk = 0; chunk < chunks; chunk++) loop(${turnsPerChunk})
      parentPort.postMessage(chunks)
    })`
  const worker = new Worker(source, { eval: true, workerData: module })
  return (chunks) =>
    new Promise((resolve) => {
      worker.once('message', () => resolve())
      worker.postMessage(chunks)
    })
}

/** Eight sums of four lanes, as many as keep a core's multipliers and adders busy. */
function loopBytes(): Uint8Array<ArrayBuffer> {
  const sums = [1, 2, 3, 4, 5, 6, 7, 8]
  const factor = 9
  const simd = (...code: number[]) => [0xfd, ...code]
  const [multiply, add, splat, lane] = [simd(0xe6, 1), simd(0xe4, 1), simd(0x13), simd(0x1f, 0)]
  const get = (local: number) => [0x20, local]
  const constant = (number: number) => [0x43, ...new Uint8Array(Float32Array.of(number).buffer)]
  // x ← x · 0.5 + 0.5 stays at 1.
  const turn = sums.flatMap((sum) => [
    ...[...get(sum), ...get(factor), ...multiply, ...get(factor), ...add],
    ...[0x21, sum],
  ])
  const body = [
    ...[1, 9, 0x7b],
    ...[...constant(0.5), ...splat, 0x21, factor],
    ...[0x03, 0x40, ...turn],
    ...[...get(0), 0x41, 0x7f, 0x6a, 0x22, 0, 0x0d, 0, 0x0b],
    ...[...get(1), ...lane, 0x0b],
  ]
  const section = (id: number, content: readonly number[]) => [id, ...size(content), ...content]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 4, ...new TextEncoder().encode('loop'), 0, 0]),
    ...section(10, [1, ...size(body), ...body]),
  ])
}

/** A length of less than 2^14 as LEB128. */
function size({ length }: readonly number[]): readonly number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7]
}
