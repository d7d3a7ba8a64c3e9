/** Pools and transposed convolutions: what slides over the spatial axes. */
import type { Value } from '../../ir/value.ts'
import { type Call, outputType } from './call.ts'
import type { Settings, Wire } from './graph-writer.ts'

/** Beyond x nothing can win, so a last window that does not fit is padding like any other. */
export function maximumOfWindows(call: Call): Wire {
  return pooled(call, 'MaxPool', { dilations: { ints: list(call, 'dilation') } })
}

export function meanOfWindows(call: Call): Wire {
  const isCounted = call.application.attributes.countIncludePad === true
  return pooled(call, 'AveragePool', { count_include_pad: { int: isCounted ? 1 : 0 } })
}

/** Whether what a sum is divided by is what `AveragePool` divides by. */
export function isPlainMean({ attributes, dtype }: Value): boolean {
  const { divisorOverride, ceilMode, countIncludePad } = attributes
  const isFloat = dtype === 'f32' || dtype === 'f64'
  return isFloat && divisorOverride === null && !(ceilMode && countIncludePad)
}

function pooled(call: Call, operator: string, settings: Settings): Wire {
  const { shape } = call.application
  const x = call.input(0)
  const [window, strides, low, dilation] = ['window', 'strides', 'padding', 'dilation'].map(
    (name) => list(call, name),
  )
  // As far as the last window reaches, where that is further than the padding.
  const high = window?.map((size, axis) => {
    const reach = (size - 1) * (dilation?.[axis] ?? 1) + 1
    const end = ((shape[axis + 2] ?? 1) - 1) * (strides?.[axis] ?? 1) + reach
    const before = low?.[axis] ?? 0
    return Math.max(end - before - (x.shape[axis + 2] ?? 0), before)
  })
  return call.graph.add(operator, [x], outputType(call), {
    kernel_shape: { ints: window ?? [] },
    strides: { ints: strides ?? [] },
    pads: { ints: [...(low ?? []), ...(high ?? [])] },
    ...settings,
  })
}

export function transposedConvolution(call: Call): Wire {
  const padding = list(call, 'padding')
  const kernel = call.input(1)
  return call.graph.add('ConvTranspose', [call.input(0), kernel], outputType(call), {
    kernel_shape: { ints: kernel.shape.slice(2) },
    strides: { ints: list(call, 'strides') },
    pads: { ints: [...padding, ...padding] },
    output_padding: { ints: list(call, 'outputPadding') },
    dilations: { ints: list(call, 'dilation') },
    group: { int: Number(call.application.attributes.groups) },
  })
}

function list({ application }: Call, name: string): readonly number[] {
  return application.attributes[name] as readonly number[] // as these gates declare them
}
