import { access } from 'node:fs/promises'
import { Command } from 'commander'
import { type Io, print } from './io.ts'
import { serveStudio } from './studio-server.ts'
import { wholeNumber } from './usage.ts'

interface StudioOptions {
  readonly port: number
  readonly host: string
}

/** `sluice studio`: the web studio, until Ctrl-C. */
export function studioCommand(io: Io): Command {
  return new Command('studio')
    .summary('see the graph and walk the chain rule in a browser')
    .description(
      'Serves the studio to browsers on this machine: the graph with every value and gradient, the chain rule step by step. It needs no network.',
    )
    .option('--port <number>', 'the first port to try; 0 takes any', wholeNumber('--port', 0), 4210)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .addHelpText('after', '\nExamples:\n  $ sluice studio\n  $ sluice studio --port 8080')
    .action((options: StudioOptions) => studio(io, options))
}

async function studio(io: Io, { port, host }: StudioOptions): Promise<void> {
  const server = await serveStudio({ folder: await buildFolder(), host, port })
  const note = port !== 0 && server.port !== port ? ` (port ${port} is taken)` : ''
  print(io, `The studio is at ${server.url}${note}. Stop it with Ctrl-C.\n`)
  await new Promise<void>((resolve) => {
    io.onSignal(() => resolve())
  })
  await server.close()
}

/** Beside this folder in the package; in the build, where a checkout is run from its source. */
async function buildFolder(): Promise<URL> {
  const packaged = new URL('../studio/', import.meta.url)
  const isThere = await access(new URL('index.html', packaged)).then(
    () => true,
    () => false,
  )
  return isThere ? packaged : new URL('../../dist/studio/', import.meta.url)
}
