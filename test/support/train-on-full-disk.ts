/**
 * A process that trains in a folder whose disk it fills up in the middle, makes room again and
 * resumes; it says on stdout, in JSON, what happened. `limited` stands in for a disk of its own where
 * the system gives none: writing then fails after half of the bytes.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import * as files from 'node:fs/promises'
import { join } from 'node:path'
import { fit, loadCheckpoint, loadModel } from '../../src/train/index.ts'
import { maskedNetwork, maskedTraining } from './masked-training.ts'

const [folder = '', kind = ''] = process.argv.slice(2)
const path = join(folder, 'model.safetensors')
const filler = join(folder, 'filler')
let isFull = false

function fillDisk(): void {
  isFull = true
  const descriptor = openSync(filler, 'w')
  try {
    for (let size = kind === 'limited' ? 0 : 4096; size >= 1; ) {
      try {
        writeSync(descriptor, new Uint8Array(size))
      } catch {
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(descriptor)
  }
}

const limited = {
  ...files,
  async open(target: string, flags: string) {
    const handle = await files.open(target, flags)
    return {
      async writeFile(bytes: Uint8Array) {
        if (!isFull) return handle.writeFile(bytes)
        await handle.writeFile(bytes.subarray(0, bytes.length / 2))
        const message = 'ENOSPC: no space left on device, write'
        throw Object.assign(new Error(message), { code: 'ENOSPC' })
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  },
}

const options = () => ({
  ...maskedTraining(),
  epochs: 7,
  checkpoint: {
    ...{ path, everySteps: 1, model: { network: maskedNetwork } },
    ...(kind === 'limited' && { files: limited }),
  },
})

const message = await fit({
  ...options(),
  onStep: ({ step }) => {
    if (step === 10) fillDisk()
  },
}).then(
  () => 'it was saved',
  (error: Error) => error.message,
)
const { course } = await loadCheckpoint(path)
const { layer } = await loadModel(path)
const names = await files.readdir(folder)
await files.rm(filler)
isFull = false
await fit({ ...options(), resume: path })
const bytes = (await files.readFile(path)).toString('base64')
const parameters = Object.keys(layer.parameters)
process.stdout.write(JSON.stringify({ message, step: course.step, parameters, names, bytes }))
