/** Dropouts: layers that draw in the graph that trains, and do nothing in the one that evaluates. */
import { SluiceError } from '../errors.ts'
import {
  alphaDropout as alphaDropoutGate,
  dropout as dropoutGate,
  featureAlphaDropout as featureAlphaDropoutGate,
  featureDropout,
} from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alone, createLayer, type Layer, type Place } from './layer.ts'

/**
 * Sets elements to 0 with a probability, and divides the others by what that leaves of the whole.
 *
 * Every call in a training pass draws anew, in each step other elements. Shapes: x's.
 * Throws: OPTION for what is no probability.
 * Source: PyTorch `torch.nn.Dropout`.
 *
 * @example
 * const model = sequential(linear(64, 128), relu(), dropout(0.2), linear(128, 10))
 */
export function dropout(probability = 0.5): Layer {
  return dropping({ name: 'dropout', probability, drop: dropoutGate })
}

/**
 * As `dropout`, but sets whole channels to 0: x [n, channels, length] or [channels, length].
 * Source: PyTorch `torch.nn.Dropout1d`.
 */
export function dropout1d(probability = 0.5): Layer {
  const drop = byChannel('dropout1d', { batched: [3], single: [2] })
  return dropping({ name: 'dropout1d', probability, drop })
}

/**
 * As `dropout`, but sets whole channels to 0: x [n, channels, height, width], or [n, channels,
 * length] as in PyTorch. Source: PyTorch `torch.nn.Dropout2d`.
 */
export function dropout2d(probability = 0.5): Layer {
  const drop = byChannel('dropout2d', { batched: [3, 4], single: [] })
  return dropping({ name: 'dropout2d', probability, drop })
}

/**
 * As `dropout`, but sets whole channels to 0: x [n, channels, depth, height, width], or without n.
 * Source: PyTorch `torch.nn.Dropout3d`.
 */
export function dropout3d(probability = 0.5): Layer {
  const drop = byChannel('dropout3d', { batched: [5], single: [4] })
  return dropping({ name: 'dropout3d', probability, drop })
}

/** As `dropout`, for networks of `selu`: the gate `alphaDropout`. Source: PyTorch `torch.nn.AlphaDropout`. */
export function alphaDropout(probability = 0.5): Layer {
  return dropping({ name: 'alphaDropout', probability, drop: alphaDropoutGate })
}

/**
 * As `alphaDropout`, for whole channels: x [n, channels, ...]. Source: PyTorch
 * `torch.nn.FeatureAlphaDropout`.
 */
export function featureAlphaDropout(probability = 0.5): Layer {
  return dropping({ name: 'featureAlphaDropout', probability, drop: featureAlphaDropoutGate })
}

type Drop = (
  x: Value,
  key: Value<readonly [2], 'u32'>,
  options: { readonly probability: number },
) => Value

interface Dropping {
  readonly name: string
  readonly probability: number
  readonly drop: Drop
}

function dropping(facts: Dropping): Layer {
  const { name, probability } = facts
  if (probability >= 0 && probability <= 1) return droppingAt(facts, alone)
  throw new SluiceError({
    code: 'OPTION',
    what: `${name}: probability is none`,
    expected: 'a number from 0 to 1',
    got: String(probability),
    fix: 'give the share that is dropped: 0.1 for 10 %',
  })
}

function droppingAt(facts: Dropping, place: Place): Layer {
  const { name, probability, drop } = facts
  return createLayer(
    (x, pass) => {
      if (!pass || probability === 0) return x
      const key = pass.keyFor(place.path) as Value<readonly [2], 'u32'> // as it says
      return drop(x, key, { probability })
    },
    {
      description: `${name}(${probability})`,
      parameters: {},
      torch: {},
      numberCount: 0,
      at: (path, number) => droppingAt(facts, { path, number }),
    },
  )
}

/** Drops channels of x with so many axes, with a batch or, as a single example, without. */
function byChannel(
  name: string,
  ranks: { readonly batched: readonly number[]; readonly single: readonly number[] },
): Drop {
  return (x, key, options) => {
    const rank = x.shape.length
    if (ranks.batched.includes(rank)) return featureDropout(x, key, options)
    if (!ranks.single.includes(rank)) throw otherAxes(name, ranks, x.shape)
    const batch = gates.reshape(x, [1, ...x.shape])
    return gates.reshape(featureDropout(batch, key, options), x.shape)
  }
}

function otherAxes(
  name: string,
  { batched, single }: { readonly batched: readonly number[]; readonly single: readonly number[] },
  shape: Shape,
): SluiceError {
  return new SluiceError({
    code: 'SHAPE',
    what: `${name}: x does not have its axes`,
    expected: `${[...single, ...batched].join(' or ')} axes`,
    got: formatShape(shape),
    fix: 'take the dropout of as many dimensions as x has, or `dropout` for single elements',
  })
}
