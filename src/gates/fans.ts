/** How many numbers a weight sums and reaches, and the gain of what follows it. */
import { SluiceError } from '../errors.ts'
import { formatShape, type Shape } from '../ir/shape.ts'

/** What is applied to the outputs of a weight. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu'

/** The fans of a weight whose shape does not tell them. */
export interface FanOptions {
  /** How many inputs each output sums. */
  readonly fanIn?: number
  /** How many outputs each input reaches. */
  readonly fanOut?: number
}

const gains: Readonly<Record<Nonlinearity, (negativeSlope: number) => number>> = {
  linear: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (negativeSlope) => Math.sqrt(2 / (1 + negativeSlope ** 2)),
  selu: () => 3 / 4,
}

/**
 * What first weights are multiplied by, so that values keep their size through a nonlinearity.
 *
 * Throws: ATTRIBUTE for a nonlinearity without a known gain.
 * Source: PyTorch `torch.nn.init.calculate_gain`.
 *
 * @example
 * init.xavierUniform({ gain: init.calculateGain('tanh') }) // 5 / 3
 */
export function calculateGain(nonlinearity: Nonlinearity, negativeSlope = 0.01): number {
  if (Object.hasOwn(gains, nonlinearity)) return gains[nonlinearity](negativeSlope)
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'calculateGain: the gain of this nonlinearity is not known',
    expected: Object.keys(gains).join(', '),
    got: String(nonlinearity),
    fix: "choose the nearest of them, such as 'relu' for silu and gelu",
  })
}

/**
 * The fans of a weight in the layouts of the layers: [in, out] of `linear`, and
 * [out, in / groups, ...window] of convolutions, where a fan counts the places of the window too.
 */
export function fansOf(initializer: string, shape: Shape, given: FanOptions): Required<FanOptions> {
  const [first = 0, second = 0, ...window] = shape
  const places = window.reduce((product, size) => product * size, 1)
  const isKernel = window.length > 0
  // Of a shape without elements nothing is drawn, whatever its fans.
  const [sources, targets] = isKernel ? [second, first] : [first, second]
  const { fanIn = Math.max(1, sources * places) } = given
  const { fanOut = Math.max(1, targets * places) } = given
  const isTold = given.fanIn !== undefined && given.fanOut !== undefined
  if ((shape.length >= 2 || isTold) && fanIn > 0 && fanOut > 0) return { fanIn, fanOut }
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `${initializer}: the fans of this shape cannot be found out`,
    expected: 'a shape of two axes or more, or fanIn and fanOut',
    got: formatShape(shape),
    fix: 'give { fanIn, fanOut }, or use init.uniform or init.zeros',
  })
}
