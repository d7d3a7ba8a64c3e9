/** Training steps for jax-js: forward, backward and update in one jit, as its own examples do. */
import { floats, labels } from '../works/fill.ts'
import {
  type Cnn,
  type Mlp,
  type Optimizer,
  sampleOf,
  type TrainingWork,
  type Transformer,
} from '../works/work.ts'
import type { Jax, JaxArray } from './jax-types.ts'
import type { Prepared } from './peer.ts'

type Model = (parameters: readonly JaxArray[], x: JaxArray) => JaxArray

/** Parameters and, for adam, both moments and the number of steps. */
type Trained = readonly JaxArray[]

export function trainingOf(jax: Jax, work: TrainingWork, isPooled: boolean): Prepared {
  const { numpy: np, jit, valueAndGrad } = jax
  const [x, y] = inputsOf(jax, work)
  const loss = valueAndGrad((parameters, features: JaxArray, targets: JaxArray) => {
    const output = modelOf(jax, work)(parameters, features)
    return errorOf(jax, work, output, targets)
  })
  const step = jit((trained: Trained, features: JaxArray, targets: JaxArray) => {
    const count = work.parameters.length
    const [error, gradients] = loss(
      trained.slice(0, count).map((array) => array.ref),
      features,
      targets,
    )
    return [error, ...updated(jax, work.optimizer, trained, gradients)]
  })
  const parameters = work.parameters.map((array) =>
    np.array(floats(array)).reshape([...array.shape]),
  )
  const moments = () => work.parameters.map(({ shape }) => np.zeros([...shape]))
  let trained: Trained = parameters
  if (work.optimizer.name !== 'sgd') {
    trained = [...parameters, ...moments(), ...moments(), np.zeros([])]
  }
  return {
    run: async (count) => {
      let number = 0
      for (let turn = 0; turn < count; turn++) {
        const [error, ...next] = step(trained, x.ref, y.ref)
        if (!error) throw new Error('a step gives its loss')
        trained = next
        // Read each time: what nobody reads it does not compute, and piles up instead.
        const data = isPooled ? await error.data() : error.dataSync()
        number = data[0] ?? 0
      }
      return number
    },
  }
}

export function forwardOf(jax: Jax, work: Mlp, isPooled: boolean): Prepared {
  const { numpy: np, jit } = jax
  const forward = jit(mlp(jax, work))
  const parameters = work.parameters.map((array) =>
    np.array(floats(array)).reshape([...array.shape]),
  )
  const [features] = work.inputs
  const data = floats(features)
  const read = () => {
    const x = np.array(data).reshape([...features.shape])
    const output = forward(
      parameters.map((array) => array.ref),
      x,
    )
    return isPooled ? output.data() : output.dataSync()
  }
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) await read()
      return 0
    },
    sample: async () => sampleOf(await read()),
  }
}

/** Labels and tokens as rows of one 1: its gather has no gradient inside of jit. */
function inputsOf({ numpy: np }: Jax, { inputs }: TrainingWork): readonly [JaxArray, JaxArray] {
  const arrays = inputs.map((array) => {
    const { fill, shape } = array
    if (fill.kind !== 'labels') return np.array(floats(array)).reshape([...shape])
    const places = labels(array)
    const rows = new Float32Array(places.length * fill.classes)
    places.forEach((place, row) => {
      rows[row * fill.classes + place] = 1
    })
    return np.array(rows).reshape([...shape, fill.classes])
  })
  return arrays as unknown as readonly [JaxArray, JaxArray] // one for each of two inputs
}

function errorOf(jax: Jax, work: TrainingWork, output: JaxArray, targets: JaxArray): JaxArray {
  const { numpy: np, nn } = jax
  if (work.kind === 'mlp' && work.loss === 'mse') {
    const difference = output.sub(targets)
    return np.mean(difference.ref.mul(difference))
  }
  const chosen = np.sum(nn.logSoftmax(output, -1).mul(targets), -1)
  return np.mean(chosen).neg()
}

function modelOf(jax: Jax, work: TrainingWork): Model {
  switch (work.kind) {
    case 'mlp':
      return mlp(jax, work)
    case 'cnn':
      return cnn(jax, work)
    case 'transformer':
      return transformer(jax, work)
  }
}

function mlp({ numpy: np, nn }: Jax, { activation, loss, widths }: Mlp): Model {
  return (parameters, x) => {
    let output = x
    for (let layer = 0; layer + 1 < widths.length; layer++) {
      const [weight, bias] = parameters.slice(2 * layer) as [JaxArray, JaxArray] // two a layer
      output = np.matmul(output, weight).add(bias)
      if (layer + 2 < widths.length || loss === 'mse') output = nn[activation](output)
    }
    return output
  }
}

function cnn({ numpy: np, nn, lax }: Jax, { batch, channels, size }: Cnn): Model {
  return (parameters, x) => {
    let output = x
    let side = size
    channels.forEach((count, layer) => {
      const [kernel, bias] = parameters.slice(2 * layer) as [JaxArray, JaxArray] // two a layer
      const spread = bias.reshape([1, count, 1, 1])
      const active = nn.relu(lax.conv(output, kernel, [1, 1], 'SAME').add(spread))
      side /= 2
      output = np.max(active.reshape([batch, count, side, 2, side, 2]), [3, 5])
    })
    const [w3, b3, w4, b4] = parameters.slice(4) as [JaxArray, JaxArray, JaxArray, JaxArray]
    const flat = output.reshape([batch, channels[1] * side * side])
    const hidden = nn.relu(np.matmul(flat, w3).add(b3))
    return np.matmul(hidden, w4).add(b4)
  }
}

/** Attention by hand: nn.dotProductAttention needs iterator helpers, which Node 20 has not. */
function transformer(jax: Jax, work: Transformer): Model {
  const { numpy: np, nn } = jax
  const { batch, context, width, heads, layers, vocabulary } = work
  const rows = batch * context
  const later = Float32Array.from({ length: context * context }, (_, place) =>
    place % context > Math.floor(place / context) ? -1e9 : 0,
  )
  const headsOf = (x: JaxArray) =>
    x.reshape([batch, context, heads, width / heads]).transpose([0, 2, 1, 3])
  return (parameters, x) => {
    const rest = [...parameters]
    const next = () => rest.shift() as JaxArray // as many as the work lists
    const dense = (input: JaxArray) => np.matmul(input, next()).add(next())
    const norm = (input: JaxArray) => {
      const centred = input.ref.sub(np.mean(input, -1, { keepdims: true }))
      const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true })
      return centred
        .mul(np.reciprocal(np.sqrt(variance.add(1e-5))))
        .mul(next())
        .add(next())
    }
    const tokens = np.matmul(x.reshape([rows, vocabulary]), next())
    const places = next()
    let stream = tokens.reshape([batch, context, width]).add(places).reshape([rows, width])
    for (let layer = 0; layer < layers; layer++) {
      const [q, k, v] = np.split(dense(norm(stream.ref)), 3, 1).map(headsOf)
      if (!q || !k || !v) throw new Error('attention has three parts')
      const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads))
      const mask = np.array(later).reshape([1, 1, context, context])
      const mixed = np.matmul(nn.softmax(scores.add(mask), -1), v)
      stream = stream.add(dense(mixed.transpose([0, 2, 1, 3]).reshape([rows, width])))
      stream = stream.ref.add(dense(nn.gelu(dense(norm(stream)))))
    }
    return np.matmul(norm(stream), next())
  }
}

function updated(
  { numpy: np }: Jax,
  { name, learningRate, weightDecay }: Optimizer,
  trained: Trained,
  gradients: readonly JaxArray[],
): JaxArray[] {
  const count = gradients.length
  if (name === 'sgd') {
    return gradients.map((gradient, index) => at(trained, index).sub(gradient.mul(learningRate)))
  }
  const steps = at(trained, 3 * count).add(1)
  const first = np.reciprocal(np.power(0.9, steps.ref).mul(-1).add(1))
  const second = np.reciprocal(np.power(0.999, steps.ref).mul(-1).add(1))
  const results = gradients.map((gradient, index) => {
    const m = at(trained, count + index)
      .mul(0.9)
      .add(gradient.ref.mul(0.1))
    const v = at(trained, 2 * count + index)
      .mul(0.999)
      .add(gradient.ref.mul(gradient).mul(0.001))
    const scale = np.sqrt(v.ref.mul(second.ref)).add(1e-8)
    const move = m.ref.mul(first.ref).div(scale).mul(learningRate)
    const decayed = at(trained, index).mul(1 - learningRate * weightDecay)
    return [decayed.sub(move), m, v] as const
  })
  first.dispose()
  second.dispose()
  const column = (part: 0 | 1 | 2) => results.map((result) => result[part])
  return [...column(0), ...column(1), ...column(2), steps]
}

function at(trained: Trained, index: number): JaxArray {
  return trained[index] as JaxArray // counted above
}
