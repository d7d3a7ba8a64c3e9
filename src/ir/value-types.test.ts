/**
 * The messages of the compiler, for value.test-d.ts: without its `@ts-expect-error` the file must
 * give exactly the errors that stand there, and the gates say the same at run time.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import '../methods.ts'
import { add, input, matmul, multiply, where } from '../gates/index.ts'
import type { Value } from './value.ts'

const here = dirname(fileURLToPath(import.meta.url))
const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
const tsc = join(dirname(typescript), 'bin', 'tsc')

interface Expectation {
  /** Of the line that must fail, from 1. */
  readonly line: number
  readonly message: string
}

let expectations: readonly Expectation[] = []
let messages: ReadonlyMap<number, string> = new Map()

beforeAll(async () => {
  const source = await readFile(join(here, 'value.test-d.ts'), 'utf8')
  expectations = source.split('\n').flatMap((text, index): Expectation[] => {
    const message = /^\/\/ @ts-expect-error (.+)$/.exec(text)?.[1]
    return message === undefined ? [] : [{ line: index + 2, message }]
  })
  messages = await compile(source.replaceAll('@ts-expect-error', 'expected:'))
}, 60_000)

describe('the compiler', () => {
  it('has something to refuse', () => {
    expect(expectations.length).toBeGreaterThan(10)
  })

  it('says of each line that cannot be what stands above it', () => {
    const missed = expectations.filter(
      ({ line, message }) => !messages.get(line)?.includes(message),
    )
    expect(missed.map((one) => ({ ...one, got: messages.get(one.line) }))).toEqual([])
  })

  it('refuses no other line', () => {
    expect([...messages.keys()]).toEqual(expectations.map(({ line }) => line))
  })
})

describe('the gates say at run time', () => {
  const x: Value = input('x', [4, 2])
  const wide: Value = input('wide', [4, 5])
  const W1: Value = input('W1', [2, 3])
  const b1: Value = input('b1', [3])
  const doubles: Value = input('doubles', [4, 2], { dtype: 'f64' })

  // The shapes are not known to these types, so the compiler lets them pass.
  it.each<[string, () => unknown]>([
    ['matmul: inner sizes differ, 2 and 4', () => matmul(x, wide)],
    ['matmul: b [3] needs at least two axes', () => matmul(W1, b1)],
    ['matmul: a [3] needs at least two axes', () => matmul(b1, W1)],
    ['matmul: dtypes f64 and f32 do not mix', () => matmul(doubles, W1)],
    ['add: shapes [4, 2] and [4, 5] do not broadcast', () => add(x, wide)],
    [
      'multiply: shapes [4, 3] and [2] do not broadcast',
      () => multiply(matmul(x, W1), input('b', [2]) as Value),
    ],
    ['add: dtypes f32 and f64 do not mix', () => add(x, doubles)],
    ['where: condition cannot be f32', () => where(x, x, x)],
  ])('%s, as the compiler does', (message, run) => {
    expect(run).toThrow(message)
    expect(expectations.map((one) => one.message)).toContain(message)
  })
})

/** The compiler's messages about a source of this folder, by line. */
async function compile(source: string): Promise<ReadonlyMap<number, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-types-'))
  const absolute = source.replaceAll(/'(\.\.?\/[^']+)'/g, (_, path) => `'${join(here, path)}'`)
  const options = {
    extends: join(here, '../../tsconfig.json'),
    compilerOptions: {
      types: [],
      paths: {},
      // The copy imports by absolute paths.
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
    },
    include: [],
    files: ['copy.mts'],
  }
  await writeFile(join(folder, 'copy.mts'), absolute)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options))
  const output = await new Promise<string>((resolve) => {
    const flags = [tsc, '-p', folder, '--pretty', 'false']
    execFile(process.execPath, flags, { maxBuffer: 2 ** 24 }, (_, stdout) => resolve(stdout))
  })
  await rm(folder, { recursive: true })
  const found = new Map<number, string>()
  let line: number | undefined
  for (const text of output.split('\n')) {
    // Indented lines belong to the error above them; errors of other files are not asked for.
    if (!text.startsWith(' ')) line = lineOf(text)
    if (line !== undefined) found.set(line, `${found.get(line) ?? ''}${text}\n`)
  }
  return found
}

function lineOf(text: string): number | undefined {
  const [, line] = /^[^(]*copy\.mts\((\d+),/.exec(text) ?? []
  return line === undefined ? undefined : Number(line)
}
