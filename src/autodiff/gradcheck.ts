/** Gradients held against differences of values: the check that every other one rests on. */
import { SluiceError } from '../errors.ts'
import { evaluate } from '../interpret/interpret.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, inputName, stateOf } from '../ir/graph.ts'
import { isTypedArray, type Tensor, type TensorLike, tensor, toNumbers } from '../ir/tensor.ts'
import { fillRandomBits, foldIn, keyFromSeed } from '../ir/threefry.ts'
import type { Value } from '../ir/value.ts'
import { type Difference, differentiate } from './difference.ts'
import { gradients } from './gradients.ts'

export interface GradcheckOptions {
  /** Contents of inputs, by name; those without one are an error of the run. */
  readonly feeds?: Readonly<Record<string, TensorLike>>
  /** Contents of states by key; those that are absent are initialised from `seed`. */
  readonly states?: ReadonlyMap<string, Tensor>
  /** Draws the directions, and the first contents of states. Default 0. */
  readonly seed?: number
  /** Inputs and states whose gradients are checked. Default: all floating-point ones. */
  readonly wrt?: readonly Value[]
  /** In how many random directions each of them is moved. Default 3. */
  readonly directions?: number
  /** |analytic − numeric| ≤ relative (|analytic| + |numeric|) + absolute. Default 1e-7, 1e-9. */
  readonly tolerance?: { readonly relative?: number; readonly absolute?: number }
}

/** One input or state, moved in the direction that came out worst. */
export interface GradcheckRow {
  readonly name: string
  /** The gradient along the direction. */
  readonly analytic: number
  /** The same from central differences of J. */
  readonly numeric: number
  /** |analytic − numeric|. */
  readonly error: number
  /**
   * J has no derivative there, as max has none at a tie; analytic passes if it lies between the
   * derivatives of the two sides.
   */
  readonly isKink: boolean
  readonly passed: boolean
}

export interface GradcheckReport {
  readonly passed: boolean
  readonly rows: readonly GradcheckRow[]
}

/**
 * Compares the gradients of J with central differences of J in random directions, one row for each
 * input and state. Runs on the reference interpreter with f32 computed in f64. States that are not
 * given and would begin as zeros are checked at random contents instead.
 *
 * Throws: GRADIENT where J is not a floating-point scalar or a value of `wrt` is neither input nor
 * state; OPTION for a number of directions below 1; FEED where a feed is missing or does not fit.
 *
 * @example
 * gradcheck(J, { feeds: { x: [[1, 2]], y: [[1]] } }).passed // true
 */
export function gradcheck(J: Value, options: GradcheckOptions = {}): GradcheckReport {
  const { seed = 0, directions = 3 } = options
  checkDirections(directions)
  const forward = new Graph({ J })
  const wrt =
    options.wrt ?? [...forward.inputs, ...forward.states].filter((v) => isFloating(v.dtype))
  for (const value of wrt) checkSource(value)
  const backward = new Graph(Object.fromEntries(gradients(J, wrt).map((g, i) => [String(i), g])))
  const point = contentsOf(forward, options)
  run(forward, point) // a feed that is missing is told before anything is compared
  const analytic = Object.values(run(backward, point))
  const rows = wrt.map((value, index) => {
    const gradient = toNumbers(analytic[index] as Tensor) // one for each value of wrt
    const base = contentsAt(point, value)
    if (!base)
      return compare(
        nameOf(value),
        0,
        differentiate(() => 0),
        options.tolerance,
      )
    const found = Array.from({ length: directions }, (_, turn) => {
      const direction = randomDirection(seed, index * directions + turn, gradient.length)
      const along = direction.reduce((sum, d, i) => sum + d * (gradient[i] ?? 0), 0)
      const J = (t: number) => evaluateJ(forward, moved(point, value, base, direction, t))
      return compare(nameOf(value), along, differentiate(J), options.tolerance)
    })
    return found.reduce(worse)
  })
  return { passed: rows.every((row) => row.passed), rows }
}

/** A gradient along a direction, held against a difference along it. */
export function compare(
  name: string,
  analytic: number,
  { derivative: numeric, uncertainty, left, right, isKink }: Difference,
  { relative = 1e-7, absolute = 1e-9 }: NonNullable<GradcheckOptions['tolerance']> = {},
): GradcheckRow {
  const error = Math.abs(analytic - numeric)
  const slack = relative * (Math.abs(analytic) + Math.abs(numeric)) + absolute + uncertainty
  // One-sided differences are good to about 1e-6.
  const sideSlack = 1e-6 * (1 + Math.abs(left) + Math.abs(right)) + uncertainty
  const isBetween =
    analytic >= Math.min(left, right) - sideSlack && analytic <= Math.max(left, right) + sideSlack
  return { name, analytic, numeric, error, isKink, passed: isKink ? isBetween : error <= slack }
}

function worse(a: GradcheckRow, b: GradcheckRow): GradcheckRow {
  if (a.passed !== b.passed) return a.passed ? b : a
  if (a.isKink !== b.isKink) return a.isKink ? b : a
  return b.error > a.error ? b : a
}

/** What sources hold, by name of the input and key of the state. */
interface Contents {
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly states: ReadonlyMap<string, Tensor>
}

/** The contents of all sources of `graph`, in f64. */
function contentsOf(graph: Graph, { feeds = {}, states, seed = 0 }: GradcheckOptions): Contents {
  const given = graph.inputs.flatMap((input) => {
    const feed = feeds[inputName(input)]
    if (feed === undefined) return []
    const { dtype, shape } = input
    const options = {
      dtype: isFloating(dtype) ? 'f64' : dtype,
      ...(isTypedArray(feed) && { shape }),
    }
    return [[inputName(input), tensor(feed, options)] as const]
  })
  const reads = new Graph(Object.fromEntries(graph.states.map((s) => [stateOf(s).key, s])))
  const { outputs } = evaluate(reads, { ...(states && { states }), seed, precision: 'f64' })
  const contents = Object.entries(outputs).map(([key, held], turn): [string, Tensor] => {
    const isGiven = states?.has(key) === true
    return [key, isGiven ? held : awayFromZero(held, seed, turn)]
  })
  return { feeds: Object.fromEntries(given), states: new Map(contents) }
}

/** At zero many a wrong rule gives the right gradient, 0: such a state is checked elsewhere. */
function awayFromZero(held: Tensor, seed: number, turn: number): Tensor {
  if (!isFloating(held.dtype) || held.data.some((x) => Number(x) !== 0)) return held
  const data = Float64Array.from(randomDirection(seed + 1, turn, held.data.length))
  return { shape: held.shape, dtype: 'f64', data }
}

function contentsAt({ feeds, states }: Contents, value: Value): Tensor | undefined {
  return isState(value) ? states.get(stateOf(value).key) : feeds[inputName(value.application)]
}

/** The contents with `value` moved by t along `direction`. */
function moved(
  contents: Contents,
  value: Value,
  { shape, data }: Tensor,
  direction: readonly number[],
  t: number,
): Contents {
  const there = Float64Array.from(direction, (d, index) => Number(data[index]) + t * d)
  const one: Tensor = { shape, dtype: 'f64', data: there }
  if (isState(value)) {
    return { ...contents, states: new Map(contents.states).set(stateOf(value).key, one) }
  }
  return { ...contents, feeds: { ...contents.feeds, [inputName(value.application)]: one } }
}

function evaluateJ(graph: Graph, contents: Contents): number {
  const { J } = run(graph, contents)
  return Number(J?.data[0])
}

function run(graph: Graph, contents: Contents): Readonly<Record<string, Tensor>> {
  return evaluate(graph, { ...contents, precision: 'f64' }).outputs
}

/** Elements from −1 to 1. */
function randomDirection(seed: number, turn: number, length: number): number[] {
  const bits = new Uint32Array(length)
  fillRandomBits(foldIn(keyFromSeed(seed), turn), bits)
  return Array.from(bits, (word) => word / 2 ** 31 - 1)
}

function isState({ gate: { meaning } }: Value): boolean {
  return meaning.kind === 'source' && meaning.form === 'state'
}

function nameOf(value: Value): string {
  return value.name ?? (isState(value) ? stateOf(value).symbol : inputName(value.application))
}

function checkSource(value: Value): void {
  if (value.gate.meaning.kind === 'source') return
  throw new SluiceError({
    code: 'GRADIENT',
    what: 'gradcheck: wrt holds a value that is computed',
    where: `value ${value}`,
    expected: 'inputs, parameters and states, whose contents can be moved',
    got: `a value made by ${value.gate.name}`,
    fix: 'check the inputs and parameters that it is made from',
  })
}

function checkDirections(directions: number): void {
  if (Number.isInteger(directions) && directions >= 1) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'gradcheck: directions is not a count',
    expected: 'a whole number, 1 or more',
    got: String(directions),
    fix: 'leave it out, for 3 directions',
  })
}
