/** The graph that trains and the one that evaluates, of one model. */
import { describe, expect, test } from 'vitest'
import {
  checkpoint,
  compile,
  constant,
  createStore,
  gradients,
  input,
  type Value,
} from '../index.ts'
import { sgd } from '../optim/index.ts'
import {
  alphaDropout,
  batchNorm1d,
  batchNorm2d,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
  flatten,
  gelu,
  identity,
  instanceNorm1d,
  type Layer,
  layerNorm,
  linear,
  module,
  moduleList,
  relu,
  residual,
  rmsNorm,
  sequential,
  summary,
  tanh,
  trainingPass,
  unflatten,
} from './index.ts'

/** What some steps of a layer give for ones, in training. */
async function drawn(
  layer: Layer,
  { shape = [20], steps = 1, seed = 0 } = {},
): Promise<readonly (readonly number[])[]> {
  const pass = trainingPass({ seed })
  const y = layer.training(pass)(constant(1).add(input('x', shape)))
  const { updates } = pass
  const program = await compile({ y }, { updates, threads: 1 })
  const x = new Float32Array(y.shape.reduce((size, axis) => size * axis, 1))
  return Array.from({ length: steps }, () => Array.from(program.run({ x }).y.dataSync(), Number))
}

describe('dropout', () => {
  test('drops in the graph that trains and does nothing in the one that evaluates', async () => {
    const layer = dropout(0.5)
    const [numbers = []] = await drawn(layer)
    expect(new Set(numbers)).toEqual(new Set([0, 2]))
    const x = input('x', [3])
    expect(layer(x)).toBe(x)
  })

  test('drops others in every step, and the same for the same seed', async () => {
    const [first, second, ...rest] = await drawn(dropout(), { steps: 4, seed: 3 })
    expect(second).not.toEqual(first)
    expect(await drawn(dropout(), { steps: 4, seed: 3 })).toEqual([first, second, ...rest])
    expect(await drawn(dropout(), { steps: 4, seed: 4 })).not.toEqual([first, second, ...rest])
  })

  test('drops others in every layer, and in every call of one', async () => {
    const whole = { shape: [64] }
    const model = (one: Layer, other: Layer) =>
      module({ one, other }, (calls) => (x: Value) => calls.one(x).subtract(calls.other(x)))
    const shared = module(
      { one: dropout() },
      ({ one }) =>
        (x: Value) =>
          one(x).subtract(one(x)),
    )
    for (const layer of [model(dropout(), dropout()), shared]) {
      const [numbers = []] = await drawn(layer, whole)
      expect(new Set(numbers)).toEqual(new Set([-2, 0, 2]))
    }
  })

  test('draws by the path of its layer: what stands before it changes nothing', async () => {
    const [one] = await drawn(sequential(identity(), dropout()))
    const [other] = await drawn(sequential(dropout(0), dropout()))
    expect(other).toEqual(one)
  })

  test.each([
    ['dropout1d', dropout1d(), [4, 3, 5], 5],
    ['dropout1d', dropout1d(), [12, 5], 5],
    ['dropout2d', dropout2d(), [4, 3, 2, 4], 8],
    ['dropout2d', dropout2d(), [4, 3, 5], 5],
    ['dropout3d', dropout3d(), [4, 3, 2, 1, 2], 4],
    ['dropout3d', dropout3d(), [12, 2, 1, 2], 4],
  ] as const)('%s drops whole channels', async (_, layer, shape, size) => {
    const [numbers = []] = await drawn(layer, { shape: [...shape] })
    const channels = Array.from({ length: 12 }, (_, channel) =>
      numbers.slice(channel * size, (channel + 1) * size),
    )
    expect(channels.filter((channel) => new Set(channel).size > 1)).toEqual([])
    expect(new Set(numbers)).toEqual(new Set([0, 2]))
  })

  test('is refused where there is no such probability or no such axes', () => {
    expect(() => dropout(1.5)).toThrow('OPTION dropout: probability is none')
    const call = dropout1d().training(trainingPass())
    expect(() => call(input('x', [2, 3, 4, 5]))).toThrow(
      'SHAPE dropout1d: x does not have its axes',
    )
  })

  test.each([
    ['alphaDropout', alphaDropout(0.2)],
    ['featureAlphaDropout', featureAlphaDropout(0.2)],
  ])('%s gives the dropped what selu tends to', async (_, layer) => {
    const [numbers = []] = await drawn(layer, { shape: [8, 8, 1] })
    // a = 1/√((α² · 0.2 + 1) · 0.8), kept: a · (1 + 0.2 α), dropped: a · (−α + 0.2 α), α = 1.7581.
    const scale = 1 / Math.sqrt((1.7580993408473766 ** 2 * 0.2 + 1) * 0.8)
    const [kept, lost] = [scale * 1.3516198681694753, scale * -1.4064794726779013]
    const distinct = [...new Set(numbers)].toSorted((a, b) => a - b)
    expect(distinct).toEqual([expect.closeTo(lost, 6), expect.closeTo(kept, 6)])
  })
})

describe('a block that is computed again', () => {
  test('drops the same in its backward pass', async () => {
    const x = input('x', [50])
    const gradientOf = async (isAgain: boolean) => {
      const pass = trainingPass()
      const drop = sequential(dropout(0.4)).training(pass)
      const block = (value: Value) => drop(value.multiply(value))
      const y = isAgain ? checkpoint(block, x) : block(x)
      const [dx] = gradients(y.sum(), [x])
      const program = await compile({ y, dx: dx as Value }, { updates: pass.updates, threads: 1 })
      const numbers = Float32Array.from({ length: 50 }, (_, index) => index + 1)
      program.run({ x: numbers })
      const { y: output, dx: slope } = program.run({ x: numbers })
      return [output.dataSync(), slope.dataSync()]
    }
    const [output = [], slope = []] = await gradientOf(true)
    expect(await gradientOf(false)).toEqual([output, slope])
    const kept = (numbers: ArrayLike<unknown>) => Array.from(numbers, (number) => number !== 0)
    expect(kept(slope)).toEqual(kept(output))
  })
})

describe('what a step of a checkpointed model takes', () => {
  const [width, inside, examples] = [16, 256, 256]

  async function memoryOf(isAgain: boolean, blocks: number) {
    let y: Value = input('x', [examples, width])
    for (let number = 1; number <= blocks; number++) {
      const block = sequential(linear(width, inside), gelu(), linear(inside, width), tanh())
      const layer = block.at(`blocks.${number}`, number)
      y = isAgain ? checkpoint((value: Value) => layer(value), y) : layer(y)
    }
    const J = y.multiply(y).mean()
    const updates = sgd(J, { learningRate: 0.1 })
    const program = await compile({ J }, { updates, threads: 1 })
    const x = Float32Array.from({ length: examples * width }, (_, index) => Math.sin(index))
    program.run({ x })
    return { arena: program.memory?.arena ?? 0, J: await program.run({ x }).J.item() }
  }

  test('does not grow by the inside of a block with each block, by program.memory', async () => {
    const [kept, more] = [await memoryOf(false, 3), await memoryOf(false, 6)]
    const [again, moreAgain] = [await memoryOf(true, 3), await memoryOf(true, 6)]
    expect([again.J, moreAgain.J]).toEqual([kept.J, more.J])
    // Of gelu, what it is made of and what it gives are kept: twice the inside for each block.
    const insideBytes = examples * inside * 4
    expect((more.arena - kept.arena) / 3 / insideBytes).toBeGreaterThan(2)
    // Of a block that is computed again its input, an eighth of it for the gradients of its weights.
    expect((moreAgain.arena - again.arena) / 3 / insideBytes).toBeLessThan(0.5)
    expect(moreAgain.arena).toBeLessThan(more.arena / 2)
  })
})

describe('running statistics', () => {
  test('follow each batch, and a second call after the first', async () => {
    const norm = batchNorm1d(1)
    const pass = trainingPass()
    const [a, b] = [input('a', [2, 1]), input('b', [2, 1])]
    const [one, two] = [norm.training(pass)(a), norm.training(pass)(b)]
    const store = createStore()
    const program = await compile({ one, two }, { updates: pass.updates, store, threads: 1 })
    program.run({ a: [[1], [3]], b: [[10], [14]] })
    const held = (key: string) => Number(store.get(key).data[0])
    // Means 2 and 12: 0.9 · (0.9 · 0 + 0.1 · 2) + 0.1 · 12; variances 2 and 8, of n − 1.
    expect(held('runningMean')).toBeCloseTo(1.38, 6)
    expect(held('runningVar')).toBeCloseTo(0.9 * (0.9 + 0.2) + 0.8, 6)
    expect(held('numBatchesTracked')).toBe(2)
  })

  test('are buffers under keys of their place, with the names of torch', () => {
    const model = sequential(linear(2, 3), residual(batchNorm1d(3), dropout()), relu())
    expect(Object.keys(model.parameters)).toEqual(['0.weight', '0.bias', '1.0.weight', '1.0.bias'])
    const keys = ['1.0.runningMean', '1.0.runningVar', '1.0.numBatchesTracked']
    expect(Object.keys(model.buffers)).toEqual(keys)
    expect(keys.map((key) => model.torch[key]?.name)).toEqual([
      '1.0.running_mean',
      '1.0.running_var',
      '1.0.num_batches_tracked',
    ])
  })

  test('are no parameters of a summary', () => {
    const model = sequential(linear(2, 3), batchNorm1d(3), dropout(0.1))
    expect(summary(model, [2]).rows.map((row) => [row.description, row.parameters])).toEqual([
      ['linear(2 → 3)', 9],
      ['batchNorm1d(3)', 6],
      ['dropout(0.1)', 0],
    ])
  })

  test('are not there where they are not tracked', () => {
    const norm = batchNorm1d(3, { trackRunningStats: false, affine: false })
    expect([norm.parameters, norm.buffers, norm.torch]).toEqual([{}, {}, {}])
    expect(Object.keys(instanceNorm1d(3).buffers)).toEqual([])
    expect(Object.keys(instanceNorm1d(3, { trackRunningStats: true }).buffers)).toHaveLength(3)
  })
})

describe('norms refuse', () => {
  test.each([
    [() => batchNorm1d(3)(input('x', [4, 2])), 'SHAPE batchNorm1d: x does not have its axes'],
    [() => batchNorm2d(3)(input('x', [4, 3])), 'SHAPE batchNorm2d: x does not have its axes'],
    [() => batchNorm1d(3, { momentum: 2 }), 'OPTION batchNorm1d: momentum is out of range'],
    [
      () => batchNorm1d(3).training(trainingPass())(input('x', [1, 3])),
      'SHAPE batchNormTraining: ',
    ],
  ])('%s', (make, message) => {
    expect(make).toThrow(message)
  })
})

test('rows without parameters are normalised all the same', async () => {
  const x = constant([[3, 4]])
  const plain = layerNorm(2, { elementwiseAffine: false, epsilon: 0 })
  expect([plain.parameters, await plain(x).array()]).toEqual([{}, [[-1, 1]]])
  expect(Object.keys(layerNorm(2, { bias: false }).parameters)).toEqual(['weight'])
  const root = rmsNorm(2, { elementwiseAffine: false, epsilon: 0 })
  // 3 and 4 over √12.5.
  const [first, second] = Array.from(await root(x).data(), Number)
  expect([first, second]).toEqual([expect.closeTo(0.8485281, 6), expect.closeTo(1.1313708, 6)])
})

describe('modules', () => {
  test('of one’s own name their layers, and hand the pass on', async () => {
    const model = module({ encoder: linear(2, 3), drop: dropout(1) }, ({ encoder, drop }) => {
      return (x: Value) => drop(encoder(x))
    })
    expect(Object.keys(model.parameters)).toEqual(['encoder.weight', 'encoder.bias'])
    const placed = model.at('net')
    const x = constant([[1, 2]])
    expect(placed.parameters['encoder.weight']?.attributes.state).toMatchObject({
      key: 'net.encoder.weight',
    })
    expect(await placed.training(trainingPass())(x).array()).toEqual([[0, 0, 0]])
  })

  test('in a list are called by their places', async () => {
    const blocks = moduleList(linear(1, 1, { weightInit: 2, biasInit: 0 }), dropout(1))
    const model = module({ blocks }, (calls) => (x: Value) => calls.blocks(1)(calls.blocks(0)(x)))
    expect(Object.keys(model.parameters)).toEqual(['blocks.0.weight', 'blocks.0.bias'])
    const x = constant([[3]])
    expect(await model(x).array()).toEqual([[6]])
    expect(await model.training(trainingPass())(x).array()).toEqual([[0]])
    expect(() => blocks(2)).toThrow('OPTION moduleList: there is no module at this place')
  })
})

describe('flatten and unflatten', () => {
  const x = input('x', [2, 3, 4, 5])

  test('join and part axes', () => {
    expect(flatten()(x).shape).toEqual([2, 60])
    expect(flatten(0, 1)(x).shape).toEqual([6, 4, 5])
    expect(flatten(1, -2)(x).shape).toEqual([2, 12, 5])
    expect(unflatten(-1, [1, 5])(x).shape).toEqual([2, 3, 4, 1, 5])
    expect(unflatten(2, [2, -1])(x).shape).toEqual([2, 3, 2, 2, 5])
  })

  test('refuse what does not fit', () => {
    expect(() => flatten(2, 1)(x)).toThrow('ATTRIBUTE flatten: the last axis stands before')
    expect(() => unflatten(1, [2, -1])(x)).toThrow('SHAPE unflatten: the sizes do not make up')
  })
})
