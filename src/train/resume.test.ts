import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { maskedNetwork, maskedTraining } from '../../test/support/masked-training.ts'
import { type Dataset, iris } from '../data/index.ts'
import type { Value } from '../ir/value.ts'
import { sgd } from '../optim/index.ts'
import type { Store } from '../runtime/store.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { fit as fitModel } from './fit.ts'
import type { CheckpointOptions, FitOptions, StepReport, StopReason } from './fit-options.ts'
import { loadModel } from './model-file.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-resume-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const epochs = 7
const model = { network: maskedNetwork, classes: ['upper', 'lower'] }

/** Trains, saved to `name`; aborted after `stopAt` steps where that is given. */
async function train(
  name: string,
  options: Partial<FitOptions> & {
    readonly stopAt?: number
    readonly saving?: Partial<CheckpointOptions>
  } = {},
): Promise<{ readonly store: Store; readonly bytes: Buffer; readonly stopped: StopReason }> {
  const { stopAt, saving, ...rest } = options
  const path = join(folder, name)
  const controller = new AbortController()
  const { store, stopped } = await fitModel({
    ...{ ...maskedTraining(), epochs, signal: controller.signal },
    checkpoint: { path, model, everySeconds: 1e6, ...saving },
    onStep: ({ step }) => {
      if (step === stopAt) controller.abort()
    },
    ...rest,
  })
  return { store, bytes: await readFile(path), stopped }
}

describe('training that was interrupted', () => {
  // Within an epoch, at its ends, in its last and smaller batch; every other step: resume.full.test.ts.
  test.each([1, 2, 6, 7, 8, 21, 27, 48])(
    'after step %i comes to the same file, bit by bit, as if it had not been',
    async (stopAt) => {
      const whole = await train('whole.safetensors')
      expect(whole.stopped).toBe('epochs')
      const part = await train('part.safetensors', { stopAt })
      expect([part.stopped, part.bytes.equals(whole.bytes)]).toEqual(['aborted', false])
      const resumed = await train('part.safetensors', { resume: join(folder, 'part.safetensors') })
      expect(resumed.bytes.equals(whole.bytes)).toBe(true)
      expect(contentsOf(resumed.store)).toEqual(contentsOf(whole.store))
    },
  )

  test('by a saved step, by an epoch or by time comes to the same as well', async () => {
    const whole = await train('whole.safetensors')
    for (const saving of [{ everySteps: 3 }, { everyEpochs: 2 }, { everySeconds: 0 }]) {
      // Nothing is saved after a callback throws, as after a crash.
      await expect(train('part.safetensors', { saving, onStep: crashAt(33) })).rejects.toThrow(
        'crashed at step 33',
      )
      const resume = join(folder, 'part.safetensors')
      const resumed = await train('part.safetensors', { resume, saving })
      expect(resumed.bytes.equals(whole.bytes)).toBe(true)
    }
  })

  test('keeps its patience and its best weights', async () => {
    const early = { earlyStop: { patience: 3 }, watch: 'accuracy', epochs: 60 } as const
    const whole = await train('early.safetensors', early)
    expect(whole.stopped).toBe('early')
    const { course } = await loadCheckpoint(join(folder, 'early.safetensors'))
    expect(course.waited).toBe(3)
    expect(course.best?.epoch).toBe(course.epoch - 3)
    for (let stopAt = 1; stopAt < course.step; stopAt += 11) {
      await train('part.safetensors', { ...early, stopAt })
      const resume = join(folder, 'part.safetensors')
      const resumed = await train('part.safetensors', { ...early, resume })
      expect(resumed.stopped).toBe('early')
      expect(resumed.bytes.equals(whole.bytes), `stopped at step ${stopAt}`).toBe(true)
      expect(contentsOf(resumed.store)).toEqual(contentsOf(whole.store))
    }
  })

  test('without the early stop that it had ends with its last weights', async () => {
    const early = { earlyStop: { patience: 3 }, watch: 'accuracy', epochs: 60 } as const
    await train('part.safetensors', early) // stopped three epochs after its best
    const resume = join(folder, 'part.safetensors')
    const { earlyStop: _, ...plain } = early
    const resumed = await train('part.safetensors', { ...plain, resume })
    const whole = await train('whole.safetensors', plain)
    expect(resumed.stopped).toBe('epochs')
    expect(contentsOf(resumed.store)).toEqual(contentsOf(whole.store))
  })

  test('asks `until` no earlier than it would have been', async () => {
    const asked: number[] = []
    const until = ({ step }: { readonly step: number }) => {
      asked.push(step)
      return false
    }
    await train('part.safetensors', { stopAt: 9 }) // within the second epoch
    await train('part.safetensors', { resume: join(folder, 'part.safetensors'), until })
    const whole: number[] = []
    await train('whole.safetensors', {
      until: ({ step }) => {
        whole.push(step)
        return false
      },
    })
    expect([...new Set(asked)]).toEqual([...new Set(whole)].filter((step) => step > 9))
  })

  test('that is done already does nothing more', async () => {
    const whole = await train('whole.safetensors')
    const resume = join(folder, 'whole.safetensors')
    const again = await train('again.safetensors', { resume, onStep: () => expect.unreachable() })
    expect([again.stopped, again.bytes.equals(whole.bytes)]).toEqual(['epochs', true])
  })
})

describe('a checkpoint', () => {
  test('is a model too, of the weights as they are', async () => {
    const { store } = await train('part.safetensors', { stopAt: 17 })
    const loaded = await loadModel(join(folder, 'part.safetensors'))
    expect(loaded.network).toEqual(maskedNetwork)
    expect(loaded.classes).toEqual(['upper', 'lower'])
    for (const key of Object.keys(loaded.layer.parameters)) {
      expect(loaded.store.get(key)).toEqual(store.get(key))
    }
  })

  test('is a model of the best weights where those are wanted', async () => {
    const early = { earlyStop: { patience: 3 }, watch: 'accuracy', epochs: 60 } as const
    const { store } = await train('early.safetensors', early)
    const path = join(folder, 'early.safetensors')
    const { layer, store: loaded, metrics } = await loadModel(path)
    const { course, states, bestWeights } = await loadCheckpoint(path)
    expect(metrics?.accuracy).toBe(course.best?.heldOut?.accuracy)
    for (const key of Object.keys(layer.parameters)) {
      expect(loaded.get(key)).toEqual(store.get(key))
      expect(bestWeights?.get(key)).toEqual(store.get(key))
      expect(states.get(key)).not.toEqual(store.get(key)) // three epochs further
    }
  })

  test('has the best model beside it with keepBest', async () => {
    await train('kept.safetensors', { saving: { keepBest: true }, watch: 'loss' })
    const { course } = await loadCheckpoint(join(folder, 'kept.safetensors'))
    const best = await loadModel(join(folder, 'kept.best.safetensors'))
    expect(best.metrics?.loss).toBe(course.best?.value)
  })

  test('leaves no temporary file behind', async () => {
    await train('tidy.safetensors', { saving: { everySteps: 1 } })
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('resuming is refused', () => {
  const path = () => join(folder, 'saved.safetensors')
  const refusal = async (options: Partial<FitOptions>) => {
    await train('saved.safetensors', { stopAt: 9 })
    const asked = train('saved.safetensors', { resume: path(), ...options })
    return asked.then(
      () => 'it was resumed',
      (error: Error) => error.message.replaceAll(folder, 'folder'),
    )
  }

  test('with other settings', async () => {
    expect(await refusal({ batchSize: 5 })).toBe(
      'OPTION fit: folder/saved.safetensors was saved by another training\n' +
        '  where     batchSize\n' +
        '  expected  4, as it was saved\n' +
        '  got       5\n' +
        '  fix       resume with the same settings and data, or train afresh without `resume`',
    )
    expect(await refusal({ seed: 6 })).toContain('where     seed\n  expected  5, as it was saved\n')
  })

  test('with other data', async () => {
    const { train, heldOut } = maskedTraining()
    const moons = train as Dataset // it is given one
    expect(await refusal({ train: heldOut ?? moons })).toContain(
      '  where     examples to train on\n  expected  26, as it was saved\n  got       14\n',
    )
    const inputs = { ...moons.inputs, data: moons.inputs.data.slice() }
    inputs.data[7] = 0
    expect(await refusal({ train: { ...moons, inputs } })).toMatch(
      / {2}where {5}digest of the examples to train on\n {2}expected {2}[0-9a-f]{16}, as/,
    )
  })

  test('with another optimizer', async () => {
    const optimizer = (J: Value) => sgd(J, { learningRate: 0.1, momentum: 0.9 })
    expect(await refusal({ optimizer })).toBe(
      'FILE folder/saved.safetensors: the checkpoint is of another model or optimizer\n' +
        '  where     state "0.weight.velocity"\n' +
        '  expected  f32[2, 6]\n' +
        '  got       none\n' +
        '  fix       resume with the same layers and optimizer, or train afresh without `resume`',
    )
  })

  test('with a model that only predicts', async () => {
    await train('kept.safetensors', { saving: { keepBest: true } })
    const resume = join(folder, 'kept.best.safetensors')
    await expect(train('kept.safetensors', { resume })).rejects.toThrow(
      `FILE ${resume} is a model, but no checkpoint\n` +
        '  expected  what its training needs to go on\n' +
        '  got       weights alone\n' +
        '  fix       resume from a file that training saved by `checkpoint`',
    )
  })
})

describe('fit', () => {
  test('stops where `until` says so, measured though it is between two reports', async () => {
    const until = ({ loss }: { readonly loss: number }) => loss < 0.5
    const { heldOut, stopped, epoch, loss } = await fitModel({
      ...{ ...maskedTraining(), epochs: 200, reportEvery: 150, until },
    })
    expect([stopped, loss < 0.5, epoch < 150]).toEqual(['until', true, true])
    expect(heldOut?.examples).toBe(14)
  })

  test('takes what it has when it is aborted: the running epoch so far', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const { epoch, step, loss, stopped } = await fitModel({
      ...{ ...maskedTraining(), epochs, signal },
      onStep: ({ step, position, examples, loss }) => {
        expect([position, examples]).toEqual([Math.min(26, 4 * (((step - 1) % 7) + 1)), 26])
        expect(loss).toBeGreaterThan(0)
        if (step === 10) controller.abort()
      },
    })
    expect([epoch, step, stopped]).toEqual([2, 10, 'aborted'])
    expect(loss).toBeGreaterThan(0)
  })

  test('that is aborted before it begins has taken no step', async () => {
    const { epoch, step, loss, stopped } = await fitModel({
      ...{ ...maskedTraining(), epochs, signal: AbortSignal.abort() },
    })
    expect([epoch, step, loss, stopped]).toEqual([0, 0, Number.NaN, 'aborted'])
  })

  test('lets a timer abort it', async () => {
    const signal = AbortSignal.timeout(50)
    const { stopped } = await fitModel({
      ...maskedTraining(),
      epochs: 1e6,
      reportEvery: 1e6,
      signal,
    })
    expect(stopped).toBe('aborted')
  })

  test('watches only what is measured', async () => {
    const data = await iris()
    const asked = fitModel({ ...maskedTraining(), train: data, heldOut: data, epochs, watch: 'r2' })
    await expect(asked).rejects.toThrow(
      'OPTION fit: r2 is not measured here, so it cannot be watched\n' +
        '  expected  loss, accuracy\n' +
        '  got       r2\n' +
        '  fix       watch one of those',
    )
  })

  test('says at once that it could not save', async () => {
    const path = join(folder, 'nowhere', 'model.safetensors')
    const asked = fitModel({ ...maskedTraining(), epochs, checkpoint: { path } })
    await expect(asked).rejects.toThrow(
      `FILE ${path} cannot be written: its folder does not exist\n` +
        '  got       ENOENT: no such file or directory\n' +
        '            nothing was written\n' +
        '  fix       make the folder first',
    )
  })
})

function crashAt(last: number): (report: StepReport) => void {
  return ({ step }) => {
    if (step === last) throw new Error(`crashed at step ${last}`)
  }
}

function contentsOf(store: Store): readonly unknown[] {
  return store.states.map(({ key }) => [key, [...store.get(key).data]])
}
