/**
 * Lets values and graphs show themselves as pictures in notebooks, whose kernels ask what a cell
 * gives for `Symbol.for('Jupyter.display')`. Imported for what it does, by `sluice/draw`.
 */
import { SluiceError } from '../errors.ts'
import { Graph } from '../ir/graph.ts'
import { formatType, Value } from '../ir/value.ts'
import { draw } from './draw.ts'
import { displayed, type MediaBundle } from './drawing.ts'

for (const prototype of [Value.prototype, Graph.prototype]) {
  Object.defineProperty(prototype, displayed, {
    value: function display(this: Value | Graph): MediaBundle {
      return mediaOf(this)
    },
    writable: true,
    configurable: true,
  })
}

/** The picture; what has no gate is named in words, and what is too large for a picture says so. */
function mediaOf(target: Value | Graph): MediaBundle {
  try {
    const drawing = draw(target)
    if (drawing.diagram.nodes.length > 0) return drawing[displayed]()
    const values = target instanceof Value ? [target] : Object.values(target.outputs)
    const words = values.map(({ name, gate, type }) => `${name ?? gate.name} ${formatType(type)}`)
    return { 'text/plain': words.join(', ') }
  } catch (error) {
    if (error instanceof SluiceError) return { 'text/plain': error.message }
    throw error
  }
}
