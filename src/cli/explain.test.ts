import { describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import type { ExplanationData } from '../explain/index.ts'
import type { Io } from './io.ts'

const ids = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)

/** The equations of the article's network: id, gate, left-hand side, right-hand side. */
const article = [
  'F1 matmul u1 = x · W1',
  'F2 add z2 = u1 + b1',
  'F3 sigmoid a2 = sigmoid(z2)',
  'F4 matmul u2 = a2 · W2',
  'F5 add z3 = u2 + b2',
  'F6 alias ŷ = z3',
  'F7 mse J = mean((ŷ − y)²)',
  'B1 mse dJ/dz3 = 2(ŷ − y)/n',
  'B2 add dJ/du2 = dJ/dz3',
  'B3 add dJ/db2 = sum over the batch of dJ/dz3',
  'B4 matmul dJ/da2 = dJ/du2 · W2ᵀ',
  'B5 matmul dJ/dW2 = a2ᵀ · dJ/du2',
  'B6 sigmoid dJ/dz2 = dJ/da2 ⊙ a2 ⊙ (1 − a2)',
  'B7 add dJ/du1 = dJ/dz2',
  'B8 add dJ/db1 = sum over the batch of dJ/dz2',
  'B9 matmul dJ/dx = dJ/du1 · W1ᵀ',
  'B10 matmul dJ/dW1 = xᵀ · dJ/du1',
  'U1 subtract W1 ← W1 − lr · dJ/dW1',
  'U2 subtract b1 ← b1 − lr · dJ/db1',
  'U3 subtract W2 ← W2 − lr · dJ/dW2',
  'U4 subtract b2 ← b2 − lr · dJ/db2',
]

describe('sluice explain --layers 2,3,1', () => {
  test('--json holds the 7 forward, 10 backward and 4 update equations of the article', async () => {
    const { equations } = await explained('--layers', '2,3,1')
    expect(equations.map(({ id, gate, text }) => `${id} ${gate} ${text}`)).toEqual(article)
    expect(equations.every(({ numbers }) => numbers !== undefined)).toBe(true)
  })

  test('is shown the four rows of XOR', async () => {
    const { given } = await explained('--layers', '2,3,1')
    const contentsOf = (symbol: string) => given.find(({ name }) => name === symbol)?.value
    expect(contentsOf('x')).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    expect(contentsOf('y')).toEqual([[0], [1], [1], [0]])
  })

  test('prints text with numbers, within 100 columns', async () => {
    const { code, out, err } = await runCli(['explain', '--layers', '2,3,1'])
    expect([code, err]).toEqual([0, ''])
    for (const line of article) expect(out).toContain(line.replace(/^\S+ \S+ /, ''))
    expect(out).toMatch(/^ +J = 0\.\d+$/m)
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  test('--no-values leaves the numbers out', async () => {
    const { out } = await runCli(['explain', '--layers', '2,3,1', '--no-values'])
    expect(out).toContain('J = mean((ŷ − y)²)')
    expect(out).not.toMatch(/\d\.\d/)
    const { equations } = await explained('--layers', '2,3,1', '--no-values')
    expect(equations.filter(({ numbers }) => numbers)).toEqual([])
  })

  test('--latex prints an equation with each tag', async () => {
    const { out } = await runCli(['explain', '--layers', '2,3,1', '--latex'])
    const tags = [...out.matchAll(/\\tag\{(\w+)\}/g)].map(([, tag]) => tag)
    expect(tags).toEqual([...ids('F', 7), ...ids('B', 10), ...ids('U', 4)])
  })

  test('draws the same weights for the same seed, others for another', async () => {
    const text = async (seed: string) =>
      (await runCli(['explain', '--layers', '2,3,1', '--seed', seed])).out
    expect(await text('1')).toBe(await text('1'))
    expect(await text('1')).not.toBe(await text('2'))
  })
})

test('the table is as wide as the terminal, else as COLUMNS says, else 100, at least 60', async () => {
  const widest = async (io: Partial<Io>) => {
    const { out } = await runCli(['explain', '--layers', '2,3,1'], io)
    return Math.max(...out.split('\n').map((line) => line.length))
  }
  const terminals = { out: true, err: true }
  const [at60, at70, at100] = await Promise.all(
    [60, 70, 100].map((columns) => widest({ terminals, columns })),
  )
  expect(at60).toBeLessThanOrEqual(60)
  expect(at70).toBeGreaterThan(60)
  expect(at70).toBeLessThanOrEqual(70)
  expect(at100).toBeGreaterThan(80)
  expect(await widest({ terminals, columns: 30, environment: { COLUMNS: '90' } })).toBe(at60)
  expect(await widest({ columns: 60, environment: { COLUMNS: '70' } })).toBe(at70)
  expect(await widest({ columns: 60 })).toBe(at100)
})

test('other widths and activations work alike', async () => {
  const { equations, given } = await explained('--layers', '4,8,8,3', '--activation', 'tanh')
  const count = (letter: string) => equations.filter(({ id }) => id.startsWith(letter)).length
  // Three layers: 3 products, 3 sums, 2 activations, ŷ and J; two gradients for each product and
  // sum, one for each activation and J; 3 weights and 3 biases.
  expect([count('F'), count('B'), count('U')]).toEqual([10, 15, 6])
  expect(
    equations.filter(({ gate, phase }) => gate === 'tanh' && phase === 'forward'),
  ).toHaveLength(2)
  expect(given.find(({ name }) => name === 'x')?.shape).toEqual([4, 4])
})

describe('bad input', () => {
  test.each([
    [
      ['--layers', '2,x,1'],
      'OPTION --layers: "x" is not a width\n' +
        '  expected  whole numbers from 1 to 65536, separated by commas, such as 2,3,1\n' +
        '  got       "2,x,1"\n' +
        '  fix       give the width of each layer\n',
    ],
    [
      ['--layers', '2,0,1'],
      'OPTION --layers: "0" is not a width\n' +
        '  expected  whole numbers from 1 to 65536, separated by commas, such as 2,3,1\n' +
        '  got       "2,0,1"\n' +
        '  fix       give the width of each layer\n',
    ],
    [
      ['--layers', '3'],
      'OPTION --layers: there is only one width\n' +
        '  expected  the width of the inputs, then of each layer, such as 2,3,1\n' +
        '  got       "3"\n' +
        '  fix       give two widths or more\n',
    ],
    [
      ['--layers', '2,3,1', '--activation', 'sigmod'],
      'NAME there is no activation "sigmod"\n' +
        '  got       "sigmod"\n' +
        '  fix       did you mean "sigmoid"?\n',
    ],
    [
      ['--layers', '2,3,1', '--seed', '1.5'],
      'OPTION --seed: "1.5" is not a whole number\n' +
        '  expected  a whole number, 0 or more\n' +
        '  got       "1.5"\n' +
        '  fix       give --seed 1, for example\n',
    ],
    [
      [],
      'OPTION explain: neither a network nor a gate is given\n' +
        '  expected  --layers with the widths of a network, a model, or the name of a gate\n' +
        '  got       neither\n' +
        '  fix       try `sluice explain --layers 2,3,1` or `sluice explain multiply --a 3 --b -4`\n',
    ],
  ])('%j', async (argv, err) => {
    expect(await runCli(['explain', ...argv])).toEqual({ code: 2, out: '', err })
  })
})

async function explained(...argv: string[]): Promise<ExplanationData> {
  const { out } = await runCli(['explain', ...argv, '--json'])
  return JSON.parse(out)
}
