/**
 * Random graphs for property tests. They reach every gate of the registry: each gate is applied as
 * in its samples, on values that were computed before, so that a gate which is added with samples
 * comes to be drawn by itself. What is drawn are numbers alone, so fast-check can shrink a graph.
 */
import fc from 'fast-check'
import { SluiceError } from '../../src/errors.ts'
import * as functional from '../../src/functional/index.ts'
import * as registry from '../../src/gates/index.ts'
import { domains, dtypes } from '../../src/ir/dtype.ts'
import { type AnyFunction, type Gate, type GateDefinition, isGate } from '../../src/ir/gate.ts'
import { Graph, graph, inputName, type Update } from '../../src/ir/graph.ts'
import { type Shape, sameShape, sizeOf } from '../../src/ir/shape.ts'
import { substitute } from '../../src/ir/substitute.ts'
import { type Tensor, tensor } from '../../src/ir/tensor.ts'
import type { TensorType, Value } from '../../src/ir/value.ts'
import { callsOf } from '../gates/calls.ts'
import { makeSource, sourceArbitrary } from './random-sources.ts'

const { alias, broadcastTo, cast, reshape, sum } = registry

/** Every gate of the registry, in its order. */
export const allGates: readonly Gate<AnyFunction>[] = Object.values({
  ...registry,
  ...functional,
}).filter((entry) => isGate(entry))

/** What is drawn: every gate, and the sources more often, as all else stands on them. */
const { constant, input, state } = registry
const drawn = [...allGates, input, input, input, constant, constant, constant, state, state, state]

export interface RandomGraphOptions {
  /** How many gates are drawn at most. Default 10. */
  readonly maxGates?: number
}

/** Graphs with states and updates, several outputs, names of all sorts, aliases and tags. */
export function randomGraph({ maxGates = 10 }: RandomGraphOptions = {}): fc.Arbitrary<Graph> {
  return fc
    .record({
      steps: fc.array(stepArbitrary, { minLength: 1, maxLength: maxGates }),
      outputs: fc.array(fc.record({ name: nameArbitrary, pick: fc.nat() }), { maxLength: 3 }),
      updates: fc.array(fc.record({ isUpdated: fc.boolean(), pick: fc.nat() }), { maxLength: 3 }),
    })
    .map(buildGraph)
}

/** Feeds for the inputs of a graph: numbers from -1 to 1, whole ones from 0 to 2, 0 and 1. */
export function feedsFor({ inputs }: Graph): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    inputs.map((application) => {
      const { shape, dtype } = application
      const { kind } = dtypes[dtype]
      const numbers = Array.from({ length: sizeOf(shape) }, (_, index) =>
        kind === 'float' ? Math.sin(index * 1.7 + 0.3) : index % (kind === 'bool' ? 2 : 3),
      )
      return [inputName(application), tensor(numbers.length === 0 ? [] : numbers, { dtype, shape })]
    }),
  )
}

/** Names that are words, that are not, that repeat, and that a careless reader would trip over. */
const nameArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('a', 'b', 'z2', 'ŷ', 'ŷ', 'layer.weight', '0.weight', 'two words', '', '%3', '#'),
  fc.constantFrom('graph', 'output', 'update', 'constants', 'state', 'NaN', 'Infinity', 'true'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '0',
    '12',
    'a"b\\',
    'line\nbreak',
    '\ud800',
    '//',
    '∂',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)

const stepArbitrary = fc.record({
  gate: fc.nat(),
  call: fc.nat(),
  picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  name: fc.option(nameArbitrary, { nil: undefined, freq: 2 }),
  isAliased: fc.boolean(),
  isTagged: fc.nat(5).map((number) => number === 0),
  source: sourceArbitrary,
})

type Step = typeof stepArbitrary extends fc.Arbitrary<infer S> ? S : never

interface Plan {
  readonly steps: readonly Step[]
  readonly outputs: readonly { readonly name: string; readonly pick: number }[]
  readonly updates: readonly { readonly isUpdated: boolean; readonly pick: number }[]
}

function buildGraph({ steps, outputs, updates }: Plan): Graph {
  const pool: Value[] = []
  const states: Value[] = []
  for (const [position, step] of steps.entries()) {
    const gate = drawn[step.gate % drawn.length] ?? input
    const made = applyOnce(gate, step, pool, position)
    if (gate === state) states.push(...made)
    pool.push(...made.map((value) => labelled(value, step)))
  }
  const last = pool.at(-1) ?? constant(0)
  const chosen = outputs.map(({ name, pick }): [string, Value] => [
    name,
    picked(pool, pick) ?? last,
  ])
  const changes = states.flatMap((state, index): Update[] => {
    const { isUpdated, pick } = updates[index] ?? { isUpdated: false, pick: 0 }
    return isUpdated ? [{ state, value: adapted(picked(pool, pick) ?? last, state.type) }] : []
  })
  return new Graph(Object.fromEntries([...chosen, ['last', last]]), changes)
}

/** One call of a gate, with values of the pool in the place of its inputs where there are some. */
function applyOnce(
  gate: Gate<AnyFunction>,
  step: Step,
  pool: readonly Value[],
  position: number,
): readonly Value[] {
  const source = makeSource(gate, step.source, position)
  if (source) return [source]
  const { call, isTagged, picks } = step
  return applySample(gate, { call, isTagged }, (index, type) => {
    const value = picked(pool, picks[index % picks.length] ?? 0)
    return value && adapted(value, type)
  })
}

export interface SampleChoice {
  /** Which of the gate's calls, counted around. */
  readonly call: number
  readonly isTagged: boolean
}

/**
 * What a gate gives when it is called as in one of its samples, on values that `give` makes for its
 * inputs; undefined there leaves what stands in the sample, and so does an input of places or labels.
 */
export function applySample(
  gate: Gate<AnyFunction>,
  { call, isTagged }: SampleChoice,
  give: (index: number, type: TensorType) => Value | undefined,
): readonly Value[] {
  const calls = templatesOf(gate)
  const template = calls[call % calls.length]
  if (!template) return []
  const { called, feeds } = template
  const replacements = new Map(
    called.inputs.map((placeholder, index): [Value, readonly Value[]] => {
      const { type } = placeholder
      const data = feeds[inputName(placeholder)]
      // What must lie within a range is as in the sample: labels, places along an axis.
      const isBound = gate.definition.checkData && dtypes[type.dtype].kind !== 'float'
      const given = (isBound ? undefined : give(index, type)) ?? (data && constant(data))
      return [placeholder, given ? [given] : []]
    }),
  )
  const resolve = substitute(called, replacements, isTagged ? { tag: 'recomputed' } : {})
  return Object.values(called.outputs).map(resolve)
}

function labelled(value: Value, { name, isAliased }: Step): Value {
  if (name === undefined) return value
  return isAliased ? alias(value).labelled({ name }) : value.labelled({ name })
}

/** A value of this type made from another one. */
function adapted(value: Value, { shape, dtype }: TensorType): Value {
  const shaped = sameShape(value.shape, shape) ? value : reshaped(value, shape)
  return shaped.dtype === dtype ? shaped : cast(shaped, dtype)
}

/** The elements under another shape, or their sum everywhere. */
function reshaped(value: Value, shape: Shape): Value {
  if (sizeOf(value.shape) === sizeOf(shape)) return reshape(value, shape)
  const numeric = domains.numeric.holds(value.dtype) ? value : cast(value, 'f32')
  return broadcastTo(sum(numeric), shape)
}

function picked(pool: readonly Value[], pick: number): Value | undefined {
  return pool[pick % Math.max(1, pool.length)]
}

interface Template {
  readonly called: Graph
  readonly feeds: Readonly<Record<string, Tensor>>
}

const templates = new Map<GateDefinition, readonly Template[]>()

/** The calls of a gate's samples as graphs, in every dtype that the gate takes. */
function templatesOf(gate: Gate<AnyFunction>): readonly Template[] {
  const known = templates.get(gate.definition)
  if (known) return known
  const made = (['f32', 'f64', 'i32', 'u32'] as const).flatMap((dtype) => {
    const calls = refusedAsNone(() => callsOf(gate, dtype))
    return calls.map(({ outputs, feeds }): Template => ({ called: graph(outputs), feeds }))
  })
  templates.set(gate.definition, made)
  return made
}

/** Samples that are no whole numbers, or a gate that takes no whole numbers. */
function refusedAsNone<T>(make: () => readonly T[]): readonly T[] {
  try {
    return make()
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'DTYPE') return []
    throw error
  }
}
