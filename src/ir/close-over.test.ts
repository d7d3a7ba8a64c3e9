import { describe, expect, it } from 'vitest'
import { gradients } from '../autodiff/gradients.ts'
import { add, constant, exp, input, multiply, scan } from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { closeOver } from './close-over.ts'
import { graph } from './graph.ts'
import { print } from './print.ts'
import { type Tensor, tensor, toNumbers } from './tensor.ts'
import type { Value } from './value.ts'

function placeholderFor(name: string, { shape, dtype }: Value): Value {
  return input(name, shape, { dtype })
}

describe('closing over outside values', () => {
  it('captures what does not depend on a placeholder, computed once outside', () => {
    const w = input('w', [])
    const outside = exp(w)
    const x = input('0', [])
    const inside = add(multiply(x, outside), constant(2))
    const { body, captured } = closeOver([inside, w], [x], placeholderFor)
    expect(captured).toEqual([outside, w])
    expect(print(body)).toBe(`graph {
  "0": f32[] = input {name: "0"}
  "1": f32[] = input {name: "1"}
  %2: f32[] = multiply("0", "1")
  %3: f32[] = constant {value: 2, dtype: "f32"}
  %4: f32[] = add(%2, %3)
  "2": f32[] = input {name: "2"}
  output "0" = %4
  output "1" = "2"
}
`)
  })

  it('takes the placeholder of the block around it for an outside value', () => {
    const outer = input('0', [])
    const own = input('0', [])
    const { body, captured } = closeOver([multiply(own, outer)], [own], placeholderFor)
    expect(captured).toEqual([outer])
    expect(body.inputs.map(({ attributes }) => attributes.name)).toEqual(['0', '1'])
  })
})

describe('a loop in a loop', () => {
  // h ← Π over the elements e of a row of (e + h₀ w), from h₀ = the last h, over all rows.
  const product = (h: Value, row: Value, w: Value): Value => {
    const step = ([c, e]: readonly Value[]) => ({
      carry: [multiply(c as Value, add(e as Value, multiply(h, w)))],
    })
    return scan((carry, elements) => step([...carry, ...elements]), {
      carry: [constant(1, { dtype: 'f64' })],
      sequences: [row],
    }).carry[0] as Value
  }

  it('has the values and gradients of the same gates written out', () => {
    const w = input('w', [], { dtype: 'f64' })
    const rows = input('rows', [2, 2], { dtype: 'f64' })
    const looped = scan(([h], [row]) => ({ carry: [product(h as Value, row as Value, w)] }), {
      carry: [constant(0.5, { dtype: 'f64' })],
      sequences: [rows],
    }).carry[0] as Value
    const feeds = {
      w: tensor(0.7, { dtype: 'f64' }),
      rows: tensor(
        [
          [1, -2],
          [0.5, 3],
        ],
        { dtype: 'f64' },
      ),
    }
    const [dw, drows] = gradients(looped, [w, rows])
    const { outputs } = evaluate(graph({ looped, dw, drows }), { feeds })
    const numbersOf = (name: string) => toNumbers(outputs[name] as Tensor) // an output of the graph
    // h₁ = (1 + 0.35)(−2 + 0.35) = −2.2275; with s = 0.7 h₁, h₂ = (0.5 + s)(3 + s).
    const h1 = 1.35 * -1.65
    const s = 0.7 * h1
    const slope = 3.5 + 2 * s
    // dh₁/dw = 0.5 (1.35 − 1.65), dh₂/dw = (h₁ + 0.7 dh₁/dw) (3.5 + 2 s).
    const expected = (h1 + 0.7 * 0.5 * (1.35 - 1.65)) * slope
    expect(numbersOf('looped')[0]).toBeCloseTo((0.5 + s) * (3 + s), 14)
    expect(numbersOf('dw')[0]).toBeCloseTo(expected, 14)
    const expectedRows = [-1.65 * 0.7 * slope, 1.35 * 0.7 * slope, 3 + s, 0.5 + s]
    for (const [index, number] of numbersOf('drows').entries()) {
      // f64: a few products of ordinary size.
      expect(number).toBeCloseTo(expectedRows[index] ?? Number.NaN, 14)
    }
  })
})
