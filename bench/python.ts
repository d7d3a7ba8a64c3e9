/** PyTorch in a python3 of its own, which talks in lines of JSON as others do over IPC. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

type Pipes = ChildProcessByStdio<Writable, Readable, null>

/** As much of a ChildProcess as the stage uses. */
export class Python extends EventEmitter {
  readonly #process: Pipes

  constructor(process: Pipes) {
    super()
    this.#process = process
    createInterface(process.stdout).on('line', (line) => this.emit('message', JSON.parse(line)))
    process.on('exit', (code, signal) => this.emit('exit', code, signal))
    process.stdin.on('error', () => {}) // its exit says why
  }

  send(order: object): void {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`)
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}

interface Found {
  readonly command: string
  readonly version: string
}

let found: Promise<Found | undefined> | undefined

/** Undefined where there is no python3 with torch. */
export async function torchVersion(): Promise<string | undefined> {
  found ??= findPython()
  return (await found)?.version
}

/** Or why there is none. */
export async function startPython(threads: number): Promise<Python | string> {
  found ??= findPython()
  const python = await found
  if (!python) return 'no python3 with torch on this machine'
  // Seen from bench/dist.
  const script = fileURLToPath(new URL('../peers/pytorch.py', import.meta.url))
  // OpenBLAS built for pthreads listens to its own variable, and not to torch.
  const limits = Object.fromEntries(
    ['OMP', 'OPENBLAS', 'MKL'].map((name) => [`${name}_NUM_THREADS`, String(threads)]),
  )
  const env = { ...process.env, ...limits }
  return new Python(spawn(python.command, [script], { env, stdio: ['pipe', 'pipe', 'ignore'] }))
}

/** The first on the path may be one without torch where the system's has it. */
async function findPython(): Promise<Found | undefined> {
  for (const command of ['python3', '/usr/bin/python3']) {
    try {
      const ask = 'import torch; print(torch.__version__)'
      const { stdout } = await promisify(execFile)(command, ['-c', ask])
      return { command, version: stdout.trim() }
    } catch {
      // It is not there, or it has no torch.
    }
  }
  return undefined
}
