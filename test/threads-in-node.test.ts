/**
 * Programs with threads in processes of their own, bundled into one file as users do: they end by
 * themselves, whatever becomes of the workers.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** Six steps of training; what happens to the worker before the fourth is the argument. */
const program = `
  import { adam, compile, input, mse, parameter } from 'sluice'
  const node = process.getBuiltinModule('node:worker_threads')
  const workers = []
  const { Worker } = node
  node.Worker = class extends Worker {
    constructor(...given) {
      super(...given)
      workers.push(this)
    }
  }
  const [what, count] = process.argv.slice(2)
  const x = input('x', [256, 512])
  const y = input('y', [256, 8])
  const J = mse(x.matmul(parameter('A', [512, 512])).tanh().matmul(parameter('B', [512, 8])), y)
  const step = await compile({ J }, { updates: adam(J, { learningRate: 0.001 }), threads: +count })
  const wave = (length) => Float32Array.from({ length }, (_, index) => Math.sin(index))
  const feeds = { x: wave(256 * 512), y: wave(256 * 8) }
  const threads = [step.threads]
  const losses = []
  for (let turn = 0; turn < 6; turn++) {
    if (turn === 3 && what === 'ended') await workers[0].terminate()
    if (turn === 3 && what === 'ended unseen') workers[0].terminate()
    if (turn === 3 && what === 'exit') process.exit(3)
    losses.push(step.run(feeds).J.dataSync()[0])
    threads.push(step.threads)
  }
  console.log(JSON.stringify({ losses, threads, workers: workers.length }))
`

interface Report {
  readonly losses: readonly number[]
  /** After compiling, then after each step. */
  readonly threads: readonly number[]
  readonly workers: number
}

let folder = ''
let alone: Report

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-threads-'))
  await writeFile(join(folder, 'program.mjs'), await bundled())
  alone = await report('nothing', 1)
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

test('a program with workers ends by itself, without a call to close it', async () => {
  const shared = await report('nothing', 2)
  expect(shared).toEqual({ ...alone, threads: [2, 2, 2, 2, 2, 2, 2], workers: 1 })
  expect(alone.workers).toBe(0)
})

test('process.exit ends it at once', async () => {
  await expect(start('exit', 2)).rejects.toMatchObject({ code: 3 })
})

test('where a worker ends between two steps, training goes on alone with the same numbers', async () => {
  const rest = await report('ended', 2)
  expect(rest).toEqual({ ...alone, threads: [2, 2, 2, 2, 1, 1, 1], workers: 1 })
})

test('where nobody could tell that it has ended, the step waits some seconds, then goes on alone', async () => {
  const rest = await report('ended unseen', 2)
  expect(rest).toEqual({ ...alone, threads: [2, 2, 2, 2, 1, 1, 1], workers: 1 })
})

async function report(what: string, threads: number): Promise<Report> {
  return JSON.parse((await start(what, threads)).stdout)
}

function start(what: string, threads: number): Promise<{ readonly stdout: string }> {
  return run(process.execPath, [join(folder, 'program.mjs'), what, String(threads)], {
    timeout: 18_000, // what hangs is killed, and fails
  })
}

async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: { alias: [{ find: /^sluice$/, replacement: join(root, 'src/index.ts') }] },
    plugins: [
      {
        name: 'the program under test',
        resolveId: (id) => (id === 'program' ? id : undefined),
        load: (id) => (id === 'program' ? program : undefined),
      },
    ],
    build: { write: false, target: 'es2023', rolldownOptions: { input: 'program' } },
  })
  if (!('output' in result)) throw new Error('Vite gave no single bundle')
  const [file, other] = result.output
  if (other) throw new Error(`Vite gave a second file: ${other.fileName}`)
  return file.code
}
