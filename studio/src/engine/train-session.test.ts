import { expect, test } from 'vitest'
import { failedStepOf } from './train-fault.ts'
import { confusionOf, decide, factsOf, frameOf, gridOf } from './train-frame.ts'
import { gridSide, type TrainingSettings } from './train-protocol.ts'
import { startTraining, type TrainingSession } from './train-session.ts'
import { createTableShelf } from './train-table.ts'

const xor: TrainingSettings = {
  ...{ dataset: 'xor', hidden: [4], activation: 'sigmoid', criterion: 'mse' },
  ...{ optimizer: 'adam', learningRate: 0.05, batchSize: 4, seed: 1 },
}
// 240 examples to learn from: three batches of 64 and one of 48 in each epoch.
const moons: TrainingSettings = {
  ...{ dataset: 'moons', hidden: [3], activation: 'tanh', criterion: 'crossEntropy' },
  ...{ optimizer: 'momentum', learningRate: 0.1, batchSize: 64, seed: 1 },
}

const diverging: TrainingSettings = { ...xor, optimizer: 'sgd', learningRate: 1e6 }
const tables = createTableShelf()

function run(session: TrainingSession, count: number): string {
  for (let step = 0; step < count; step++) session.step()
  return session.journal.fingerprint(session.parameters.map(({ key }) => key))
}

test('going back to any iteration comes to the same bits again, changed rates included', async () => {
  const session = await startTraining(moons, tables)
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
  expect((await startTraining(moons, tables)).journal.fingerprint([])).toBe('811c9dc5') // of nothing
})

test('a rate that is set anew voids the ones that were to come', async () => {
  const session = await startTraining(xor, tables)
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
    const session = await startTraining(settings, tables)
    run(session, 3) // the next batch of moons is the smaller one
    session.journal.setLearningRate(0.3)
    const foreseen = [...session.probe()].map(([key, { next }]) => [key, [...next.data]])
    session.step()
    const found = session.parameters.map(({ key }) => [key, [...session.store.get(key).data]])
    expect(foreseen).toEqual(found)
  }
})

test('a step that cannot be taken names its gate and changes nothing', async () => {
  const session = await startTraining(diverging, tables)
  expect(() => run(session, 100)).toThrow(/^NONFINITE mse made ∞ at step \d+/)
  const { iteration } = session.journal
  const before = run(session, 0)
  expect(() => session.step()).toThrow('NONFINITE')
  expect(run(session, 0)).toBe(before)
  expect(session.journal.iteration).toBe(iteration)
  // Learn shows it at F7: J of a network with one hidden layer, as in the article.
  expect(await failedStepOf(session)).toEqual({ step: 7, equation: 'F7', gate: 'mse' })
  expect(session.isNextFinite()).toBe(false)
  session.rewind(0)
  expect(session.isNextFinite()).toBe(true)
  expect(await failedStepOf(session)).toBe(undefined)
})

test('every criterion takes every number of classes', async () => {
  for (const criterion of ['crossEntropy', 'bceWithLogits', 'mse', 'huber'] as const) {
    for (const dataset of ['circles', 'iris'] as const) {
      const session = await startTraining({ ...xor, criterion, dataset, batchSize: 30 }, tables)
      run(session, 2)
      const frame = frameOf(session, factsOf(session, 1), 0)
      expect([...frame.losses].every(Number.isFinite), `${criterion} ${dataset}`).toBe(true)
      const measured = { circles: 60, iris: 30 }[dataset]
      expect(frame.confusion?.reduce((a, b) => a + b, 0)).toBe(measured)
    }
  }
})

test('the largest number wins a row, and a single one is the share of class 1', () => {
  const rows = {
    shape: [2, 3],
    dtype: 'f32',
    data: Float32Array.of(0.25, 0.5, 0.25, 2, 0, 1),
  } as const
  expect(decide(rows)).toEqual({ classes: Uint16Array.of(1, 0), shares: Float32Array.of(0.5, 1) })
  const single = { shape: [2, 1], dtype: 'f32', data: Float32Array.of(0.25, 0.75) } as const
  expect(decide(single)).toEqual({
    classes: Uint16Array.of(0, 1),
    shares: Float32Array.of(0.75, 0.75),
  })
})

test('confusions count classes by row and predictions by column', () => {
  const counts = confusionOf(Uint16Array.of(0, 0, 1, 1), Uint16Array.of(0, 1, 1, 1), 2)
  expect([...counts]).toEqual([1, 1, 0, 2])
})

test('the grid goes from the top left to the bottom right, by the middles of its cells', () => {
  const { data } = gridOf({ x: [0, gridSide], y: [0, 2 * gridSide] })
  expect([...data.slice(0, 4)]).toEqual([0.5, 2 * gridSide - 1, 1.5, 2 * gridSide - 1])
  expect([...data.slice(-2)]).toEqual([gridSide - 0.5, 1])
})

test('a unit is dead where its activation has no slope for any example', async () => {
  // In the corners of exclusive or, weights of −5 leave a relu at 0, and weights of 50 a tanh at 1.
  for (const [activation, bias, dead] of [
    ['relu', -5, [1]],
    ['tanh', 50, [1]],
    ['leakyRelu', -5, []],
  ] as const) {
    const session = await startTraining({ ...xor, activation, hidden: [2] }, tables)
    session.store.set('0.weight', [
      [1, 0],
      [1, 0],
    ])
    session.store.set('0.bias', [0.5, bias])
    const { deadUnits } = frameOf(session, factsOf(session, 1), 0)
    expect(deadUnits.map((units) => [...units])).toEqual([dead])
    expect(session.unitLayers).toEqual([{ symbol: 'a2', activation, count: 2 }])
  }
  const linear = await startTraining({ ...xor, hidden: [] }, tables)
  expect(frameOf(linear, factsOf(linear, 1), 0).deadUnits).toEqual([])
})

test('a table of numbers is learned as numbers, and shown in its own units', async () => {
  const rows = Array.from({ length: 50 }, (_, k) => `${k},${k % 2 ? 'a' : 'b'},7,${100 + 2.5 * k}`)
  const mark = tables.keep(`x,kind,still,price\n${rows.join('\n')}`)
  const table = { mark, name: 'prices.csv' }
  const settings: TrainingSettings = { ...xor, dataset: 'table', table, hidden: [], batchSize: 8 }
  const session = await startTraining(settings, tables)
  run(session, 400)
  const facts = factsOf(session, 1)
  expect(facts).toMatchObject({
    ...{ title: 'prices.csv: 4 → 1', task: 'regression', target: 'price', classes: [] },
    ...{ trainCount: 40, heldOutCount: 10 },
    notes: ['still is the same in every row: nothing is learned of it'],
  })
  const { fitted = [], confusion, measurements } = frameOf(session, facts, 0)
  expect(confusion).toBe(undefined)
  expect(measurements.at(-1)?.heldOut?.score).toBeGreaterThan(0.99) // it is a straight line
  expect(fitted).toHaveLength(20)
  for (let k = 0; k < 10; k++) {
    // A thirtieth of the range of 122.5: a line is found but for what 400 steps leave.
    expect(Math.abs((fitted[2 * k] ?? 0) - (fitted[2 * k + 1] ?? 0))).toBeLessThan(4)
  }
  await expect(startTraining({ ...settings, criterion: 'crossEntropy' }, tables)).rejects.toThrow(
    'OPTION crossEntropy compares classes, and price is a number',
  )
})

test('a table that is not here, or cannot be read, is told', async () => {
  const of = (text: string) => ({ mark: tables.keep(text), name: 'bad.csv' })
  const start = (table: TrainingSettings['table']) => {
    return startTraining({ ...xor, dataset: 'table', ...(table && { table }) }, tables)
  }
  await expect(start({ mark: 'none', name: 'a.csv' })).rejects.toThrow(
    'the table a.csv is not here',
  )
  await expect(start(of('a,b\n1,2\n3\n'))).rejects.toThrow('bad.csv: line 3 has 1 cell\n')
  await expect(start(of('a,b\n1,2.5\n,3\n'))).rejects.toThrow('line 3, column 1 "a"')
  await expect(start(of(''))).rejects.toThrow('bad.csv: the table is empty')
  const same = Array.from({ length: 9 }, (_, k) => `${k},1.5`).join('\n')
  await expect(start(of(`a,b\n${same}\n`))).rejects.toThrow('the target is the same in every row')
})

test('painted points are learned from as soon as there are two classes', async () => {
  const settings: TrainingSettings = { ...xor, dataset: 'painted', points: 'AAAC..__' }
  const session = await startTraining(settings, tables)
  const { plane, classes, trainCount } = factsOf(session, 1)
  expect([trainCount, classes, plane?.x, [...(plane?.train.labels ?? [])]]).toEqual([
    3,
    ['A', 'C'],
    [-1, 1],
    [0, 0, 1],
  ])
  await expect(startTraining({ ...settings, points: 'AA' }, tables)).rejects.toThrow(
    'there is nothing to tell apart yet',
  )
})
