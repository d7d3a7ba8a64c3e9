/** Each gate of a network held against finite differences, where the network stands. */
import { type GradcheckRow, gradcheck } from '../autodiff/gradcheck.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { outputsOf, reapply } from '../ir/rewrite.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import { fillRandomBits, foldIn, keyFromSeed } from '../ir/threefry.ts'
import type { Value } from '../ir/value.ts'

export interface Point {
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly states: ReadonlyMap<string, Tensor>
  /** In how many directions each operand is moved. Default 3. */
  readonly directions?: number
}

export interface GateCheck {
  readonly gate: string
  /** How often it is part of the network. */
  readonly uses: number
  /** The largest, relative to the gradients. */
  readonly error: number
  readonly passed: boolean
}

/**
 * One row for each gate of J that has a gradient: what it hands back to its operands, for a random
 * gradient that arrives, beside central differences in f64.
 */
export function checkGates(
  J: Value,
  { feeds, states, directions = 3 }: Point,
): readonly GateCheck[] {
  const graph = new Graph({ J })
  const applications = graph.applications.filter(
    ({ gate, inputs, dtype }) =>
      gate.meaning.kind !== 'source' &&
      isFloating(dtype) &&
      inputs.some((v) => isFloating(v.dtype)),
  )
  const operands = new Map(applications.flatMap(({ inputs }) => inputs.map((v, k) => [v, k])))
  const names = new Map([...operands.keys()].map((value, index) => [value, `v${index}`]))
  const asked = Object.fromEntries([...names].map(([value, name]) => [name, value]))
  const { outputs } = evaluate(new Graph(asked), { feeds, states, precision: 'f64' })
  const found = new Map<string, GateCheck>()
  for (const application of applications) {
    const given = application.inputs.map((value) => outputs[names.get(value) ?? ''])
    const contents = given.filter((one) => one !== undefined)
    const check = summed(application.gate.name, checkOne(application, contents, directions))
    found.set(check.gate, joined(check, found.get(check.gate)))
  }
  return [...found.values()]
}

/** The gate by itself, on inputs that hold what its operands hold in the network. */
function checkOne(
  application: Value,
  contents: readonly Tensor[],
  directions: number,
): readonly GradcheckRow[] {
  const inputs = application.inputs.map(({ shape, dtype }, k) =>
    gates.input(`operand${k}`, shape, { dtype }),
  )
  const feeds: Record<string, Tensor> = {}
  contents.forEach((one, k) => {
    feeds[`operand${k}`] = one
  })
  const weighed = outputsOf(reapply(application, inputs)).flatMap((output, k) => {
    if (!isFloating(output.dtype)) return []
    const { shape, dtype } = output
    feeds[`upstream${k}`] = { shape, dtype: 'f64', data: randomNumbers(sizeOf(shape), k) }
    return [gates.sum(gates.multiply(output, gates.input(`upstream${k}`, shape, { dtype })))]
  })
  const [first, ...rest] = weighed
  if (!first) return []
  const J = rest.reduce((total: Value, one) => gates.add(total, one), first)
  const wrt = inputs.filter(({ dtype }) => isFloating(dtype))
  return gradcheck(J, { feeds, wrt, directions }).rows
}

/**
 * From 0 to 1, the same each time. Above 0, as the derivatives of a sum lie between those of its two
 * sides only where its terms bend the same way: equal numbers that go into a maxPool are a kink each.
 */
function randomNumbers(length: number, turn: number): Float64Array<ArrayBuffer> {
  const bits = new Uint32Array(length)
  fillRandomBits(foldIn(keyFromSeed(0), turn), bits)
  return Float64Array.from(bits, (word) => (word + 1) / 2 ** 32)
}

function summed(gate: string, rows: readonly GradcheckRow[]): GateCheck {
  const errors = rows.filter(({ isKink }) => !isKink).map(relativeError)
  return {
    ...{ gate, uses: 1, error: Math.max(0, ...errors) },
    passed: rows.every(({ passed }) => passed),
  }
}

function joined(check: GateCheck, before: GateCheck | undefined): GateCheck {
  if (!before) return check
  return {
    gate: check.gate,
    uses: before.uses + check.uses,
    error: Math.max(before.error, check.error),
    passed: before.passed && check.passed,
  }
}

/** The error as a share of the gradient, or by itself where that is below 1. */
export function relativeError({ error, analytic, numeric }: GradcheckRow): number {
  return error / Math.max(1, Math.abs(analytic), Math.abs(numeric))
}
