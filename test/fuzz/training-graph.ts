/**
 * Random training steps: a graph grown from sources, a criterion over some of its values, gradients,
 * and the updates of an optimizer or of states that count and remember. What is drawn are numbers
 * alone, so fast-check can shrink a graph to the few steps that matter.
 */
import fc from 'fast-check'
import { gradients } from '../../src/autodiff/gradients.ts'
import { SluiceError } from '../../src/errors.ts'
import * as gates from '../../src/gates/index.ts'
import { isFloating } from '../../src/ir/dtype.ts'
import type { AnyFunction, Gate } from '../../src/ir/gate.ts'
import { Graph, inputName, stateOf, type Update } from '../../src/ir/graph.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'
import { adam, adamW, sgd } from '../../src/optim/index.ts'
import { allGates, applySample } from '../support/random-graph.ts'
import { Dice } from './dice.ts'
import { blockSteps } from './grow-blocks.ts'
import { elementSteps, type Grow } from './grow-elements.ts'
import { moveSteps } from './grow-moves.ts'
import { Pool } from './pool.ts'

/** A graph, with feeds for each of its steps. */
export interface TrainingCase {
  readonly graph: Graph
  readonly feeds: (step: number) => Readonly<Record<string, Tensor>>
  readonly isWild: boolean
}

export interface TrainingGraphOptions {
  /** Elements of one value at most. Default 2048. */
  readonly largest?: number
  /** Drawn steps at most; gradients and updates come on top. Default 40. */
  readonly maxSteps?: number
  /** A gate that is there in any case, in a sample of its own. */
  readonly includes?: Gate<AnyFunction>
}

/** Gates of one graph: what the property is about. */
const fewestGates = 10
const mostGates = 200

/** Training steps of 10 to 200 gates, backward and updates included. */
export function trainingCase(options: TrainingGraphOptions = {}): fc.Arbitrary<TrainingCase> {
  const { largest = 2048, maxSteps = 40, includes } = options
  const step = fc.record({ seed: fc.nat(2 ** 31 - 1) })
  return fc
    .record({
      seed: fc.nat(2 ** 31 - 1),
      form: fc.constantFrom('tame', 'tame', 'tame', 'wild'),
      base: fc.constantFrom('f32' as const, 'f32' as const, 'f64' as const),
      steps: fc.array(step, { minLength: 1, maxLength: maxSteps, size: 'max' }),
    })
    .map(({ seed, form, base, steps }) => {
      const pool = new Pool({ base, isWild: form === 'wild', largest }, new Dice(seed))
      for (const one of steps) growOnce(pool, new Dice(one.seed))
      if (includes) includeGate(pool, includes)
      return finished(pool)
    })
    .filter(({ graph: { applications } }) => {
      return applications.length >= fewestGates && applications.length <= mostGates
    })
}

const sample: Grow = (pool) => {
  const gate = pool.dice.one(allGates)
  return gate && sampleOf(gate, pool)
}

function includeGate(pool: Pool, gate: Gate<AnyFunction>): void {
  // A sample may refuse what it is given to read; some call of each gate does not.
  for (let attempt = 0; attempt < 20; attempt++) {
    const made = refusedAsNone(() => sampleOf(gate, pool))
    if (made === undefined && !pool.leaves.some((leaf) => leaf.gate === gate.definition)) continue
    if (made) pool.add([...made])
    return
  }
}

function sampleOf(gate: Gate<AnyFunction>, pool: Pool): readonly Value[] | undefined {
  const isSource = [gates.input, gates.state, gates.constant].some((one) => one === gate)
  if (isSource) return undefined
  const choice = { call: pool.dice.below(1000), isTagged: pool.dice.chance(0.2) }
  const made = applySample(gate, choice, (_, type) =>
    pool.dice.chance(0.7) ? pool.fit(pool.float(), type.shape, type.dtype) : undefined,
  )
  // Samples are taken to the edges of gates: what is made there would drown all that follows.
  if (!pool.options.isWild) pool.leaves.push(...made)
  return pool.options.isWild ? made : undefined
}

const steps: readonly { readonly weight: number; readonly grow: Grow }[] = [
  ...elementSteps,
  ...moveSteps,
  ...blockSteps,
  { weight: 8, grow: sample },
]
const wheel: readonly Grow[] = steps.flatMap(({ weight, grow }) => Array(weight).fill(grow))

/** Grows a pool by one step; a step that does not fit what it has drawn gives nothing. */
function growOnce(pool: Pool, dice: Dice): void {
  pool.dice = dice
  const made = refusedAsNone(() => dice.one(wheel)?.(pool))
  if (made) pool.add(Array.isArray(made) ? made : [made as Value]) // a list or one value
}

function refusedAsNone<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    const isRefused = error instanceof SluiceError && error.code !== 'INTERNAL'
    if (isRefused) return undefined
    throw error
  }
}

function finished(pool: Pool): TrainingCase {
  const { dice } = pool
  const J = criterionOf(pool)
  const outputs: Record<string, Value> = { J }
  const updates = [...(refusedAsNone(() => optimized(J, pool)) ?? [])]
  const trained = new Set(updates.map(({ state }) => state.application))
  for (const state of pool.states) {
    if (trained.has(state.application) || stateOf(state).trainable || !dice.chance(0.6)) continue
    const next = pool.tame(pool.fit(pool.float(), state.shape, state.dtype))
    updates.push({ state, value: next })
  }
  const inputs = new Graph({ J }).inputs.filter(({ dtype }) => isFloating(dtype)).slice(0, 2)
  gradients(J, inputs).forEach((gradient, index) => {
    outputs[`dJ/d${index}`] = gradient
  })
  for (const [index, value] of [
    ...dice.some(pool.values.slice(-12), 0.3),
    ...pool.leaves,
  ].entries())
    outputs[`out ${index}`] = value
  const graph = new Graph(outputs, updates)
  const used = new Set(graph.inputs.map(inputName))
  const fills = [...pool.fills].filter(([name]) => used.has(name))
  return {
    graph,
    feeds: (step) => Object.fromEntries(fills.map(([name, fill]) => [name, fill(step)])),
    isWild: pool.options.isWild,
  }
}

/** A scalar made of a few values, those that were made last among them. */
function criterionOf(pool: Pool): Value {
  const { dice, base } = pool
  const floats = pool.values.filter(({ dtype, shape }) => isFloating(dtype) && sizeOf(shape) > 0)
  const chosen = [...floats.slice(-1), ...dice.some(floats.slice(-10), 0.3)].slice(0, 4)
  const terms = chosen.map((value) => {
    const x = value.dtype === base ? value : gates.cast(value, base)
    return dice.chance(0.5) ? gates.mean(gates.multiply(x, x)) : gates.sum(gates.tanh(x))
  })
  return terms.reduce((sum, term) => gates.add(sum, term), gates.sum(pool.source([2], base)))
}

function optimized(J: Value, pool: Pool): readonly Update[] {
  const { dice } = pool
  const learningRate = dice.among([0.01, 0.1])
  switch (dice.below(6)) {
    case 0:
      return sgd(J, { learningRate })
    case 1:
      return sgd(J, { learningRate, momentum: 0.9, nesterov: dice.chance(0.5) })
    case 2:
      return adam(J, { learningRate, epsilon: 0.001 })
    case 3:
      return adamW(J, { learningRate, epsilon: 0.001 })
    case 4:
      return byCurvature(J)
    default:
      return pool.states.flatMap((state): Update[] => {
        const isMoved = stateOf(state).trainable && dice.chance(0.7)
        if (!isMoved) return []
        const [gradient] = gradients(J, [state])
        return [{ state, value: gates.subtract(state, gates.multiply(0.1, gates.tanh(gradient))) }]
      })
  }
}

/** Descent along a gradient of gradients: the backward pass is differentiated again. */
function byCurvature(J: Value): readonly Update[] {
  const parameters = new Graph({ J }).states.filter(
    (state) => stateOf(state).trainable && isFloating(state.dtype),
  )
  const squares = gradients(J, parameters).map((g) =>
    gates.cast(gates.sum(gates.multiply(g, g)), J.dtype),
  )
  const total = squares.reduce((sum, one) => gates.add(sum, one), gates.multiply(J, 0))
  return gradients(total, parameters).map((gradient, index) => {
    const state = parameters[index] ?? J
    return { state, value: gates.subtract(state, gates.multiply(0.01, gates.tanh(gradient))) }
  })
}
