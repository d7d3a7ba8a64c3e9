/** Recurrent networks: layers of cells that walk along a sequence, on or back. */
import { SluiceError } from '../errors.ts'
import { dropout } from '../functional/dropout.ts'
import * as gates from '../gates/index.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  alone,
  checkCount,
  createModule,
  type Module,
  type Place,
  type TorchMapping,
  type TrainingPass,
} from './layer.ts'
import { rowsTimes } from './linear.ts'
import {
  advance,
  type CellKind,
  type CellSizes,
  type CellWeights,
  fromInput,
  type OwnCell,
  ownCell,
} from './recurrent-cell.ts'

export interface RecurrentOptions {
  /** How many layers stand on each other; each walks along what the one before gives. Default 1. */
  readonly numLayers?: number
  /** Whether each layer walks back, too, and gives both side by side. Default false. */
  readonly bidirectional?: boolean
  /** Whether sequences are [batch, steps, …] instead of [steps, batch, …]. Default false. */
  readonly batchFirst?: boolean
  /** What share of a layer's output the next one does not see, in training. Default 0. */
  readonly dropout?: number
  /** Default true. */
  readonly bias?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/** What a recurrent network gives, with its states after the last step. */
export interface Recurrence<Hidden> {
  /** h of the last layer at each step, both ways side by side. */
  readonly output: Value
  /** The last states of all layers, [layers · ways, batch, width]. */
  readonly hidden: Hidden
}

/** How a network of one state is called; without a first state it begins with zeros. */
export type RecurrentCall = (x: Value, hidden?: Value) => Recurrence<Value>

type States = readonly [Value, ...Value[]]
/** A call of any kind: with and without states, as a list. */
export type AnyRecurrence = (x: Value, states?: readonly Value[]) => Recurrence<readonly Value[]>

export interface RecurrentSizes extends CellSizes {
  readonly numLayers: number
  readonly bidirectional: boolean
  readonly batchFirst: boolean
  readonly dropout: number
}

/** Sizes with their defaults. Throws OPTION for one that is none. */
export function recurrentSizes(
  name: string,
  [inputSize, hiddenSize]: readonly [number, number],
  options: RecurrentOptions & { readonly projSize?: number },
): RecurrentSizes {
  const { numLayers = 1, dropout: probability = 0, projSize = 0 } = options
  checkCount(name, 'inputSize', inputSize)
  checkCount(name, 'hiddenSize', hiddenSize)
  checkCount(name, 'numLayers', numLayers)
  checkOption(name, 'dropout is no share', {
    holds: probability >= 0 && probability <= 1,
    expected: 'a number from 0 to 1',
    got: probability,
  })
  checkOption(name, 'projSize does not make h narrower', {
    holds: Number.isInteger(projSize) && projSize >= 0 && projSize < hiddenSize,
    expected: `a whole number below hiddenSize, ${hiddenSize}, or 0 for none`,
    got: projSize,
  })
  const { bidirectional = false, batchFirst = false, bias = true, dtype = 'f32' } = options
  return {
    ...{ inputSize, hiddenSize, projSize, bias, dtype },
    ...{ numLayers, bidirectional, batchFirst, dropout: probability },
  }
}

/** The network as a module; `asCall` gives its states the form that its kind has. */
export function recurrent<Call extends (x: Value, hidden?: never) => unknown>(
  kind: CellKind,
  sizes: RecurrentSizes,
  asCall: (run: AnyRecurrence) => Call,
  place: Place = alone,
): Module<Call> {
  const cells = cellsOf(kind, sizes, place)
  const run =
    (pass?: TrainingPass): AnyRecurrence =>
    (x, states) =>
      walkAll({ kind, sizes, cells, dropped: dropping(sizes, place, pass) }, x, states)
  const parameters: Record<string, Value> = {}
  const torch: Record<string, TorchMapping> = {}
  for (const cell of cells) {
    Object.assign(parameters, cell.parameters)
    Object.assign(torch, cell.torch)
  }
  return createModule((pass) => asCall(run(pass)), {
    ...{ parameters, torch, description: describe(kind, sizes), numberCount: cells.length },
    at: (path, number) => recurrent(kind, sizes, asCall, { path, number }),
  })
}

/** By layer, and within a layer on before back. */
function cellsOf(kind: CellKind, sizes: RecurrentSizes, { path, number }: Place): OwnCell[] {
  const ways = waysOf(sizes)
  const width = widthOf(sizes)
  return Array.from({ length: sizes.numLayers * ways }, (_, index) => {
    const layer = Math.floor(index / ways)
    const isBack = index % ways === 1
    const own = number === undefined && sizes.numLayers * ways === 1 ? undefined : (number ?? 1)
    return ownCell(
      kind,
      { ...sizes, inputSize: layer === 0 ? sizes.inputSize : ways * width },
      {
        place: { path, number: own === undefined ? own : own + index },
        suffix: [`L${layer}${isBack ? 'Reverse' : ''}`, `_l${layer}${isBack ? '_reverse' : ''}`],
      },
    )
  })
}

interface Network {
  readonly kind: CellKind
  readonly sizes: RecurrentSizes
  readonly cells: readonly OwnCell[]
  readonly dropped: (x: Value) => Value
}

function walkAll(
  network: Network,
  x: Value,
  states: readonly Value[] | undefined,
): Recurrence<readonly Value[]> {
  const { kind, sizes, cells, dropped } = network
  checkSequence(kind, sizes, x)
  const isBatched = x.shape.length === 3
  const isTurned = isBatched && sizes.batchFirst
  let output = isBatched ? (isTurned ? turned(x) : x) : withBatch(x)
  const batch = output.shape[1] ?? 0
  const starts = startsOf(network, batch, isBatched, states)
  const ends: States[] = []
  const ways = waysOf(sizes)
  for (let layer = 0; layer < sizes.numLayers; layer++) {
    const read = layer === 0 ? output : dropped(output)
    const walked = cells.slice(layer * ways, (layer + 1) * ways).map(({ weights }, way) => {
      const index = layer * ways + way
      const start = starts.map((state) => pick(state, index))
      return walk(kind, weights, { x: read, start: start as unknown as States, isBack: way === 1 }) // one or two
    })
    ends.push(...walked.map(({ end }) => end))
    output = joined(walked.map((one) => one.output))
  }
  const shaped = isBatched ? (isTurned ? turned(output) : output) : withoutBatch(output, 1)
  const hidden = starts.map((_, state) => {
    const stacked = gates.stack(ends.map((end) => end[state] ?? end[0]))
    return isBatched ? stacked : withoutBatch(stacked, 1)
  })
  return { output: shaped, hidden }
}

interface Walk {
  /** [steps, batch, width]. */
  readonly x: Value
  readonly start: States
  readonly isBack: boolean
}

/** One cell along a sequence: what comes in is multiplied at once, for all steps. */
function walk(
  kind: CellKind,
  weights: CellWeights,
  { x, start, isBack }: Walk,
): { readonly output: Value; readonly end: States } {
  const projected = fromInput(kind, weights, rowsTimes, x)
  const { carry, outputs } = gates.scan(
    (states, [element]) => {
      const next = advance(kind, weights, element, states)
      return { carry: next, outputs: [next[0]] }
    },
    { carry: start, sequences: [projected], reverse: isBack },
  )
  return { output: outputs[0], end: carry }
}

/** The first states, [layers · ways, batch, width] each: what is given, or zeros. */
function startsOf(
  { kind, sizes }: Network,
  batch: number,
  isBatched: boolean,
  given: readonly Value[] | undefined,
): readonly Value[] {
  const count = sizes.numLayers * waysOf(sizes)
  const widths = [widthOf(sizes), sizes.hiddenSize].slice(0, kind.stateCount)
  return widths.map((width, state) => {
    const start = given?.[state]
    const shape = isBatched ? [count, batch, width] : [count, width]
    if (!start) return gates.zeros([count, batch, width], { dtype: sizes.dtype })
    checkState(kind, start, shape)
    return isBatched ? start : gates.reshape(start, [count, 1, width])
  })
}

function dropping(
  { dropout: probability }: RecurrentSizes,
  { path }: Place,
  pass: TrainingPass | undefined,
): (x: Value) => Value {
  if (!pass || probability === 0) return (x) => x
  return (x) => dropout(x, pass.keyFor(path), { probability })
}

function describe({ name }: CellKind, sizes: RecurrentSizes): string {
  const { inputSize, hiddenSize, numLayers, bidirectional, projSize } = sizes
  const facts = [
    `${inputSize} → ${hiddenSize}`,
    ...(projSize > 0 ? [`projected to ${projSize}`] : []),
    ...(numLayers > 1 ? [`${numLayers} layers`] : []),
    ...(bidirectional ? ['bidirectional'] : []),
  ]
  return `${name}(${facts.join(', ')})`
}

function waysOf({ bidirectional }: RecurrentSizes): 1 | 2 {
  return bidirectional ? 2 : 1
}

function widthOf({ projSize, hiddenSize }: RecurrentSizes): number {
  return projSize || hiddenSize
}

/** [layers · ways, batch, width] → [batch, width]. */
function pick(state: Value, index: number): Value {
  const one = gates.slice(state, [[index, index + 1]])
  return gates.reshape(one, state.shape.slice(1))
}

function joined(outputs: readonly Value[]): Value {
  const [only] = outputs
  return only && outputs.length === 1 ? only : gates.concat(outputs, 2)
}

/** [steps, batch, width] → [batch, steps, width], and back. */
function turned(x: Value): Value {
  return gates.transpose(x, [1, 0, 2])
}

function withBatch(x: Value): Value {
  return gates.reshape(x, [x.shape[0] ?? 0, 1, x.shape[1] ?? 0])
}

function withoutBatch(x: Value, axis: number): Value {
  return gates.reshape(x, x.shape.toSpliced(axis, 1))
}

function checkSequence({ name }: CellKind, sizes: RecurrentSizes, x: Value): void {
  const { length } = x.shape
  if ((length === 2 || length === 3) && x.shape.at(-1) === sizes.inputSize) return
  const order = sizes.batchFirst ? 'batch, steps' : 'steps, batch'
  throw new SluiceError({
    code: 'SHAPE',
    what: `${name}: x is not a sequence of its inputs`,
    expected: `[${order}, ${sizes.inputSize}], or [steps, ${sizes.inputSize}] without a batch`,
    got: formatShape(x.shape),
    fix: `give ${sizes.inputSize} numbers at each step, or change inputSize`,
  })
}

function checkState({ name }: CellKind, state: Value, shape: Shape): void {
  if (sameShape(state.shape, shape)) return
  throw new SluiceError({
    code: 'SHAPE',
    what: `${name}: a first state does not fit`,
    expected: `${formatShape(shape)}: layers times ways${shape.length === 3 ? ', batch' : ''}, width`,
    got: formatShape(state.shape),
    fix: 'give what an earlier call gave as hidden, or nothing for zeros',
  })
}

function checkOption(
  name: string,
  what: string,
  { holds, expected, got }: { holds: boolean; expected: string; got: number },
): void {
  if (holds) return
  throw new SluiceError({
    ...{ code: 'OPTION', what: `${name}: ${what}`, expected, got: String(got) },
    fix: 'correct it, or leave it out',
  })
}
