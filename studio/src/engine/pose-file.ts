/** Models of files, posed so that they can be run: with examples, where they bring none. */
import {
  createStore,
  type Feeds,
  type Graph,
  graph as graphOf,
  input,
  SluiceError,
  type Tensor,
  type Value,
} from 'sluice'
import { xor } from 'sluice/data'
import { partsOf } from 'sluice/nn'
import type { Model } from 'sluice/train'
import { drawnTensor, feedsFor, nameOf } from './drawn-feeds.ts'
import type { PosedModel } from './pose-model.ts'

/** How many examples a saved model is shown. */
const rows = 4
/** Beyond so many numbers in one iteration a page could not show them. */
const mostNumbers = 20_000_000

interface Named {
  readonly name: string
  readonly seed: number
}

/** A model that training has saved, on examples that the seed draws. */
export function poseSaved(
  { network, layer, store, metrics }: Model,
  { name, seed }: Named,
): PosedModel {
  const { model, criterion } = partsOf(network, layer)
  const { x, y } = examplesFor(network, seed)
  const prediction = model(input('x', x.shape))
  const J = criterion(prediction, input('y', y.shape, { dtype: y.dtype === 'i32' ? 'i32' : 'f32' }))
  const { layers, activation, imported } = network
  const scores = Object.entries(metrics ?? {}).map(
    ([metric, score]) => `${metric} ${Number(score.toPrecision(3))}`,
  )
  const learned = scores.length > 0 ? ` As saved: ${scores.join(', ')}.` : ''
  const kind = imported ? 'a graph that was imported' : `with ${activation}`
  const about = `${layers.join(' → ')} ${kind}, on ${rows} examples drawn by the seed.${learned}`
  return { id: 'file', title: name, about, J, feeds: { x, y }, store }
}

/** The rows of exclusive or where they fit, else numbers from 0 to 1. */
function examplesFor({ layers, criterion }: Model['network'], seed: number) {
  const [inputs = 1, outputs = 1] = [layers[0], layers.at(-1)]
  if (inputs === 2 && outputs === 1 && criterion !== 'crossEntropy') {
    const { inputs: x, targets: y } = xor()
    return { x, y }
  }
  const x = drawnTensor({ name: 'x', shape: [rows, inputs], dtype: 'f32' }, seed)
  if (criterion !== 'crossEntropy') {
    return { x, y: drawnTensor({ name: 'y', shape: [rows, outputs], dtype: 'f32' }, seed) }
  }
  const labels = Int32Array.from({ length: rows }, (_, row) => row % outputs)
  const y: Tensor = { shape: [rows], dtype: 'i32', data: labels }
  return { x, y }
}

/** A graph, with what a script has said it is fed and what its states hold, where one has. */
export async function poseGraph(
  graph: Graph,
  { name, seed, tensors = new Map() }: Named & { readonly tensors?: ReadonlyMap<string, Tensor> },
): Promise<PosedModel> {
  checkSize(graph, name)
  const store = createStore({ seed })
  // Reading a state declares it.
  for (const state of graph.states) await state.data({}, { store })
  for (const { key } of store.states) {
    const contents = tensors.get(`state/${key}`)
    if (contents) store.set(key, contents)
  }
  const given: Feeds = Object.fromEntries(
    [...tensors].flatMap(([key, tensor]) =>
      key.startsWith('feed/') ? [[key.slice('feed/'.length), tensor] as const] : [],
    ),
  )
  const { J, note } = costOf(graph, name)
  const feeds = feedsFor(graphOf({ J }), given, seed)
  const drawn = Object.keys(feeds).filter((key) => !Object.hasOwn(given, key))
  const fed = drawn.length > 0 ? ` ${drawn.join(', ')}: drawn by the seed.` : ''
  return { id: 'file', title: name, about: `${note}${fed}`, J, feeds: needed(J, feeds), store }
}

/** Feeds of the inputs that J depends on: others are none of its graph. */
function needed(J: Value, feeds: Feeds): Feeds {
  const names = new Set(graphOf({ J }).inputs.map(nameOf))
  return Object.fromEntries(Object.entries(feeds).filter(([key]) => names.has(key)))
}

/** Its own cost, or the sum of its first output of numbers. */
function costOf(graph: Graph, name: string): { readonly J: Value; readonly note: string } {
  const isNumber = ({ dtype }: Value) => /^b?f/.test(dtype)
  const entries = Object.entries(graph.outputs).filter(([, value]) => isNumber(value))
  const scalar = entries.find(([, { shape }]) => shape.length === 0)
  const own = graph.outputs.J ?? scalar?.[1]
  const count = `A graph of ${graph.applications.length.toLocaleString('en')} values.`
  if (own) return { J: own, note: count }
  const [output, value] = entries[0] ?? []
  if (output !== undefined && value) {
    return { J: value.sum().named('J'), note: `${count} J is the sum of ${output}.` }
  }
  throw new SluiceError({
    code: 'GRADIENT',
    what: `${name}: there is nothing to differentiate`,
    expected: 'an output of floating-point numbers',
    got: Object.keys(graph.outputs).join(', ') || 'no outputs',
    fix: 'add one, best a scalar called J',
  })
}

function checkSize(graph: Graph, name: string): void {
  const count = graph.applications.reduce(
    (total, { shape }) => total + shape.reduce((product, size) => product * size, 1),
    0,
  )
  if (count <= mostNumbers) return
  throw new SluiceError({
    code: 'FILE',
    what: `${name} is too large to show every number of it`,
    expected: `at most ${mostNumbers.toLocaleString('en')} numbers in one iteration`,
    got: count.toLocaleString('en'),
    fix: 'give it a smaller batch',
  })
}
