/** What a gate gives for its samples on the interpreter, and whether it has the type it promised. */
import { evaluate } from '../../src/interpret/interpret.ts'
import { type DType, dtypes, isFloating } from '../../src/ir/dtype.ts'
import { Expression } from '../../src/ir/expression.ts'
import type { AnyFunction, Gate, Sample } from '../../src/ir/gate.ts'
import { graph } from '../../src/ir/graph.ts'
import { formatShape, sameShape, sizeOf } from '../../src/ir/shape.ts'
import { type NestedArray, type Tensor, tensor, toNumbers } from '../../src/ir/tensor.ts'
import { type Call, callsOf, type FloatDType, withSamples } from './calls.ts'
import { itemAt } from './cases.ts'

/**
 * What share of itself an output may be off by. Single operations and moves are good to some ulp;
 * sums and composites may cancel, and are allowed that share of what they cancelled as well.
 *
 * f64: expected values come from NumPy and PyTorch, whose libm differs from V8's by some ulp of
 * 2^-52; 1e-14 is 45 of them. f32: 16 of its 2^-23.
 */
const tolerances: Readonly<Record<FloatDType, number>> = { f32: 16 * 2 ** -23, f64: 1e-14 }

/** Every sample through the interpreter with its floating-point operands in `dtype`. */
export function sampleFailures(gate: Gate<AnyFunction>, dtype: FloatDType): readonly string[] {
  const exact = dtype === 'f32' ? callsOf(gate, 'f64') : []
  return callsOf(gate, dtype).flatMap((call, index) => {
    const expected = call.expected.map((nested) => numbersIn(nested))
    const shifts = exact[index] ? roundingShifts(exact[index]) : []
    const got = run(call, dtype)
    if (got.length !== expected.length) {
      return [`${call.label}: ${got.length} outputs, ${expected.length} expected`]
    }
    return got.flatMap((output, k) => {
      const wanted = itemAt(expected, k)
      const shapes = shapeFailures(call, k, output, wanted.shape)
      const slack = { dtype, scale: scaleOf(gate, call, wanted.numbers) }
      const numbers = wanted.numbers.map((number, i) => number + (shifts[k]?.[i] ?? 0))
      return [...shapes, ...numberFailures(call.label, output, numbers, slack)]
    })
  })
}

/** Whether some sample may be run in i32: the gate takes it, and all numbers stay whole. */
export function wholeSamples(gate: Gate<AnyFunction>): readonly Sample[] {
  const { takes, samples } = gate.definition
  if (Object.values(takes).some((domain) => domain === 'floating')) return []
  const isWhole = (x: number) => Number.isInteger(x) && Math.abs(x) < 2 ** 31 && !Object.is(x, -0)
  const calls = callsOf(gate, 'f64')
  return samples.filter((_, index) => {
    const { feeds, expected } = itemAt(calls, index)
    const given = Object.values(feeds).map(toNumbers)
    const wanted = expected.map((nested) => numbersIn(nested).numbers)
    return given.length > 0 && [...given, ...wanted].flat().every(isWhole)
  })
}

/** Samples of whole numbers once more, in i32. */
export function integerSampleFailures(gate: Gate<AnyFunction>): readonly string[] {
  return callsOf(withSamples(gate, wholeSamples(gate)), 'i32').flatMap((call) =>
    run(call, 'f64').flatMap((output, k) => {
      const expected = numbersIn(call.expected[k] ?? []).numbers
      return numberFailures(`${call.label} in i32`, output, expected, { dtype: 'f64', scale: 0 })
    }),
  )
}

/** What each output has against what its type says. */
function shapeFailures(
  { label, outputs }: Call,
  index: number,
  { shape, dtype, data }: Tensor,
  expected: readonly number[],
): readonly string[] {
  const type = outputs[index]?.type
  if (!type) return [`${label}: output ${index} has no type`]
  const failures: string[] = []
  // Nested arrays do not tell the shapes without elements apart.
  if (sizeOf(type.shape) > 0 && !sameShape(type.shape, expected)) {
    failures.push(`typed ${formatShape(type.shape)}, the sample says ${formatShape(expected)}`)
  }
  if (!sameShape(type.shape, shape)) {
    failures.push(`typed ${formatShape(type.shape)}, evaluated to ${formatShape(shape)}`)
  }
  if (data.length !== sizeOf(type.shape)) {
    failures.push(`${data.length} elements for the shape ${formatShape(type.shape)}`)
  }
  const holder = dtypes[dtype].allocate(0).constructor
  if (data.constructor !== holder) failures.push(`${dtype} in a ${data.constructor.name}`)
  return failures.map((failure) => `${label}: output ${index}: ${failure}`)
}

function numberFailures(
  label: string,
  output: Tensor,
  expected: readonly number[],
  { dtype, scale }: { readonly dtype: FloatDType; readonly scale: number },
): readonly string[] {
  const smallest = dtype === 'f32' ? 2 ** -149 : Number.MIN_VALUE
  return toNumbers(output).flatMap((got, i) => {
    const wanted = expected[i] ?? Number.NaN
    const rounded = dtype === 'f32' ? Math.fround(wanted) : wanted
    const slack = isFloating(output.dtype)
      ? tolerances[dtype] * (Math.abs(wanted) + scale) + 4 * smallest
      : 0
    const isNear = Number.isFinite(wanted) && Math.abs(got - wanted) <= slack
    const isRight = got === rounded || Object.is(got, rounded) || isNear
    // A sample that says −0 means it; one that says 0 takes either.
    const isSigned = !Object.is(wanted, -0) || got !== 0 || Object.is(got, -0)
    return isRight && isSigned
      ? []
      : [`${label}: element ${i} is ${show(got)}, expected ${show(wanted)} (${output.dtype})`]
  })
}

/** The largest number that may have been cancelled; 0 where nothing cancels. */
function scaleOf(
  gate: Gate<AnyFunction>,
  { feeds, outputs }: Call,
  expected: readonly number[],
): number {
  const { operands, meaning } = gate.definition
  const isExact = meaning.kind === 'move' || meaning.kind === 'index' || meaning.kind === 'generate'
  if (isExact) return 0
  if (meaning.kind === 'element') {
    const terms = operands.map((_, index) => Expression.operand(index))
    const attributes = outputs[0]?.attributes ?? {}
    if (isOneOperation(meaning.expression(terms, attributes))) return 0
  }
  const floating = Object.values(feeds).filter(({ dtype }) => isFloating(dtype))
  const numbers = [...floating.flatMap(toNumbers), ...expected]
  return Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs))
}

function isOneOperation({ node }: Expression): boolean {
  const inner = Object.values(node).filter((part) => part instanceof Expression)
  return inner.every(({ node: { kind } }) => kind === 'operand' || kind === 'literal')
}

/** By how much rounding the operands to f32 moves each output. */
function roundingShifts(call: Call): readonly (readonly number[])[] {
  const rounded = Object.entries(call.feeds).map(([name, feed]): [string, Tensor] => {
    if (feed.dtype !== 'f64') return [name, feed]
    return [name, { ...feed, data: Float64Array.from(toNumbers(feed), Math.fround) }]
  })
  const numbersBefore = run(call, 'f64').map(toNumbers)
  const after = run({ ...call, feeds: Object.fromEntries(rounded) }, 'f64')
  return after.map((output, k) =>
    toNumbers(output).map((number, i) => {
      const shift = number - (numbersBefore[k]?.[i] ?? 0)
      return Number.isFinite(shift) ? shift : 0
    }),
  )
}

function run({ outputs, feeds }: Call, dtype: FloatDType): readonly Tensor[] {
  const precision = dtype === 'f64' ? 'f64' : 'declared'
  return Object.values(evaluate(graph(outputs), { feeds, precision }).outputs)
}

function numbersIn(nested: NestedArray): Expected {
  const { shape, data } = tensor(nested, { dtype: dtypeOf(nested) })
  return { shape, numbers: Array.from(data, Number) }
}

interface Expected {
  readonly shape: readonly number[]
  readonly numbers: readonly number[]
}

function dtypeOf(nested: NestedArray): DType {
  let first: NestedArray | undefined = nested
  while (Array.isArray(first)) first = first[0]
  return typeof first === 'boolean' ? 'bool' : 'f64'
}

function show(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number)
}
