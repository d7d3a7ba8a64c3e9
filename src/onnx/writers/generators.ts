/** What comes from nothing: constants, numbers that count, random bits. */
import { internalError } from '../../errors.ts'
import { dtypes } from '../../ir/dtype.ts'
import { sizeOf } from '../../ir/shape.ts'
import { fromNumbers, isTensor, toNumbers } from '../../ir/tensor.ts'
import { type Call, outputType } from './call.ts'
import type { Wire } from './graph-writer.ts'
import { threefryBits } from './random-bits.ts'
import { looseReshape } from './strided.ts'

export function writeGenerate(call: Call): readonly Wire[] {
  const { meaning, name } = call.application.gate
  if (meaning.kind !== 'generate') throw internalError(`onnx: ${name} generates nothing`)
  switch (meaning.form) {
    case 'constant':
      return [constant(call)]
    case 'iota':
      return [counted(call)]
    case 'randomBits': {
      const bits = threefryBits(call.graph, call.input(0), sizeOf(call.application.shape))
      return [call.graph.reshape(bits, call.application.shape)]
    }
  }
}

function constant({ graph, application }: Call): Wire {
  const { value } = application.attributes
  const { shape, dtype } = application.type
  if (isTensor(value)) {
    const data = value.dtype === dtype ? value.data : fromNumbers(toNumbers(value), dtype)
    return graph.constant({ shape, dtype, data })
  }
  return graph.constant({
    shape,
    dtype,
    data: dtypes[dtype].allocate(1).fill(Number(value) as never),
  }) // a compute dtype
}

/** Along one axis; it broadcasts over the others. */
function counted(call: Call): Wire {
  const { graph, application } = call
  const { shape, dtype } = outputType(call)
  const axis = Number(application.attributes.axis)
  const numbers = graph.range(shape[axis] ?? 1, dtype)
  return looseReshape(
    graph,
    numbers,
    shape.map((size, at) => (at === axis ? size : 1)),
  )
}
