/** What the dropouts are: some elements or channels are kept and scaled, the others become a number. */
import type { Gates } from '../gates/define.ts'
import type { Key } from '../gates/random-key.ts'
import type { DType } from '../ir/dtype.ts'
import type { Sample } from '../ir/gate.ts'
import type { Constraint, GateSpec } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'

export interface DropoutOptions {
  /** The share that is dropped, 0 to 1. Default 0.5. */
  readonly probability?: number
}

/** A dropout by its name. */
export interface Dropping<Name extends string> {
  <S extends Shape, D extends DType, T extends Shape, E extends DType>(
    x: Value<S, D>,
    key: Key<Name, T, E>,
    options?: DropoutOptions,
  ): Value<S, D>
}

export interface DropoutAttributes {
  readonly [name: string]: number
  readonly probability: number
}

interface DroppingFacts {
  readonly name: string
  /** What is drawn for: each element, or each channel of an example. */
  readonly drops: 'elements' | 'channels'
  /** What the dropped become: 0, or what `selu` tends to, with mean and variance kept. */
  readonly to: 'zero' | 'saturation'
  readonly samples: readonly Sample[]
}

type DropoutConstraint = Constraint<['x', 'key'], DropoutAttributes>

/** A dropout's gate, from what sets it apart. */
export function droppingSpec({ name, drops, to, samples }: DroppingFacts): GateSpec<
  ['x', 'key'],
  DropoutAttributes,
  Gates
> & {
  readonly call: typeof call
} {
  const partsFor = to === 'zero' ? zeroParts : saturationParts
  const kept = (gates: Gates, x: Value, key: Value, { probability }: DropoutAttributes) => {
    const shape = x.shape.map((size, axis) => (drops === 'channels' && axis > 1 ? 1 : size))
    const words = key as Value<[2], 'u32'> // C1 says so
    const share = { probability: 1 - probability }
    return gates.broadcastTo(gates.bernoulli(words, shape, share), x.shape)
  }
  return {
    name,
    operands: ['x', 'key'],
    role: 'scaler',
    part: 'dropout',
    takes: { x: 'floating', key: 'u32' },
    call,
    constraints: {
      C1: hasKey,
      C2: isProbability,
      ...(drops === 'channels' && { C3: hasChannels }),
    },
    expand: ({ gates, x, key, attributes }) => {
      const { scale, shift, dropped } = partsFor(attributes.probability)
      const scaled = gates.multiply(x, scale)
      const moved = shift === 0 ? scaled : gates.add(scaled, shift)
      return gates.where(kept(gates, x, key, attributes), moved, dropped)
    },
    backward: ({ gates, x, key, attributes, upstream }) => {
      const scaled = gates.multiply(upstream, partsFor(attributes.probability).scale)
      return { x: gates.where(kept(gates, x, key, attributes), scaled, 0) }
    },
    equation: ({ x, key, attributes: { probability } }) => {
      const { scale, shift, dropped } = partsFor(probability)
      const one = String.raw`${chosen(key, probability)} \odot ${plain(scale)} ${x}`
      if (to === 'zero') return one
      const rest = String.raw`(1 - ${chosen(key, probability)}) \cdot ${plain(dropped - shift)}`
      return `${one} + ${rest} + ${plain(shift)}`
    },
    local: ({ key, attributes: { probability } }) => ({
      x: `${plain(partsFor(probability).scale)} ${chosen(key, probability)}`,
    }),
    samples,
  }
}

interface DroppingParts {
  /** The kept become scale · x + shift. */
  readonly scale: number
  readonly shift: number
  readonly dropped: number
}

function zeroParts(probability: number): DroppingParts {
  return { scale: probability === 1 ? 0 : 1 / (1 - probability), shift: 0, dropped: 0 }
}

/** What selu tends to: −scale · alpha. Source: Klambauer et al., "Self-normalizing neural networks". */
const saturation = -1.7580993408473766

function saturationParts(probability: number): DroppingParts {
  // Where all is dropped PyTorch gives zeros; the formula would divide by 0.
  if (probability === 1) return { scale: 0, shift: 0, dropped: 0 }
  const scale = 1 / Math.sqrt((saturation ** 2 * probability + 1) * (1 - probability))
  const shift = -scale * saturation * probability
  return { scale, shift, dropped: scale * saturation + shift }
}

function call(
  x: Value,
  key: Value,
  { probability = 0.5 }: DropoutOptions = {},
): { readonly inputs: readonly Value[]; readonly attributes: DropoutAttributes } {
  return { inputs: [x, key], attributes: { probability } }
}

const hasKey: DropoutConstraint = {
  rule: 'key is u32[2]',
  holds: ({ key }) => sameShape(key.shape, [2]) || `key has shape ${formatShape(key.shape)}`,
  fix: 'make one from a seed: randomKey(7)',
  broken: { x: 'f32[2, 4, 3]', key: 'u32[3]' },
}

const isProbability: DropoutConstraint = {
  code: 'ATTRIBUTE',
  rule: 'probability is from 0 to 1',
  holds: ({ attributes: { probability } }) =>
    (probability >= 0 && probability <= 1) || `${probability} is no probability`,
  fix: 'give the share that is dropped: 0.1 for 10 %',
  broken: { x: 'f32[2, 4, 3]', key: 'u32[2]', with: [{ probability: 10 }] },
}

const hasChannels: DropoutConstraint = {
  rule: 'x has a batch axis and channels',
  holds: ({ x }) => x.shape.length >= 2 || `x is ${formatShape(x.shape)}`,
  fix: 'give x [n, channels, ...]',
  broken: { x: 'f32[4]', key: 'u32[2]' },
}

/** Truth as a number: 1 where an element is kept. */
function chosen(key: string, probability: number): string {
  return String.raw`[\operatorname{bernoulli}(${key}, ${plain(1 - probability)})]`
}

function plain(number: number): string {
  return formatNumber(number, 6).replace('−', '-')
}
