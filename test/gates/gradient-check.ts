/** Backward rules held against differences of the values that the gate itself gives. */
import { backpropagate } from '../../src/autodiff/backpropagate.ts'
import { differentiate } from '../../src/autodiff/difference.ts'
import { jvp } from '../../src/autodiff/gradients.ts'
import { input } from '../../src/gates/index.ts'
import type { GateDefinition } from '../../src/ir/gate.ts'
import { operandName } from '../../src/ir/operands.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import type { Value } from '../../src/ir/value.ts'
import { applied, evaluator, floatingAt, type GateCase, itemAt, type Mapping } from './cases.ts'
import { type Draw, drawBetween, drawNumbers, drawsOf } from './draws.ts'
import { atSomePoint } from './points.ts'

/**
 * f64: differences over a step h carry about 2^-52 |f| / h of rounding; extrapolated from steps of
 * 1/128 they are good to 1e-11 for functions of ordinary size, which leaves two digits of margin.
 */
const tolerance = { relative: 1e-7, absolute: 1e-9 }

/** An operand is moved one element at a time up to this size, and beyond it in random directions. */
const fewElements = 8

/** A mapping with the gradients of its inputs for gradients `seeds` of its outputs. */
export interface Derived extends Mapping {
  /** Inputs of the graph, one for each output that a gradient reaches. */
  readonly seeds: readonly Value[]
  /** The outputs that a gradient reaches. */
  readonly reached: readonly Value[]
  /** The inputs that the derivative is taken with respect to, by position. */
  readonly wrt: readonly number[]
  /** For each of `wrt`; absent where the rule passes nothing. */
  readonly gradients: readonly (Value | undefined)[]
  /** Whether elements are moved one by one too, where they are few. */
  readonly isElementwise?: boolean
}

/** Differences against the rule, in every case; gates that stop the gradient have nothing to say. */
export function gradientFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  return overCases(definition, cases, 'gradient', (derived) => ({
    ...derived,
    isElementwise: true,
  }))
}

/** The same for the gradient graph: the derivative of a projection of the gradients. */
export function secondDerivativeFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  return overCases(definition, cases, 'second derivative', secondOf)
}

/** Forward derivatives, by `jvp`, against the same differences. */
export function jvpFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  return overCases(definition, cases, 'jvp', (derived) => derived, forwardComparison)
}

/** The gradients of one case; several, where a gate has several outputs of which some are unused. */
export function derivedFrom(definition: GateDefinition, gateCase: GateCase): readonly Derived[] {
  if (definition.role === 'stop' || definition.role === 'source') return []
  const mapping = applied(definition, gateCase)
  const hasElements = [...mapping.inputs, ...mapping.outputs].every(
    ({ shape }) => sizeOf(shape) > 0,
  )
  const outputs = floatingAt(mapping.outputs)
  if (!hasElements || outputs.length === 0 || floatingAt(mapping.inputs).length === 0) return []
  const sets = outputs.length > 1 ? [outputs, ...outputs.map((one) => [one])] : [outputs]
  return sets.map((reached) => {
    const derived = derive(mapping, reached, 'upstream')
    // A criterion need not differentiate its target.
    const isMeant = (at: number, k: number) =>
      derived.gradients[k] !== undefined ||
      !definition.targets.includes(operandName(definition, at))
    return {
      ...derived,
      wrt: derived.wrt.filter(isMeant),
      gradients: derived.gradients.filter((_, k) => isMeant(derived.wrt[k] ?? 0, k)),
    }
  })
}

/** The gradients of the gradients: a mapping of operands and upstreams. */
export function secondOf({ inputs, seeds, gradients }: Derived): Derived | undefined {
  const outputs = gradients.filter((gradient) => gradient !== undefined)
  if (outputs.length === 0) return undefined
  return derive({ inputs: [...inputs, ...seeds], outputs }, [...outputs.keys()], 'second upstream')
}

/** Numbers from −1 to 1 for each value, as what reaches it. */
export function drawTensors(values: readonly Value[], draw: Draw): Tensor[] {
  return values.map(({ shape }) => ({
    shape,
    dtype: 'f64',
    data: Float64Array.from(drawNumbers(draw, sizeOf(shape))),
  }))
}

function derive(mapping: Mapping, at: readonly number[], prefix: string): Derived {
  const reached = at.map((index) => itemAt(mapping.outputs, index))
  const seeds = reached.map(({ shape, dtype }, k) => input(`${prefix} ${k}`, shape, { dtype }))
  const wrt = floatingAt(mapping.inputs)
  const values = wrt.map((index) => itemAt(mapping.inputs, index))
  const { gradientOf } = backpropagate(reached, seeds, values)
  return { ...mapping, reached, seeds, wrt, gradients: values.map(gradientOf) }
}

/** Compares at a point; undefined where it has a kink or is not finite. */
type Compare = (point: readonly Tensor[], draw: Draw) => readonly string[] | undefined

function overCases(
  definition: GateDefinition,
  cases: readonly GateCase[],
  what: string,
  which: (derived: Derived) => Derived | undefined,
  comparisonOf: (derived: Derived) => Compare = backwardComparison,
): readonly string[] {
  if (definition.role === 'stop' || definition.role === 'source') return []
  let checkedCount = 0
  const failures = cases.flatMap((gateCase) =>
    derivedFrom(definition, gateCase).flatMap((first) => {
      const derived = which(first)
      if (!derived) return []
      checkedCount++
      const compare = comparisonOf(derived)
      const draw = drawsOf(`${definition.name} ${gateCase.label} ${what}`)
      const extra = derived.inputs.slice(gateCase.operands.length)
      const found = atSomePoint(gateCase.operands, draw, (point) =>
        compare([...point, ...drawTensors(extra, draw)], draw),
      )
      if (!found) return [`${gateCase.label}: no point without a kink was found`]
      return found.map((failure) => `${gateCase.label}: ${what} ${failure}`)
    }),
  )
  if (checkedCount === 0 && what !== 'second derivative') {
    return ['no sample has a floating-point operand and output, so nothing was checked']
  }
  return failures
}

function backwardComparison(derived: Derived): Compare {
  const { inputs, reached, seeds, wrt, gradients } = derived
  const forward = evaluator(inputs, reached)
  const given = gradients.filter((gradient) => gradient !== undefined)
  const backward = evaluator([...inputs, ...seeds], given)
  return (point, draw) => {
    const weights = drawWeights(forward(point), draw)
    if (!weights) return undefined
    const results = [...backward([...point, ...weights])]
    const local = gradients.map((gradient) => (gradient ? results.shift() : undefined))
    return alongDirections(derived, point, draw, {
      numeric: (at) => dot(weights, forward(at)),
      analytic: (direction) => {
        const along = wrt.map((index) => itemAt(direction, index))
        return dot(local, along)
      },
    })
  }
}

function forwardComparison(derived: Derived): Compare {
  const { inputs, reached, wrt } = derived
  const forward = evaluator(inputs, reached)
  const moved = wrt.map((index) => itemAt(inputs, index))
  const tangents = moved.map(({ shape, dtype }, k) => input(`tangent ${k}`, shape, { dtype }))
  const pushed = evaluator(
    [...inputs, ...tangents],
    reached.map((output) => jvp(output, moved, tangents)),
  )
  return (point, draw) => {
    const weights = drawWeights(forward(point), draw)
    if (!weights) return undefined
    return alongDirections(derived, point, draw, {
      numeric: (at) => dot(weights, forward(at)),
      analytic: (direction) =>
        dot(weights, pushed([...point, ...wrt.map((index) => itemAt(direction, index))])),
    })
  }
}

/**
 * What reaches each output: 0 at an infinity, which is a padding's; undefined where the point is
 * none of the gate's, which gives NaN or nothing finite there.
 */
function drawWeights(outputs: readonly Tensor[], draw: Draw): Tensor[] | undefined {
  const numbers = outputs.flatMap(toNumbers)
  if (numbers.some(Number.isNaN) || !numbers.some(Number.isFinite)) return undefined
  return outputs.map((output) => {
    const weigh = (y: number) => (Number.isFinite(y) ? drawBetween(draw, -1, 1) : 0)
    return { shape: output.shape, dtype: 'f64', data: Float64Array.from(toNumbers(output), weigh) }
  })
}

/** How far each input is moved; zeros for those that rest. */
type Direction = readonly Tensor[]

function alongDirections(
  derived: Derived,
  point: readonly Tensor[],
  draw: Draw,
  sides: {
    readonly numeric: (at: readonly Tensor[]) => number
    readonly analytic: (direction: Direction) => number
  },
): readonly string[] | undefined {
  const failures: string[] = []
  for (const { name, direction } of directionsOver(derived, draw)) {
    const difference = differentiate((t) => sides.numeric(moveBy(point, direction, t)))
    if (difference.isKink) return undefined
    const analytic = sides.analytic(direction)
    const numeric = difference.derivative
    const slack = tolerance.relative * (Math.abs(analytic) + Math.abs(numeric)) + tolerance.absolute
    if (Math.abs(analytic - numeric) <= slack) continue
    failures.push(`${name}: the rule gives ${analytic}, differences give ${numeric}`)
  }
  return failures
}

/** All operands at once, each by itself, and each of few elements by itself. */
function* directionsOver(
  { inputs, wrt, isElementwise = false }: Derived,
  draw: Draw,
): Generator<{ readonly name: string; readonly direction: Direction }> {
  const all = drawTensors(inputs, draw)
  const resting = all.map(({ shape, data }): Tensor => {
    return { shape, dtype: 'f64', data: new Float64Array(data.length) }
  })
  const only = (chosen: readonly number[]) =>
    all.map((tensor, index) => (chosen.includes(index) ? tensor : itemAt(resting, index)))
  yield { name: 'along all operands', direction: only(wrt) }
  for (const index of wrt) {
    const name = String(inputs[index]?.name)
    if (wrt.length > 1) yield { name: `along ${name}`, direction: only([index]) }
    const { shape, data } = itemAt(all, index)
    if (!isElementwise || data.length > fewElements) continue
    for (let element = 0; element < data.length; element++) {
      const unit: Tensor = { shape, dtype: 'f64', data: new Float64Array(data.length) }
      unit.data[element] = 1
      yield { name: `of ${name} element ${element}`, direction: resting.with(index, unit) }
    }
  }
}

function moveBy(point: readonly Tensor[], direction: Direction, t: number): Tensor[] {
  return point.map((tensor, index) => {
    if (tensor.dtype !== 'f64') return tensor
    const along = toNumbers(itemAt(direction, index))
    const data = Float64Array.from(toNumbers(tensor), (x, i) => x + t * itemAt(along, i))
    return { ...tensor, data }
  })
}

/** Σ of the products of elements; what is absent counts as zeros. */
function dot(a: readonly (Tensor | undefined)[], b: readonly (Tensor | undefined)[]): number {
  let sum = 0
  a.forEach((left, index) => {
    const right = b[index]
    if (!left || !right) return
    for (let i = 0; i < left.data.length; i++) {
      if (left.data[i] !== 0) sum += Number(left.data[i]) * Number(right.data[i])
    }
  })
  return sum
}
