import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { registry } from '../../test/gates/registry.ts'
import { gradients } from '../autodiff/gradients.ts'
import * as gates from '../gates/index.ts'
import { type ComputeDType, domains } from '../ir/dtype.ts'
import { Graph, graph } from '../ir/graph.ts'
import { type Tensor, tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type { Precision } from './apply.ts'
import { evaluate, type InterpretOptions, interpret } from './interpret.ts'

const floats = [
  ...[0, -0, 1, -1, 0.5, -0.5, 2, 3.7, -3.7, 31, 32, 100, -100, 1e-3, 0.1],
  ...[Number.NaN, Infinity, -Infinity, 5e-324, -5e-324, 1e-40, -1e-40, 3.4e38, 1.7e308, -1.7e308],
]
const numbers: { readonly [D in ComputeDType]: readonly number[] } = {
  f64: floats,
  f32: floats.map(Math.fround),
  i32: [0, 1, -1, 2, -2, 3, 7, -7, 31, 46341, 2147483647, -2147483648],
  u32: [0, 1, 2, 3, 7, 31, 32, 33, 65536, 2147483648, 4294967295],
  bool: [0, 1],
}
const dtypes = ['f64', 'f32', 'i32', 'u32', 'bool'] as const

/** Step by step: each gate makes tensors, and numbers are never held by themselves. */
function stepped(whole: Graph, options: InterpretOptions): Readonly<Record<string, Tensor>> {
  const steps = interpret(whole, options)
  for (;;) {
    const turn = steps.next()
    if (turn.done) return turn.value.outputs
  }
}

/** What differs between the two ways, bit for bit, where all NaN are one. */
function differences(whole: Graph, options: InterpretOptions): string[] {
  const expected = stepped(whole, options)
  const got = evaluate(whole, options).outputs
  return Object.entries(expected).flatMap(([name, { shape, dtype, data }]) => {
    const own = got[name]
    const isSame =
      own?.dtype === dtype && own.shape.length === shape.length && Object.is(own.data[0], data[0])
    return isSame ? [] : [`${name}: ${own?.dtype} ${own?.data[0]}, not ${dtype} ${data[0]}`]
  })
}

const elementGates = registry.filter(({ definition }) => definition.meaning.kind === 'element')
/** Those that are called with operands alone. */
const plainGates = elementGates.filter(({ definition }) =>
  definition.samples.every((sample) => sample.with === undefined),
)

/** The gate on scalar inputs of a dtype, conditions being bool; undefined where it takes no such. */
function applied(name: string, dtype: ComputeDType): Value | undefined {
  const one = elementGates.find(({ definition }) => definition.name === name)
  if (!one) return undefined
  const { operands, takes } = one.definition
  const types = operands.map((operand) => (takes[operand] === 'bool' ? 'bool' : dtype))
  if (!operands.every((operand, k) => domains[takes[operand] ?? 'any'].holds(types[k] ?? dtype))) {
    return undefined
  }
  const inputs = types.map((type, k) => gates.input(`x${k}`, [], { dtype: type }))
  const more = one.definition.samples[0]?.with ?? []
  return one.gate(...([...inputs, ...more] as never[])) as Value // an element gate has one output
}

describe('numbers held by themselves', () => {
  it.each(elementGates.map(({ name }) => name))('are those of the steps: %s', (name) => {
    let checked = 0
    for (const dtype of dtypes) {
      const y = applied(name, dtype)
      if (!y) continue
      const whole = graph({ y })
      const { inputs } = whole
      const sets = inputs.map(({ dtype: own }) => numbers[own as ComputeDType]) // as applied made it
      for (let index = 0; index < sets.reduce((size, set) => size * set.length, 1); index++) {
        let rest = index
        const feeds = Object.fromEntries(
          inputs.map(({ attributes, dtype: own }, k) => {
            const set = sets[k] ?? []
            const number = set[rest % set.length] ?? 0
            rest = Math.floor(rest / set.length)
            return [String(attributes.name), tensor(number, { dtype: own })]
          }),
        )
        for (const precision of ['declared', 'f64'] satisfies Precision[]) {
          expect(differences(whole, { feeds, precision }), `${dtype} ${index}`).toEqual([])
          checked++
        }
      }
    }
    expect(checked).toBeGreaterThan(0)
  })

  it('are those of the steps in random graphs with their gradients, among wider values', () => {
    const names = plainGates.map(({ name }) => name)
    const choices = fc.record({
      gate: fc.constantFrom(...names),
      operands: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    })
    const dtype = fc.constantFrom('f32' as const, 'f64' as const)
    fc.assert(
      fc.property(dtype, fc.array(choices, { minLength: 1, maxLength: 30 }), (d, list) => {
        const x = gates.input('x', [], { dtype: d })
        const row = gates.input('row', [3], { dtype: d })
        const pool: Value[] = [x, gates.constant(0.75, { dtype: d }), gates.sum(row)]
        for (const { gate, operands } of list) {
          const one = elementGates.find(({ name }) => name === gate)
          if (!one) continue
          const { takes, operands: wanted } = one.definition
          if (!wanted.every((operand) => domains[takes[operand] ?? 'any'].holds(d))) continue
          const inputs = wanted.map((_, k) => pool[(operands[k] ?? 0) % pool.length])
          const made = one.gate(...(inputs as never[])) as Value // an element gate has one output
          if (made.dtype === d) pool.push(made)
        }
        const J = gates.add(gates.sum(gates.multiply(row, pool.at(-1) ?? x)), x)
        const [dx, dRow] = gradients(J, [x, row])
        const whole = new Graph({ J, dx, wide: gates.sum(dRow), last: pool.at(-1) ?? x })
        const feeds = {
          x: tensor(0.3, { dtype: d }),
          row: tensor([0.5, -2, 1e-3], { dtype: d }),
        }
        expect(differences(whole, { feeds })).toEqual([])
        expect(differences(whole, { feeds, precision: 'f64' })).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('become tensors where a gate of tensors or the reader asks for them', () => {
    const x = gates.input('x', [])
    const half = gates.multiply(x, 0.5)
    const whole = graph({ half, row: gates.broadcastTo(half, [3]) })
    const { outputs } = evaluate(whole, { feeds: { x: tensor(3) } })
    expect(outputs.half).toEqual({ shape: [], dtype: 'f32', data: Float32Array.of(1.5) })
    expect(outputs.row).toEqual({ shape: [3], dtype: 'f32', data: Float32Array.of(1.5, 1.5, 1.5) })
  })

  it('round a literal and each result to f32 where the graph is f32', () => {
    const y = gates.add(gates.input('x', []), 0.1)
    const { outputs } = evaluate(graph({ y }), { feeds: { x: tensor(0.2) } })
    // NumPy 1.26: np.float32(0.2) + np.float32(0.1)
    expect(outputs.y?.data[0]).toBe(0.30000001192092896)
  })
})
