/** The command line in a process of its own. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { builtExecutable } from './built.ts'

export interface CliProcess {
  /** What has come on each stream so far. */
  readonly written: { out: string; err: string }
  /** Resolves when `text` has come on stderr; how many milliseconds after the start. */
  readonly saw: (text: string) => Promise<number>
  readonly kill: (signal: NodeJS.Signals) => void
  /** Closes this end of the pipe that it writes data to. */
  readonly closeOut: () => void
  readonly ended: Promise<number | null>
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Starts `sluice …argv`, as it is built. */
export async function startCli(argv: readonly string[]): Promise<CliProcess> {
  return startNode([await builtExecutable(), ...argv])
}

/** Starts `node …argv` in the checkout. */
export function startNode(argv: readonly string[]): CliProcess {
  const start = performance.now()
  const child = spawn(process.execPath, argv, {
    ...{ cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  })
  const written = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    written.out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    written.err += String(chunk)
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code))
  })
  const saw = (text: string) =>
    new Promise<number>((resolve, reject) => {
      const look = () => {
        if (written.err.includes(text)) resolve(performance.now() - start)
      }
      child.stderr.on('data', look)
      void ended.then(() => reject(new Error(`ended without "${text}": ${written.err}`)))
      look()
    })
  return {
    ...{ written, saw, ended },
    kill: (signal) => {
      child.kill(signal)
    },
    closeOut: () => {
      child.stdout.destroy()
    },
  }
}
