import { expect, test } from 'vitest'
import { confusionOf, decide, factsOf, frameOf, gridOf } from './train-frame.ts'
import { gridSide, type TrainingSettings } from './train-protocol.ts'
import { startTraining, type TrainingSession } from './train-session.ts'

const xor: TrainingSettings = {
  ...{ dataset: 'xor', hidden: [4], activation: 'sigmoid', criterion: 'mse' },
  ...{ optimizer: 'adam', learningRate: 0.05, batchSize: 4, seed: 1 },
}
// 240 examples to learn from: three batches of 64 and one of 48 in each epoch.
const moons: TrainingSettings = {
  ...{ dataset: 'moons', hidden: [3], activation: 'tanh', criterion: 'crossEntropy' },
  ...{ optimizer: 'momentum', learningRate: 0.1, batchSize: 64, seed: 1 },
}

function run(session: TrainingSession, count: number): string {
  for (let step = 0; step < count; step++) session.step()
  return session.journal.fingerprint(session.parameters.map(({ key }) => key))
}

test('going back to any iteration comes to the same bits again, changed rates included', async () => {
  const session = await startTraining(moons)
  const rest = () => {
    const { losses, measurements, learningRate } = session.journal
    return { losses: [...losses], measurements: [...measurements], learningRate }
  }
  run(session, 30)
  session.journal.setLearningRate(0.02)
  const early = run(session, 7)
  const atEarly = rest()
  const late = run(session, 120)
  const atLate = rest()
  session.rewind(37)
  expect(run(session, 0)).toBe(early)
  expect(rest()).toEqual(atEarly)
  expect(run(session, 120)).toBe(late)
  expect(rest()).toEqual(atLate)
  session.rewind(0)
  expect(session.journal.learningRate).toBe(0.1)
  expect(run(session, 157)).toBe(late)
  expect((await startTraining(moons)).journal.fingerprint([])).toBe('811c9dc5') // of nothing
})

test('a rate that is set anew voids the ones that were to come', async () => {
  const session = await startTraining(xor)
  run(session, 10)
  session.journal.setLearningRate(0.5)
  run(session, 10)
  session.rewind(5)
  session.journal.setLearningRate(0.01)
  run(session, 15)
  expect(session.journal.learningRate).toBe(0.01)
})

test('what is foreseen of a batch is what the next step does, at the rate of that moment', async () => {
  for (const settings of [xor, moons]) {
    const session = await startTraining(settings)
    run(session, 3) // the next batch of moons is the smaller one
    session.journal.setLearningRate(0.3)
    const foreseen = [...session.probe()].map(([key, { next }]) => [key, [...next.data]])
    session.step()
    const found = session.parameters.map(({ key }) => [key, [...session.store.get(key).data]])
    expect(foreseen).toEqual(found)
  }
})

test('a step that cannot be taken names its gate and changes nothing', async () => {
  const session = await startTraining({ ...xor, optimizer: 'sgd', learningRate: 1e6 })
  expect(() => run(session, 100)).toThrow(/^NONFINITE mse made ∞ at step \d+/)
  const { iteration } = session.journal
  const before = run(session, 0)
  expect(() => session.step()).toThrow('NONFINITE')
  expect(run(session, 0)).toBe(before)
  expect(session.journal.iteration).toBe(iteration)
})

test('every criterion takes every number of classes', async () => {
  for (const criterion of ['crossEntropy', 'bceWithLogits', 'mse', 'huber'] as const) {
    for (const dataset of ['circles', 'iris'] as const) {
      const session = await startTraining({ ...xor, criterion, dataset, batchSize: 30 })
      run(session, 2)
      const frame = frameOf(session, factsOf(session, 1), 0)
      expect([...frame.losses].every(Number.isFinite), `${criterion} ${dataset}`).toBe(true)
      const measured = { circles: 60, iris: 30 }[dataset]
      expect(frame.confusion.reduce((a, b) => a + b, 0)).toBe(measured)
    }
  }
})

test('the largest number wins a row, and a single one is the share of class 1', () => {
  const rows = {
    shape: [2, 3],
    dtype: 'f32',
    data: Float32Array.of(0.25, 0.5, 0.25, 2, 0, 1),
  } as const
  expect(decide(rows)).toEqual({ classes: Uint8Array.of(1, 0), shares: Float32Array.of(0.5, 1) })
  const single = { shape: [2, 1], dtype: 'f32', data: Float32Array.of(0.25, 0.75) } as const
  expect(decide(single)).toEqual({
    classes: Uint8Array.of(0, 1),
    shares: Float32Array.of(0.75, 0.75),
  })
})

test('confusions count classes by row and predictions by column', () => {
  const counts = confusionOf(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(0, 1, 1, 1), 2)
  expect([...counts]).toEqual([1, 1, 0, 2])
})

test('the grid goes from the top left to the bottom right, by the middles of its cells', () => {
  const { data } = gridOf({ x: [0, gridSide], y: [0, 2 * gridSide] })
  expect([...data.slice(0, 4)]).toEqual([0.5, 2 * gridSide - 1, 1.5, 2 * gridSide - 1])
  expect([...data.slice(-2)]).toEqual([gridSide - 0.5, 1])
})
