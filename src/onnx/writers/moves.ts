/** Elements at other places. */
import { internalError } from '../../errors.ts'
import { type Call, outputType } from './call.ts'
import type { Wire } from './graph-writer.ts'
import { padded } from './padding.ts'
import { looseReshape, viewed } from './strided.ts'

export function writeMove(call: Call): readonly Wire[] {
  const { graph, application } = call
  const { gate, inputs, attributes, shape } = application
  if (gate.meaning.kind !== 'move') throw internalError(`onnx: ${gate.name} is no move`)
  const move = gate.meaning.move(inputs, attributes)
  switch (move.kind) {
    case 'reshape':
      return [looseReshape(graph, call.input(0), shape)]
    case 'strided':
      return [viewed(graph, call.input(0), shape, move)]
    case 'pad': {
      const x = call.input(0)
      const { low, interior, fill } = move
      const high = shape.map((size, axis) => {
        const own = x.shape[axis] ?? 0
        const reach = own === 0 ? 0 : own + (own - 1) * (interior[axis] ?? 0)
        return size - (low[axis] ?? 0) - reach
      })
      return [padded(graph, x, { low, high, interior, fill })]
    }
    case 'concat': {
      const parts = inputs.map((_, index) => call.input(index))
      const settings = { axis: { int: move.axis } }
      return [graph.add('Concat', parts, outputType(call), settings)]
    }
  }
}
