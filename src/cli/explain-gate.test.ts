import { describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import * as gates from '../gates/index.ts'
import { isGate } from '../ir/gate.ts'

describe('sluice explain <gate>', () => {
  test('multiply shows the forward pass, its role, local gradient, upstream and product', async () => {
    // The article's multiply gate: 3 · (−4) = −12, and with a top_diff of 2 it hands back −8 and 6.
    const argv = ['explain', 'multiply', '--a', '3', '--b', '-4', '--upstream', '2']
    expect(await runCli(argv)).toEqual({
      code: 0,
      err: '',
      out: `GIVEN
  a  []  3
  b  []  −4

FORWARD
F1  z = a · b  []·[] → []  multiply: switch
      z = 3 · (−4) = −12

BACKWARD
B1  dJ/da = dJ/dz · b  []·[] → []  multiply: switch
      upstream  dJ/dz = 2
      local     b = −4
      product   dJ/da = 2 · (−4) = −8
B2  dJ/db = dJ/dz · a  []·[] → []  multiply: switch
      upstream  dJ/dz = 2
      local     a = 3
      product   dJ/db = 2 · 3 = 6

PARTS
  multiply: switch — each input gets the gradient times the other input
`,
    })
  })

  test('--json gives the same as data, before the name of the gate or after it', async () => {
    const operands = ['--a', '3', '--b', '-4', '--upstream', '2']
    const { out } = await runCli(['explain', 'multiply', ...operands, '--json'])
    const numbers = JSON.parse(out).equations.map(
      (equation: { numbers: object }) => equation.numbers,
    )
    expect(numbers).toEqual([
      { value: -12 },
      { value: -8, upstreams: [2], local: -4 },
      { value: 6, upstreams: [2], local: 3 },
    ])
    expect((await runCli(['explain', '--json', 'multiply', ...operands])).out).toBe(out)
  })

  test('takes arrays, further arguments and lists of operands', async () => {
    const sum = await runCli(['explain', 'sum', '--x', '[[1, 2], [3, 4]]', '--with', '[0]'])
    expect(sum.out).toContain('z = [4, 6]')
    const concat = await runCli(['explain', 'concat', '--values', '[[1, 2], [3]]'])
    expect(concat.out).toContain('z = [1, 2, 3]')
  })

  test('takes types where no numbers are at hand', async () => {
    const { code, out } = await runCli([
      'explain',
      'matmul',
      '--a',
      'f32[4, 2]',
      '--b',
      'f32[2, 3]',
    ])
    expect(code).toBe(0)
    expect(out).toContain('dJ/db = aᵀ · dJ/dz  [2, 4]·[4, 3] → [2, 3]')
  })

  test('--help lists the operands of that gate', async () => {
    const { code, out } = await runCli(['explain', 'matmul', '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/--a <numbers>.*\n[\s\S]*--b <numbers>/)
  })
})

describe('the example in the help of every gate', () => {
  const names = Object.entries(gates)
    .filter(([, gate]) => isGate(gate) && gate.definition.operands.length > 0)
    .filter(([, gate]) => isGate(gate) && gate.definition.role !== 'loop')
    .map(([name]) => name)

  test.each(names)('%s can be run', async (name) => {
    const help = await runCli(['explain', name, '--help'])
    const example = /\$ sluice (.*)\n/.exec(help.out)?.[1] ?? ''
    const { code, out, err } = await runCli(words(example))
    expect([code, err], example).toEqual([0, ''])
    expect(out).toMatch(/^F1 /m)
  })
})

describe('bad input', () => {
  test.each([
    [
      ['multiply', '--a', '3'],
      'OPTION explain multiply: the operand --b is missing\n' +
        '  expected  --a and --b\n' +
        '  got       --a\n' +
        '  fix       add --b with a number or a JSON array\n',
    ],
    [
      ['multiply', '3', '4'],
      'OPTION explain multiply: "3" belongs to no operand\n' +
        '  expected  --a and --b\n' +
        '  got       3 4\n' +
        '  fix       give operands by name: --a 3 --b 4\n',
    ],
    [
      ['multiply', '--a', '3', '[4, 5]'],
      'OPTION explain multiply: "[4, 5]" belongs to no operand\n' +
        '  expected  --a and --b\n' +
        "  got       '[4, 5]'\n" +
        "  fix       give operands by name: --b '[4, 5]'\n",
    ],
    [
      ['multiply', '3', '-4'],
      'OPTION explain multiply: "3" belongs to no operand\n' +
        '  expected  --a and --b\n' +
        '  got       3 -4\n' +
        '  fix       give operands by name: --a 3 --b -4\n',
    ],
    [
      ['multiply', '--a', 'x', '--b', '4'],
      'OPTION --a: "x" cannot be read\n' +
        '  expected  a number or an array of numbers, such as [[1, 2], [3, 4]]\n' +
        '  got       "x"\n' +
        '  fix       write numbers as in JSON, and put quotes around what holds spaces\n',
    ],
    [
      ['multiply', '--a', '[1, "2"]', '--b', '4'],
      'OPTION --a: there is something in it that is no number\n' +
        '  expected  a number or an array of numbers, such as [[1, 2], [3, 4]]\n' +
        '  got       [1, "2"]\n' +
        '  fix       leave only numbers and brackets\n',
    ],
    [
      ['sum', '--x', '[1, 2]', '--with', '0'],
      'OPTION --with: not a list of arguments\n' +
        '  expected  a JSON list, such as [{"axes": [0]}]\n' +
        '  got       0\n' +
        '  fix       put it into brackets: [0]\n',
    ],
    [
      ['matmul', '--a', '[[1, 2]]', '--b', '[[3, 4]]'],
      'SHAPE matmul: inner sizes differ, 2 and 1\n' +
        '  where     explain matmul\n' +
        '  expected  a [..., m, k] and b [..., k, n] with the same k\n' +
        '  got       a f64[1, 2], b f64[1, 2]\n' +
        '  fix       transpose one of them, or make the layer before it as wide\n',
    ],
    [
      ['constant', '--value', '3'],
      'NAME explain: constant shows nothing by itself\n' +
        '  expected  a gate that computes something from operands, such as multiply\n' +
        '  got       constant\n' +
        '  fix       see it in a network: sluice explain --layers 2,3,1\n',
    ],
  ])('%j', async (argv, err) => {
    expect(await runCli(['explain', ...argv])).toEqual({ code: 2, out: '', err })
  })

  test('an unknown gate is answered with the nearest, or with all', async () => {
    const { code, out, err } = await runCli(['explain', 'multply', '--a', '3'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(
      'NAME there is no gate "multply"\n' +
        '  got       "multply"\n' +
        '  fix       did you mean "multiply"?\n',
    )
    expect((await runCli(['explain', 'transmogrification'])).err).toMatch(
      /^NAME .*\n {2}expected {2}abs, acos, acosh, add, [\s\S]*,\s+mish,[\s\S]*\n.*\n {2}fix {7}choose one of those\n$/,
    )
  })
})

/** The words of a command as a shell would read them: quotes hold a word together. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}
