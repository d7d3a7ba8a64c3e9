/** `draw`: the picture of a graph. */
import { type Explainable, type Reading, readGraph } from '../explain/explain.ts'
import { Graph } from '../ir/graph.ts'
import { Value } from '../ir/value.ts'
import { diagramOf } from './diagram-of.ts'
import { createDrawing, type Drawing } from './drawing.ts'
import { networkOf } from './network.ts'
import type { DrawOptions } from './options.ts'

/** What `draw` takes: J, values by name, a graph, or a program. */
export type Drawable = Explainable | Readonly<Record<string, Value>>

/**
 * The picture of a graph: variables as yellow boxes, operations blue, with the numbers of a run
 * above the edges and the gradients that come back below them. What it calls things, `explain`
 * calls them too.
 *
 * Throws: OPTION where `values` were traced from another graph, where there is nothing of a name in
 * `open`, or, once it is laid out, where there is more than 1,500 nodes of it.
 *
 * @example
 * const picture = draw(J, { values: await trace(J, { x: X, y: Y }) })
 * writeFileSync('network.svg', picture.toSvg())
 */
export function draw(target: Drawable, options: DrawOptions = {}): Drawing {
  const { values, gradients = values !== undefined, depth = 0, open = [] } = options
  const subject = graphOfDrawable(target)
  const read = (depth: number) =>
    readGraph(subject, { depth, ...(values ? { values } : { isForward: !gradients }) })
  const closed = read(depth)
  // Layers open without anything being explained further; composites do not.
  const isLayer = layerTest(closed.keys)
  const levels = open.filter((name) => !isLayer(name)).map((name) => name.split('.').length)
  const { explanation, keys } = levels.some((level) => level > depth)
    ? read(Math.max(...levels))
    : closed
  const network = networkOf(explanation, keys)
  return createDrawing(diagramOf(network, options), options)
}

/** Whether a name is the path of a layer, told by the keys of states. */
function layerTest(keys: Reading['keys']): (name: string) => boolean {
  const paths = new Set(
    [...keys.values()].flatMap((key) => {
      const parts = key.split('.')
      return parts.map((_, index) => parts.slice(0, index).join('.'))
    }),
  )
  return (name) => paths.has(name)
}

/** Values by name as a graph; what `explain` takes as it is. */
export function graphOfDrawable(target: Drawable): Explainable {
  return isRecord(target) ? new Graph(target) : target
}

function isRecord(target: Drawable): target is Readonly<Record<string, Value>> {
  if (typeof target !== 'object' || target === null) return false
  if (target instanceof Value || target instanceof Graph) return false
  const values = Object.values(target)
  return values.length > 0 && values.every((value) => value instanceof Value)
}
