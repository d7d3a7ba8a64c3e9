import { describe, expect, it } from 'vitest'
import { SluiceError } from '../errors.ts'
import { defineGate, type Unary } from '../gates/define.ts'
import * as gates from '../gates/index.ts'
import { isSameGraph } from './equal.ts'
import type { Gate } from './gate.ts'
import { graph } from './graph.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

const { add, constant, input, sigmoid } = gates

function errorOf(text: string): string {
  try {
    parse(text, gates)
  } catch (error) {
    if (error instanceof SluiceError) return error.message
    throw error
  }
  throw new Error('the text was parsed')
}

/** The first line of the error, and where it is. */
function factsOf(text: string): readonly string[] {
  const [what = '', where = ''] = errorOf(text).split('\n')
  return [what, where.replace(/^ *where */, '')]
}

describe('parse', () => {
  it('reads what a person writes: blanks, comments, one line or many', () => {
    const text = `// two gates
    graph { x: f32[ 2 ] = input { name : "x" } // fed
      y : f32[2] = sigmoid ( x )
      output J = y }`
    const y = sigmoid(input('x', [2])).labelled({ name: 'y' })
    const read = parse(text, gates)
    expect(isSameGraph(read, graph({ J: y }))).toBe(true)
    expect([...read.names()]).toEqual([
      [0, 'x'],
      [1, 'y'],
    ])
  })

  it('reads values by any number, defined above', () => {
    const text = 'graph { %7: f32[2] = input {name: "x"}  %3: f32[2] = add(%7, %7)  output J = %3 }'
    const x = input('x', [2])
    expect(isSameGraph(parse(text, gates), graph({ J: add(x, x) }))).toBe(true)
  })

  it('finds the gates of a user by their names', () => {
    const twice: Gate<Unary> = defineGate({
      name: 'two times',
      operands: ['x'],
      role: 'scaler',
      element: ({ x }) => x.multiply(2),
      samples: [],
    })
    const doubled = graph({ y: twice(input('x', [2])) })
    const text =
      'graph { x: f32[2] = input {name: "x"}  %1: f32[2] = "two times"(x)  output y = %1 }'
    expect(isSameGraph(parse(text, { ...gates, twice }), doubled)).toBe(true)
    expect(factsOf(text)[0]).toBe('PARSE parse: there is no gate "two times"')
  })

  it('finds no gate where it is given none', () => {
    const text = print(graph({ y: constant(1) }))
    expect(() => parse(text, {})).toThrow(/expected {2}gates to look names up in/)
  })

  it('gives frozen attributes', () => {
    const text =
      'graph { x: f32[2] = input {name: "x"} s: f32[] = sum(x) {axes: [0]} output s = s }'
    const attributes = parse(text, gates).outputs.s?.attributes
    expect(Object.isFrozen(attributes)).toBe(true)
    expect(Object.isFrozen(attributes?.axes)).toBe(true)
  })

  it('reads names that objects have of their own accord', () => {
    const text =
      'graph { __proto__: f32[] = constant {value: 1, dtype: "f32"}  output __proto__ = __proto__ }'
    const read = parse(text, gates)
    expect(Object.keys(read.outputs)).toEqual(['__proto__'])
    expect(print(read)).toContain('output __proto__ = __proto__')
  })
})

describe('the error of parse', () => {
  it('says line, column, what was expected, what was found and how to mend it', () => {
    const text =
      'graph {\n  x: f32[2] = input {name: "x"}\n  y: f32[2] = sigmiod(x)\n  output y = y\n}'
    expect(errorOf(text)).toBe(`PARSE parse: there is no gate "sigmiod"
  where     line 3, column 15
              y: f32[2] = sigmiod(x)
                          ^
  expected  the name of a gate that parse was given
  got       "sigmiod"
  fix       write sigmoid, or give parse the gate`)
  })

  it("is the gate's own where it turns operands away, at its place in the text", () => {
    const text = 'graph {\n  x: f32[2, 3] = input {name: "x"}\n  y: f32[2, 2] = matmul(x, x)\n}'
    expect(errorOf(text)).toBe(`PARSE matmul: inner sizes differ, 3 and 2
  where     line 3, column 18
              y: f32[2, 2] = matmul(x, x)
                             ^
  expected  a [..., m, k] and b [..., k, n] with the same k
  got       a f32[2, 3], b f32[2, 3]
  fix       transpose one of them, or make the layer before it as wide`)
  })

  it('names attributes that a rule cannot read', () => {
    const text = 'graph { x: f32[2] = input {name: "x"} y: f32[] = sum(x) output y = y }'
    expect(errorOf(text)).toMatch(
      /^PARSE parse: "sum" cannot be read with these operands and attributes\n {2}where {5}line 1, column 50\n/,
    )
  })

  it('shows the place in a long line', () => {
    const text = `graph { ${'x: f32[] = input {name: "x"} '.repeat(100)} }`
    const [, , shown = '', pointer = ''] = errorOf(text).split('\n')
    expect(shown.length).toBeLessThan(110)
    expect(shown[pointer.indexOf('^')]).toBe('x')
    expect(factsOf(text)).toEqual(['PARSE parse: value "x" is defined twice', 'line 1, column 38'])
  })

  // A graph around one line, which starts at column 9 and reads x, f32[2].
  const around = (line: string) => `graph { x: f32[2] = input {name: "x"}\n        ${line}\n}`

  it.each([
    ['y: f32[2] = abs(z)  output y = y', 'there is no value "z" above', 25],
    ['y: f32[2] = abs(%0)  output y = y', 'there is no value "%0" above', 25],
    ['x: f32[2] = abs(x)  output y = x', 'value "x" is defined twice', 9],
    ['output y = x  output y = x', 'output "y" is defined twice', 30],
    ['y: f32[3] = abs(x)  output y = y', 'abs gives another type', 12],
    ['y: f64[2] = abs(x)  output y = y', 'abs gives another type', 12],
    ['y, z: f32[2] = abs(x)  output y = y', 'abs gives another number of values', 24],
    ['y: f32[2] = abs(x)  output x = x', 'nothing needs "y"', 9],
    ['y: f32[2] = abs(x) {a: 1, a: 2}', 'attribute "a" is given twice', 35],
    ['y: f32[2] = abs(x) {a: "\\q"}', 'a string is not written as in JSON', 32],
    ['y: f32[2] = abs(x) {a: f32[2] [1, 2, 3]}', '"," cannot stand here', 44],
    ['y: f32[2] = abs(x) {a: u8[1] [true]}', '"true" cannot stand here', 39],
    ['y: f32[2] = abs(x) {a: bool[1] [1]}', '"1" cannot stand here', 41],
    [
      'y: f32[2] = abs(x) {a: f32[2] #0123456789abcdef}',
      'the data of constant #0123456789abcdef is not in the text',
      39,
    ],
    ['y: f32[2] = abs(x) {a: f32[99999999] fill 0}', 'fill asks for too many elements', 46],
    [
      'y: f32[2] = abs(x) {a: f32[9007199254740991, 2] [0]}',
      'a tensor has more elements than can be counted',
      32,
    ],
    ['y: f32[2] = abs(x) {a: state i8[2] {}}', 'this is no declaration of a state', 32],
    ['y: f32[2] = abs(x) {a: [1 2]}', '"2" cannot stand here', 35],
    ['y: f32[2] = abs(x) {a: maybe}', '"maybe" cannot stand here', 32],
    ['y: f32[2] = input {}  output y = y', 'an input has no name', 21],
    ['y: f32[2] = state {key: 1}  output y = y', 'this is no declaration of a state', 21],
    [
      'y: f32[2] = state {key: "s", symbol: "s", trainable: true, init: f32[3] fill 0}',
      'what state "s" holds first does not fit it',
      21,
    ],
    [
      'y: f32[2] = state {key: "s", symbol: "s", trainable: true, init: graph { }}',
      'what state "s" holds first does not fit it',
      21,
    ],
    ['y: f33[2] = abs(x)  output y = y', '"f33" cannot stand here', 12],
    ['y: f32[-1] = abs(x)  output y = y', '"-1" cannot stand here', 16],
    ['y: f32[1.5] = abs(x)  output y = y', '"1.5" cannot stand here', 16],
    ['y: f32[2] = abs(x) output = y', '"=" cannot stand here', 35],
    ['y f32[2] = abs(x)', '"f32" cannot stand here', 11],
    ['y: f32[2] = abs(x) $', '"$" is no part of the language', 28],
    ['y: f32[2] = abs(x) {a: "b', 'a string does not end', 32],
  ] as const)('%s: %s', (line, what, column) => {
    expect(factsOf(around(line))).toEqual([`PARSE parse: ${what}`, `line 2, column ${column}`])
  })

  it.each([
    ['u8[1] [256]', 'DTYPE tensor: 256 does not fit u8'],
    ['i64[1] [9223372036854775808]', 'tensor: 9223372036854775808 does not fit i64'],
  ])('says which element does not fit: %s', (text, what) => {
    expect(factsOf(around(`y: f32[2] = abs(x) {a: ${text}}`))[0]).toBe(
      `PARSE ${what.replace('DTYPE ', '')}`,
    )
  })

  it('is that of the graph where two inputs share a name or an update does not fit', () => {
    expect(factsOf(around('y: f32[2] = input {name: "x"}  output a = x  output b = y'))).toEqual([
      'PARSE graph: two different inputs are called "x"',
      'line 1, column 1',
    ])
    const state = 's: f32[3] = state {key: "s", symbol: "s", trainable: true, init: f32[3] fill 0}'
    expect(factsOf(around(`${state}  update s = x`))).toEqual([
      'PARSE graph: the update of "s" does not fit it',
      'line 1, column 1',
    ])
  })

  it.each([
    ['', '"graph"', 'the end of the text'],
    ['graph', '"{"', 'the end of the text'],
    ['graph {', 'a value, "output", "update" or "}"', 'the end of the text'],
    ['graph { } graph { }', 'the end of the text, or constants {', '"graph"'],
    ['graph { } constants { } x', 'the end of the text', '"x"'],
    ['graph { } constants { x }', 'a hash, as #0123456789abcdef, or "}"', '"x"'],
    ['graph { } constants { #0123456789abcdef: f32[1] = 7 }', '"base64"', '"7"'],
  ])('says what a text lacks: %s', (text, expected, got) => {
    const lines = errorOf(text).split('\n')
    expect(lines).toContain(`  expected  ${expected}`)
    expect(lines).toContain(`  got       ${got}`)
  })
})

describe('constants in parse', () => {
  const counting = Float32Array.from({ length: 17 }, (_, index) => index)
  const text = print(graph({ a: constant(counting) }))

  it('give their data back', () => {
    const { value } = parse(text, gates).outputs.a?.attributes ?? {}
    expect(value).toEqual({ shape: [17], dtype: 'f32', data: counting })
  })

  it('are missed where the text was printed for reading', () => {
    const short = print(graph({ a: constant(counting) }), { full: false })
    expect(
      errorOf(short),
    ).toBe(`PARSE parse: the data of constant #cbb93b7bebeb9f64 is not in the text
  where     line 2, column 42
              %0: f32[17] = constant {value: f32[17] #cbb93b7bebeb9f64, dtype: "f32"}
                                                     ^
  expected  a section constants after the graph, with this hash and type
  got       no such hash
  fix       print the graph in full`)
  })

  it('are refused where their data is not what the hash says', () => {
    expect(factsOf(text.replace('AAAAAAAAgD8', 'AAAAAAAAgD9'))).toEqual([
      'PARSE parse: the data of constant #cbb93b7bebeb9f64 is not what its hash says',
      'line 6, column 3',
    ])
  })

  it('are refused where they have another length or type', () => {
    expect(factsOf(text.replaceAll('f32[17]', 'f32[18]'))[0]).toBe(
      'PARSE parse: this is no base64 of such a constant',
    )
    expect(factsOf(text.replace('value: f32[17]', 'value: i32[17]'))[0]).toBe(
      'PARSE parse: the data of constant #cbb93b7bebeb9f64 is not in the text',
    )
  })
})

describe('a text that means harm', () => {
  const many = 200_000

  it.each([
    ['lists in lists', `graph { x: f32[] = abs {a: ${'['.repeat(many)}`, 'nested too deep'],
    ['graphs in graphs', 'graph { x: f32[] = abs {a: '.repeat(many), 'nested too deep'],
    ['axes', `graph { x: f32[${'1,'.repeat(many)}`, 'a shape has too many axes'],
    ['letters', `graph { ${'a'.repeat(many)}`, 'the end of the text cannot stand here'],
    [
      'letters beyond U+FFFF',
      `graph { ${'𝐀'.repeat(10 * many)}`,
      'the end of the text cannot stand here',
    ],
    ['a gate', `graph { x: f32[] = ${'a'.repeat(many)}`, `there is no gate "${'a'.repeat(40)}…"`],
    ['an open string', `graph { "${'\\"'.repeat(many)}`, 'a string does not end'],
    [
      'sizes',
      `graph { x: f32[] = abs {a: f32[${'9007199254740991,'.repeat(255)}0] []`,
      'a tensor has more elements than can be counted',
    ],
  ])('of many %s is refused soon', (_, text, what) => {
    const start = performance.now()
    expect(factsOf(text)[0]).toBe(`PARSE parse: ${what}`)
    // Some 20 ms here; a minute or a stack overflow where it is not linear.
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
