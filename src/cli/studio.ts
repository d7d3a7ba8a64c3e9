import { access } from 'node:fs/promises'
import { Command } from 'commander'
import { givenFile } from './given.ts'
import { type Io, print } from './io.ts'
import { openBrowser } from './open-browser.ts'
import { serveStudio } from './studio-server.ts'
import { wholeNumber } from './usage.ts'

/** The first port that is tried. */
const usualPort = 4210

interface StudioOptions {
  readonly port: number
  readonly host: string
  readonly open?: boolean
  /** Of the build; only tests have one of their own. */
  readonly folder?: string
}

/** `sluice studio`: the web studio, until Ctrl-C. */
export function studioCommand(io: Io): Command {
  return new Command('studio')
    .summary('see the graph, walk the chain rule and watch a network learn in a browser')
    .description(
      'Serves the studio to browsers on this machine: the graph with every value and gradient, the chain rule step by step, and training. It needs no network.',
    )
    .argument(
      '[model|script]',
      'what to show: a saved model, an ONNX file, a graph as `print` writes it, or a script (.js, .mjs, .ts) that exports J, model, graph or program, and feeds if it likes',
    )
    .option(
      '--port <number>',
      'the first port to try; 0 takes any',
      wholeNumber('--port', 0),
      usualPort,
    )
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--open', 'open it in the browser, where there is a desktop')
    .addHelpText('after', examples)
    .action((what: string | undefined, options: StudioOptions) => showStudio(io, options, what))
}

const examples = `
Examples:
  $ sluice studio
  $ sluice studio iris.safetensors --open
  $ sluice studio model.onnx
  $ sluice studio network.mjs --port 8080

A script runs once, in this process. A .ts script needs Node 22.18 or newer.`

/** Serves the studio until a signal comes; `what` is the model or script that it shows. */
async function showStudio(
  io: Io,
  { port = usualPort, host = '127.0.0.1', open = false, folder }: Partial<StudioOptions>,
  what?: string,
): Promise<void> {
  const given = what === undefined ? undefined : await givenFile(what)
  const server = await serveStudio({ folder: folder ?? (await buildFolder()), host, port, given })
  const note = port !== 0 && server.port !== port ? ` (port ${port} is taken)` : ''
  const place = given ? `#/learn?model=given&file=${encodeURIComponent(given.name)}` : ''
  const url = `${server.url}${place}`
  const subject = given ? `The studio shows ${given.name} at` : 'The studio is at'
  print(io, `${subject} ${url}${note}. Stop it with Ctrl-C.\n`)
  if (open) openBrowser(url, io)
  await new Promise<void>((resolve) => {
    io.onSignal(() => resolve())
  })
  await server.close()
}

/** After the demo: where nobody could stop it, as in a pipe, it only says how to open the studio. */
export async function studioAfter(io: Io, options: Partial<StudioOptions> = {}): Promise<void> {
  if (io.terminals.out) await showStudio(io, options)
  else print(io, 'See all of this in a browser: npx sluice studio\n')
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
