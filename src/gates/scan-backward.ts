/** The backward pass of a loop is another loop, the other way round. */
import { internalError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { substitute } from '../ir/substitute.ts'
import { isSameValue, type TensorType, type Value } from '../ir/value.ts'
import type { Gates } from './define.ts'
import { input } from './input.ts'
import type { ScanAttributes } from './scan.ts'
import { factorsOf, productOverSteps, stepSumOf } from './scan-products.ts'

interface BackwardContext {
  readonly gates: Gates
  readonly pullback: (
    body: Graph,
    inputs: readonly Value[],
    upstreams: readonly (Value | undefined)[],
  ) => readonly (Value | undefined)[]
  readonly values: readonly Value[]
  readonly attributes: ScanAttributes
  readonly outputs: readonly Value[]
  readonly upstreams: readonly (Value | undefined)[]
}

/**
 * A scan that carries the gradients of the carries and the sums for the captured values, and gives
 * the gradients of the elements. Where a sum is of matrix products it gives their factors instead,
 * which are multiplied once.
 */
export function walkBack(context: BackwardContext): readonly (Value | undefined)[] {
  const { gates, values, attributes, outputs, upstreams } = context
  const { carryCount, sequenceCount, length, reverse } = attributes
  if (length === 0) return upstreams.slice(0, carryCount)
  const step = stepBack(context)
  const zeros = (index: number) => gates.zerosLike(at(values, index))
  const added = step.sums.filter((sum) => sum.added.length > 0)
  const sequences = [
    ...outputs.slice(outputs.length - carryCount),
    ...values.slice(carryCount, carryCount + sequenceCount),
    ...step.reached.map((index) => at(upstreams, index)),
  ]
  const walked = gates.scan(
    (carried, read) => {
      const of = step.on([...carried.slice(0, step.carries.length), ...read])
      const totals = added.map((sum, k) =>
        sum.added.map(of).reduce((a, b) => gates.add(a, b), at(carried, step.carries.length + k)),
      )
      return { carry: [...step.passed.map(of), ...totals], outputs: step.kept.map(of) }
    },
    {
      carry: [
        ...step.carries.map((index) => upstreams[index] ?? zeros(index)),
        ...added.map(({ index }) => zeros(index)),
      ],
      sequences,
      length,
      reverse: !reverse,
    },
  )
  const overSteps = (factor: Value) =>
    at([...sequences, ...walked.outputs], placeOf([...step.read, ...step.kept], factor))
  const gradients: (Value | undefined)[] = values.map(() => undefined)
  step.carries.forEach((index, k) => {
    gradients[index] = walked.carry[k]
  })
  step.elements.forEach((index, k) => {
    gradients[index] = walked.outputs[k]
  })
  for (const sum of step.sums) {
    const total = walked.carry[step.carries.length + added.indexOf(sum)]
    const products = sum.products.map((product) => {
      const [a, b] = factorsOf(product)
      return productOverSteps(gates, product, [overSteps(a), overSteps(b)])
    })
    const terms = added.includes(sum) ? [at([total], 0), ...products] : products
    gradients[sum.index] = terms.reduce((a, b) => gates.add(a, b))
  }
  return gradients
}

/** One step back, on stand-ins for what the loop carries and reads. */
interface StepBack {
  /** What gets a gradient, by index among the operands of the scan: carries and elements. */
  readonly carries: readonly number[]
  readonly elements: readonly number[]
  /** Which of the outputs after the last carries give an upstream, by index among the outputs. */
  readonly reached: readonly number[]
  /** The stand-ins for what the loop reads: starts, elements, upstreams. */
  readonly read: readonly Value[]
  /** The gradients of the carries. */
  readonly passed: readonly Value[]
  /** The gradients of the elements, then factors of products that are not read already. */
  readonly kept: readonly Value[]
  /** The gradients of captured values, by index among the operands. */
  readonly sums: readonly (ReturnType<typeof stepSumOf> & { readonly index: number })[]
  /** The same on the gradients of the carries and what is read, as a function of its values. */
  on(values: readonly Value[]): (value: Value) => Value
}

function stepBack({ gates, pullback, values, attributes, upstreams }: BackwardContext): StepBack {
  const { body, carryCount, sequenceCount } = attributes
  const first = carryCount + sequenceCount
  const gains = indicesWhere(values, ({ dtype }) => isFloating(dtype))
  const carries = gains.filter((index) => index < carryCount)
  const elements = gains.filter((index) => index >= carryCount && index < first)
  const reached = indicesWhere(upstreams, (given) => given !== undefined).filter(
    (index) => index >= carryCount,
  )
  const carried = carries.map((index) => standIn(at(values, index).type))
  const starts = values.slice(0, carryCount).map(({ type }) => standIn(type))
  const own = values.slice(carryCount, first).map(({ type }) => standIn(elementType(type)))
  const given = reached.map((index) => standIn(elementType(at(upstreams, index).type)))
  const read = [...starts, ...own, ...given]
  const results = Object.keys(body.outputs).length
  const gradients = pullback(
    body,
    [...starts, ...own, ...values.slice(first)],
    Array.from({ length: results }, (_, index) =>
      index < carryCount ? carried[carries.indexOf(index)] : given[reached.indexOf(index)],
    ),
  )
  const passed = carries.map((index) => {
    const gradient = gradients[index] ?? gates.zerosLike(at(starts, index))
    // A gradient may also arrive at the recorded carry itself.
    const direct = given[reached.indexOf(results + index)]
    return direct ? gates.add(gradient, direct) : gradient
  })
  const sums = gains
    .filter((index) => index >= first)
    .flatMap((index) => {
      const gradient = gradients[index]
      return gradient ? [{ index, ...stepSumOf(gradient) }] : []
    })
  const kept = elements.map(
    (index) => gradients[index] ?? gates.zerosLike(at(own, index - carryCount)),
  )
  for (const factor of sums.flatMap(({ products }) => products).flatMap(factorsOf)) {
    if (placeOf([...read, ...kept], factor) < 0) kept.push(factor)
  }
  const whole = new Graph(
    Object.fromEntries(
      [...passed, ...kept, ...sums.flatMap((sum) => sum.added)].map((v, k) => [String(k), v]),
    ),
    [],
    { isPiece: true },
  )
  const on = (found: readonly Value[]) =>
    substitute(
      whole,
      new Map([...carried, ...read].map((standsIn, k) => [standsIn.application, [found[k]]])),
    )
  return { carries, elements, reached, read, passed, kept, sums, on }
}

function standIn({ shape, dtype }: TensorType): Value {
  return input('stand-in', shape, { dtype })
}

function elementType({ shape, dtype }: TensorType): TensorType {
  return { shape: shape.slice(1), dtype }
}

function placeOf(list: readonly Value[], value: Value): number {
  return list.findIndex((other) => isSameValue(other, value))
}

function indicesWhere<T>(list: readonly T[], holds: (item: T) => boolean): number[] {
  return list.flatMap((item, index) => (holds(item) ? [index] : []))
}

function at<T>(list: readonly (T | undefined)[], index: number): T {
  const item = list[index]
  if (item === undefined) throw internalError(`scan: nothing at ${index}`)
  return item
}
