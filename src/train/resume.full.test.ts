/** What interrupts a training for good: any step, the kernel's kill at any moment, a full disk. */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtProgram } from '../../test/support/built.ts'
import { maskedNetwork, maskedTraining } from '../../test/support/masked-training.ts'
import { fillRandomBits, keyFromSeed } from '../ir/threefry.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { fit as fitModel } from './fit.ts'
import { loadModel } from './model-file.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-killed-'))
  path = join(folder, 'model.safetensors')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Trains to the end, from `resume` where it is given, and gives the bytes of the file. */
async function train(
  epochs: number,
  options: { readonly resume?: string; readonly signal?: AbortSignal } = {},
): Promise<Buffer> {
  const checkpoint = { path, everySeconds: 1e6, model: { network: maskedNetwork } }
  await fitModel({ ...maskedTraining(), epochs, checkpoint, ...options })
  return readFile(path)
}

test('seven epochs that stop after any of their steps and go on come to the same bits', async () => {
  const whole = await train(7)
  for (let stopAt = 1; stopAt <= 49; stopAt++) {
    const controller = new AbortController()
    await fitModel({
      ...{ ...maskedTraining(), epochs: 7, signal: controller.signal },
      checkpoint: { path, everySeconds: 1e6, model: { network: maskedNetwork } },
      onStep: ({ step }) => {
        if (step === stopAt) controller.abort()
      },
    })
    expect((await loadCheckpoint(path)).course.step).toBe(stopAt)
    const resumed = await train(7, { resume: path })
    expect(resumed.equals(whole), `stopped after step ${stopAt}`).toBe(true)
  }
})

describe('kill -9', () => {
  const epochs = 30 // 210 steps
  const kills = 50
  const random = new Uint32Array(2 * kills)
  fillRandomBits(keyFromSeed(2026), random)

  test('at 50 random moments leaves a file that loads, and resuming ends with the same bits', async () => {
    const whole = await train(epochs)
    const places = new Set<number>()
    for (let turn = 0; turn < kills; turn++) {
      await rm(path, { force: true })
      // In any of the first 150 steps, and within the 5 ms that a step and its saving take.
      const [first = 0, second = 0] = random.subarray(2 * turn)
      await killed({ step: 1 + (first % 150), afterMs: (second / 2 ** 32) * 5 })
      // Killed within the first step there is no file yet: then nothing was lost.
      const resume = existsSync(path) ? { resume: path } : {}
      if (resume.resume) {
        const { course } = await loadCheckpoint(path)
        places.add(course.step)
        const { layer, store } = await loadModel(path)
        for (const key of Object.keys(layer.parameters)) expect(store.get(key)).toBeDefined()
      }
      const resumed = await train(epochs, resume)
      expect(resumed.equals(whole)).toBe(true)
      expect(await readdir(folder)).toEqual(['model.safetensors'])
    }
    // That it was a kill in the middle, at moments that differ, and not the end each time.
    places.delete(epochs * 7)
    expect(places.size).toBeGreaterThanOrEqual(kills / 2)
  })

  /** Runs the child and kills it so long after it has taken a step. */
  async function killed({ step, afterMs }: { readonly step: number; readonly afterMs: number }) {
    const argv = [await builtProgram('train-and-save'), path, String(epochs)]
    const running = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve) => running.once('exit', resolve))
    let said = ''
    await new Promise<void>((resolve) => {
      running.once('exit', () => resolve())
      running.stdout.on('data', (text) => {
        said += text
        if (said.split('\n').includes(String(step))) resolve()
      })
    })
    await wait(afterMs)
    running.kill('SIGKILL')
    await ended
  }
})

test('a disk that fills up leaves the last file whole, and training goes on once there is room', async () => {
  const whole = await train(7)
  await rm(path)
  const told = JSON.parse(await onFullDisk())
  expect(told.message.replaceAll(folder, 'folder')).toMatch(
    /^FILE folder\/model\.safetensors cannot be written: the disk is full\n {2}expected {2}room for \d+ bytes\n {2}got {7}ENOSPC: no space left on device\n {12}the file that was there is whole\n {2}fix {7}make room, then save again or resume$/,
  )
  // The disk was filled in step 10, before that was saved.
  expect([told.step, told.parameters]).toEqual([9, ['0.weight', '0.bias', '2.weight', '2.bias']])
  expect(told.names.toSorted()).toEqual(['filler', 'model.safetensors'])
  expect(Buffer.from(told.bytes, 'base64').equals(whole)).toBe(true)
})

const run = promisify(execFile)

/** Runs the child on a disk of 64 kB that only it sees; where there is none to be had, without. */
async function onFullDisk(): Promise<string> {
  const node = [process.execPath, await builtProgram('train-on-full-disk'), folder]
  const mount = 'mount -t tmpfs -o size=64k tmpfs "$0"'
  for (const who of [[], ['--user', '--map-root-user']]) {
    const alone = ['--mount', ...who, 'sh', '-c']
    const canMount = await run('unshare', [...alone, mount, folder]).then(
      () => true,
      () => false,
    )
    if (!canMount) continue
    const { stdout } = await run('unshare', [...alone, `${mount} && exec "$@"`, folder, ...node])
    return stdout
  }
  const [file = '', ...argv] = node
  return (await run(file, [...argv, 'limited'])).stdout
}
