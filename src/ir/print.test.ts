import { describe, expect, it } from 'vitest'
import {
  add,
  alias,
  cast,
  constant,
  input,
  matmul,
  negate,
  scan,
  sigmoid,
  split,
  state,
  subtract,
  sum,
} from '../gates/index.ts'
import { applyGate } from './apply-gate.ts'
import { Graph, graph } from './graph.ts'
import { print, printApplication } from './print.ts'
import type { Tensor } from './tensor.ts'
import { Value } from './value.ts'

/** The text without the first and last line and the margin. */
function linesOf(printed: Graph): readonly string[] {
  const lines = print(printed).split('\n').slice(1, -2)
  return lines.map((line) => line.replace(/^ {2}/, ''))
}

describe('print', () => {
  it('writes one line for each application, then outputs and updates', () => {
    const x = input('x', [4, 2])
    const W1 = state(
      'layer.weight',
      [2, 3],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { symbol: 'W1', trainable: true },
    )
    const [first, second] = split(matmul(x, W1), [1, 2], 1)
    const J = sum(sigmoid(second)).labelled({ name: 'J' })
    const update = { state: W1, value: subtract(W1, W1) }
    expect(print(new Graph({ J, first }, [update]))).toBe(`graph {
  x: f32[4, 2] = input {name: "x"}
  W1: f32[2, 3] = state {key: "layer.weight", symbol: "W1", trainable: true, init: f32[2, 3] [[1, 2, 3], [4, 5, 6]]}
  %2: f32[4, 3] = matmul(x, W1)
  %3, %4: f32[4, 1], f32[4, 2] = split(%2) {sizes: [1, 2], axis: 1}
  %5: f32[4, 2] = sigmoid(%4)
  J: f32[] = sum(%5) {axes: [0, 1], keepDims: false}
  %7: f32[2, 3] = subtract(W1, W1)
  output J = J
  output first = %3
  update W1 = %7
}
`)
  })

  it('writes names that are words as they are and quotes the others', () => {
    const x = input('x', [2])
    const named = (value: Value, name: string) => negate(value).labelled({ name })
    const names = ['ŷ', 'z_2.b', '0.weight', 'two words', 'output', 'NaN', '', '"', '\n']
    const value = names.reduce<Value>(named, x)
    expect(linesOf(graph({ '0': value })).map((line) => line.split(':')[0])).toEqual([
      'x',
      'ŷ',
      'z_2.b',
      '"0.weight"',
      '"two words"',
      '"output"',
      '"NaN"',
      '""',
      '"\\""',
      '"\\n"',
      'output "0" = "\\n"',
    ])
  })

  it('numbers a value whose name another value has', () => {
    const x = input('x', [2])
    const first = negate(x).labelled({ name: 'a' })
    const second = negate(first).labelled({ name: 'a' })
    expect(linesOf(graph({ sum: add(second, first) }))).toEqual([
      'x: f32[2] = input {name: "x"}',
      'a: f32[2] = negate(x)',
      '%2 "a": f32[2] = negate(a)',
      '%3: f32[2] = add(%2, a)',
      'output sum = %3',
    ])
  })

  it('calls a value by the first name that a view of it has, alias or not', () => {
    const x = input('x', [2])
    const y = negate(x)
    const named = y.labelled({ name: 'y' })
    expect(linesOf(graph({ out: add(y, named), again: alias(named) }))).toEqual([
      'x: f32[2] = input {name: "x"}',
      'y: f32[2] = negate(x)',
      '%2: f32[2] = add(y, y)',
      '%3: f32[2] = alias(y)',
      'output out = %2',
      'output again = %3',
    ])
  })

  it('keeps the name of a state that only its update reads', () => {
    const steps = state('steps', [], 0, { dtype: 'i32', symbol: 't' })
    const update = { state: steps, value: constant(1, { dtype: 'i32' }) }
    expect(linesOf(new Graph({}, [update]))).toContain('update t = %1')
  })

  it('writes a tag after the attributes', () => {
    const x = input('x', [2])
    const y = applyGate(sum.definition, [x], { axes: [0], keepDims: false }, 'recomputed')
    const z = applyGate(negate.definition, [y], undefined, 'two words')
    expect(linesOf(graph({ z })).slice(1, 3)).toEqual([
      '%1: f32[] = sum(x) {axes: [0], keepDims: false} @recomputed',
      '%2: f32[] = negate(%1) @"two words"',
    ])
  })

  it('writes numbers so that they come back, and strings as JSON', () => {
    const attributes = {
      numbers: [0, -0, 0.1, 1e21, Number.NaN, Infinity, -Infinity],
      'a key': ['"', '\u2028', true, null, [[]]],
    }
    const value = applyGate(negate.definition, [input('x', [])], attributes)
    expect(linesOf(graph({ value }))[1]).toBe(
      '%1: f32[] = negate(x) {numbers: [0, -0, 0.1, 1e+21, NaN, Infinity, -Infinity], ' +
        '"a key": ["\\"", "\u2028", true, null, [[]]]}',
    )
  })

  it('indents a graph that is an attribute', () => {
    const xs = input('xs', [4, 2])
    const { carry } = scan(([h], [x]) => ({ carry: [add(h as Value, x as Value)] }), {
      carry: [constant([0, 0])],
      sequences: [xs],
    })
    expect(print(graph({ last: carry[0] as Value }))).toBe(`graph {
  %0: f32[2] = constant {value: f32[2] [0, 0], dtype: "f32"}
  xs: f32[4, 2] = input {name: "xs"}
  %2, %3: f32[2], f32[4, 2] = scan(%0, xs) {body: graph {
    "0": f32[2] = input {name: "0"}
    "1": f32[2] = input {name: "1"}
    %2: f32[2] = add("0", "1")
    output "0" = %2
  }, carryCount: 1, sequenceCount: 1, length: 4, reverse: false}
  output last = %2
}
`)
  })

  it('writes what a state begins with as graph where it is one', () => {
    const noise = state('w', [2], (key) => cast(key, 'f32'))
    expect(linesOf(graph({ noise }))).toEqual([
      'w: f32[2] = state {key: "w", symbol: "w", trainable: false, init: graph {',
      '  key: u32[2] = input {name: "key"}',
      '  %1: f32[2] = cast(key) {dtype: "f32"}',
      '  output init = %1',
      '}}',
      'output noise = w',
    ])
  })

  it('writes the shape and dtype of an input where its type says others', () => {
    const attributes = { name: 'x', shape: [3], dtype: 'f64' }
    const x = Value.of(input.definition, [], attributes, { shape: [2], dtype: 'f32' })
    expect(linesOf(graph({ x }))[0]).toBe(
      '%0: f32[2] = input {name: "x", shape: [3], dtype: "f64"}',
    )
  })
})

describe('tensors in print', () => {
  const counting = Float32Array.from({ length: 17 }, (_, index) => index)
  const bytes =
    'AAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQAAgEE='

  it('stand in their line up to 16 elements', () => {
    const small = constant(counting.subarray(0, 4), { shape: [2, 2] })
    expect(linesOf(graph({ small }))[0]).toBe(
      '%0: f32[2, 2] = constant {value: f32[2, 2] [[0, 1], [2, 3]], dtype: "f32"}',
    )
  })

  // The hash is that of test/vectors/content-hash.py.
  it('are named by their content above that, with their data once after the graph', () => {
    const two = graph({ a: constant(counting), b: constant(Float32Array.from(counting)) })
    expect(print(two)).toBe(`graph {
  %0: f32[17] = constant {value: f32[17] #cbb93b7bebeb9f64, dtype: "f32"}
  %1: f32[17] = constant {value: f32[17] #cbb93b7bebeb9f64, dtype: "f32"}
  output a = %0
  output b = %1
}
constants {
  #cbb93b7bebeb9f64: f32[17] = base64 "${bytes}"
}
`)
  })

  it('leave their data out where the text is for reading', () => {
    const text = print(graph({ a: constant(counting) }), { full: false })
    expect(text).toContain('#cbb93b7bebeb9f64')
    expect(text).not.toContain('base64')
  })

  it('are filled where one element is everywhere', () => {
    const ones = graph({ a: constant(new Float32Array(20).fill(0.1)) })
    expect(linesOf(ones)[0]).toBe('%0: f32[20] = constant {value: f32[20] fill 0.1, dtype: "f32"}')
  })

  it('are filled only as far as parse fills them, 2^24 elements in one text', () => {
    const zeros = (length: number): Value => {
      const data: Tensor = { shape: [length], dtype: 'bool', data: new Uint8Array(length) }
      return constant(data)
    }
    const text = print(graph([zeros(2 ** 24 - 20), zeros(20), zeros(17)]), { full: false })
    expect(text.match(/bool\[\d+\] (fill false|#\w+)/g)).toEqual([
      'bool[16777196] fill false',
      'bool[20] fill false',
      expect.stringMatching(/^bool\[17\] #[0-9a-f]{16}$/),
    ])
  })
})

describe('printApplication', () => {
  it('gives the line of one application', () => {
    const y = sigmoid(input('x', [2])).labelled({ name: 'y' })
    expect(printApplication(graph({ y }), 1)).toBe('y: f32[2] = sigmoid(x)')
  })
})
