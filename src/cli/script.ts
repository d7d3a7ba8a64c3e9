/** Runs a script of the user's in this process, and takes from its exports the graph that it built. */
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { initialise } from '../compile.ts'
import { SluiceError } from '../errors.ts'
import { writeSafetensors } from '../formats/index.ts'
import { Graph, inputName } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import { Value } from '../ir/value.ts'
import { print } from '../print.ts'
import { type Feeds, readFeeds } from '../runtime/feeds.ts'
import { Store, settle } from '../runtime/store.ts'

export interface ScriptGraph {
  readonly graph: Graph
  /** What its states hold now. */
  readonly store: Store
  /** What it is fed, of those inputs that the script feeds. */
  readonly feeds: Readonly<Record<string, Tensor>>
}

/** The exports that are looked at, the first of them that is there. */
const names = ['J', 'model', 'graph', 'program', 'default'] as const

/**
 * Throws FILE where it cannot be run or exports no graph, and what it throws itself, with its place.
 */
export async function graphOfScript(path: string): Promise<ScriptGraph> {
  const exported = await run(path)
  const name = names.find((one) => exported[one] !== undefined)
  if (name === undefined) throw withoutGraph(path, Object.keys(exported))
  const found = exported[name]
  const result = typeof found === 'function' ? await call(found, name, path) : found
  const subject = subjectOf(result, name)
  if (!subject) throw noGraph(path, name, result)
  const { graph, store: own } = subject
  const store = settle(graph, { store: storeIn(exported.store) ?? own, stays: true }, initialise)
  const feeds = feedsOf(graph, exported.feeds ?? subject.feeds)
  return { graph, store, feeds }
}

/** The graph as text, with what it is fed and what its states hold: one file for the page. */
export function encodeGraph({ graph, store, feeds }: ScriptGraph): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>()
  for (const [name, feed] of Object.entries(feeds)) tensors.set(`feed/${name}`, feed)
  for (const { key } of store.states) tensors.set(`state/${key}`, store.get(key))
  return writeSafetensors(tensors, { metadata: { 'sluice-graph': print(graph) } })
}

type Exports = Readonly<Record<string, unknown>>

async function run(path: string): Promise<Exports> {
  try {
    return await import(pathToFileURL(resolve(path)).href)
  } catch (error) {
    throw withPlace(error, path)
  }
}

// A function that came out of a script: what it takes and gives is found out by calling it.
async function call(made: unknown, name: string, path: string): Promise<unknown> {
  if ('parameters' in (made as object)) return made
  try {
    return await (made as () => unknown)()
  } catch (error) {
    throw withPlace(error, `${path}, ${name}()`)
  }
}

interface Subject {
  readonly graph: Graph
  readonly store?: Store | undefined
  readonly feeds?: unknown
}

/** Of a value, a graph, a program, values by name, or `{ J, feeds, store }`. */
function subjectOf(result: unknown, name: string): Subject | undefined {
  if (result instanceof Graph) return { graph: result }
  if (result instanceof Value) {
    return { graph: new Graph({ [name === 'J' ? 'J' : (result.name ?? 'J')]: result }) }
  }
  if (!isRecord(result)) return undefined
  const store = storeIn(result.store)
  if (result.graph instanceof Graph) return { graph: result.graph, store, feeds: result.feeds }
  const values = Object.entries(result).filter(
    (entry): entry is [string, Value] => entry[1] instanceof Value,
  )
  if (values.length === 0) return undefined
  return { graph: new Graph(Object.fromEntries(values)), store, feeds: result.feeds }
}

function storeIn(given: unknown): Store | undefined {
  return given instanceof Store ? given : undefined
}

/** Feeds for some of the inputs will do: the page draws numbers for the others. */
function feedsOf(graph: Graph, given: unknown): Readonly<Record<string, Tensor>> {
  const feeds = isRecord(given) ? (given as Feeds) : {} // readFeeds checks each
  const fed = graph.inputs.filter((one) => Object.hasOwn(feeds, inputName(one)))
  const known = new Set(fed.map(inputName))
  const own = Object.entries(feeds).filter(([name]) => known.has(name))
  return readFeeds(fed, Object.fromEntries(own))
}

function isRecord(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null
}

/** The error of a script, with the line of it that was reached. */
function withPlace(error: unknown, path: string): SluiceError {
  if (!(error instanceof Error)) {
    return failed(path, `${path}: it threw`, String(error))
  }
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return typescriptNeeded(path)
  if (error instanceof SluiceError) {
    const { code, what, where = '', expected, got, fix } = error
    const place = placeIn(error, path) ?? path
    return new SluiceError({
      ...{ code, expected, got, fix, what: `${path}: ${what}` },
      where: where.includes(place) ? where : `${where} ${place}`.trim(),
    })
  }
  return failed(placeIn(error, path) ?? path, `${path}: ${error.name}`, error.message)
}

function failed(where: string, what: string, got: string): SluiceError {
  return new SluiceError({
    ...{ code: 'FILE', what, where, got },
    expected: 'a script that runs to its end, and exports a graph',
    fix: 'run it by itself with node to see more',
  })
}

/** `net.ts:12`: the first line of a stack that is the script's own. */
function placeIn({ stack = '' }: Error, path: string): string | undefined {
  const file = basename(path.replace(/, \w+\(\)$/, ''))
  const found = stack.split('\n').find((line) => line.includes(`/${file}:`))
  const line = found && /:(\d+)(?::\d+)?\)?$/.exec(found)?.[1]
  return line === undefined ? undefined : `${file}:${line}`
}

function typescriptNeeded(path: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${path}: this Node cannot run TypeScript`,
    expected: 'Node 22.18 or newer for a .ts script, or JavaScript',
    got: `Node ${process.versions.node}`,
    fix: 'build it to .js first, or run it with a newer Node',
  })
}

function withoutGraph(path: string, exported: readonly string[]): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${path} exports nothing to show`,
    expected: `an export called ${names.slice(0, -1).join(', ')}, or the default`,
    got: exported.length > 0 ? exported.slice(0, 8).join(', ') : 'no exports',
    fix: 'export the cost: export const J = …; and export const feeds = { … } beside it',
  })
}

function noGraph(path: string, name: string, result: unknown): SluiceError {
  const isLayer = typeof result === 'function'
  const isForeign = isRecord(result) && ('application' in result || 'applications' in result)
  return new SluiceError({
    code: 'FILE',
    what: `${path}: its export ${name} is no graph`,
    expected: 'a Value, a Graph, a program, values by name, or a function that gives one',
    got: isForeign
      ? 'a value of another copy of sluice'
      : isLayer
        ? 'a layer'
        : `${result === null ? 'null' : typeof result}`,
    fix: isForeign
      ? 'run the sluice that the script imports: npx sluice in its folder'
      : isLayer
        ? "call it: export const J = layer(input('x', [4, 2]))"
        : 'export const J = …',
  })
}
