/** Matrix products and convolutions. */
import { internalError } from '../../errors.ts'
import { type Call, outputType } from './call.ts'
import type { Wire } from './graph-writer.ts'
import { padded } from './padding.ts'

export function writeContract(call: Call): readonly Wire[] {
  const { meaning, name } = call.application.gate
  if (meaning.kind !== 'contract') throw internalError(`onnx: ${name} is no contraction`)
  if (meaning.form === 'convolution') return [convolution(call)]
  return [call.graph.add('MatMul', [call.input(0), call.input(1)], outputType(call))]
}

/** Zeros within x, and padding that cuts off, are made before; the rest is what `Conv` does. */
function convolution(call: Call): Wire {
  const { graph, application } = call
  const { attributes } = application
  const list = (name: string) => attributes[name] as readonly number[] // as conv declares them
  const padding = attributes.padding as readonly (readonly [number, number])[] // likewise
  const [x, kernel] = [call.input(0), call.input(1)]
  const interior = list('inputDilation').map((distance) => distance - 1)
  const isSimple =
    interior.every((zeros) => zeros === 0) && padding.flat().every((zeros) => zeros >= 0)
  const ready = isSimple
    ? x
    : padded(graph, x, {
        low: [0, 0, ...padding.map(([low]) => low)],
        high: [0, 0, ...padding.map(([, high]) => high)],
        interior: [0, 0, ...interior],
        fill: 0,
      })
  const sides = isSimple ? padding : padding.map((): [number, number] => [0, 0])
  // Without a spatial axis it is one of a single point.
  const isFlat = padding.length === 0
  const operands = [ready, kernel].map((wire) =>
    isFlat ? graph.reshape(wire, [...wire.shape, 1]) : wire,
  )
  const type = outputType(call)
  const made = graph.add('Conv', operands, isFlat ? { ...type, shape: [...type.shape, 1] } : type, {
    kernel_shape: { ints: isFlat ? [1] : kernel.shape.slice(2) },
    ...(!isFlat && {
      strides: { ints: list('strides') },
      dilations: { ints: list('kernelDilation') },
      pads: { ints: [...sides.map(([low]) => low), ...sides.map(([, high]) => high)] },
    }),
    group: { int: Number(attributes.groups) },
  })
  return graph.reshape(made, type.shape)
}
