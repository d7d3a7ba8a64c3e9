/** What a network that another program exported is made of, told by the keys of its weights. */
import { input } from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { flopsOf } from '../nn/flops.ts'
import { formatAxes } from '../onnx/onnx-layer.ts'
import { buildOnnx, type SizeOptions } from './onnx-subject.ts'
import { whole } from './report.ts'
import type { OnnxSubject, Subject } from './subject.ts'

export interface LayerRow {
  /** `layer1.0.conv1`; empty for gates without weights. */
  readonly path: string
  /** The gates in it: `conv, add`. */
  readonly gates: string
  readonly outputShape: Shape
  readonly parameters: number
  readonly flops: number
}

/** Gates that say nothing of what is computed. */
const silent = new Set(['alias', 'broadcastTo', 'reshape', 'transpose', 'cast', 'slice', 'concat'])

/**
 * The layers of a graph in the order in which they run: what reads weights of one path in a row, and
 * what stands between them.
 */
export function layerRows(graph: Graph): readonly LayerRow[] {
  const rows: { path: string; gates: string[]; last: Value; flops: number; learned: number }[] = []
  const seen = new Set<string>()
  for (const application of graph.applications) {
    if (isSource(application)) continue
    const paths = weightsOf(application).map((value) => pathOf(stateOf(value).key))
    const path = paths[0] ?? ''
    const before = rows.at(-1)
    const isOther = path !== '' && path !== before?.path
    // What follows a layer without weights of its own is a row by itself.
    const begins =
      !before ||
      isOther ||
      (path === '' && before.path !== '' && !silent.has(application.gate.name))
    if (begins) rows.push({ path, gates: [], last: application, flops: 0, learned: 0 })
    const row = rows.at(-1)
    if (!row) continue
    row.flops += flopsOf(application)
    row.last = application
    if (!silent.has(application.gate.name)) row.gates.push(application.gate.name)
    for (const weight of weightsOf(application)) {
      const { key, trainable } = stateOf(weight)
      if (trainable && !seen.has(key)) row.learned += sizeOf(weight.shape)
      seen.add(key)
    }
  }
  const told = rows.filter(({ path, gates }) => path !== '' || gates.length > 0)
  return told.map(({ path, gates, last, flops, learned }) => ({
    ...{ path, gates: counted(gates), outputShape: last.shape, parameters: learned, flops },
  }))
}

/** The graph of a file, or of a saved model that holds one, for one example. */
export function graphOf(subject: Subject, options: SizeOptions): Graph {
  if (subject.kind === 'onnx') return new Graph(buildOnnx(subject.model, options).outputs)
  const { layer, network } = subject
  return new Graph({ ŷ: layer(input('x', [1, network.layers[0] ?? 1])) })
}

/** What a file is: its inputs, outputs and axes. */
export function onnxTitle({ name, model }: OnnxSubject): string {
  const { opset, producer, operators, inputs, outputs, axes } = model
  const nodes = Object.values(operators).reduce((sum, count) => sum + count, 0)
  const portsText = (ports: typeof inputs) =>
    ports.map((port) => `${port.name} ${port.elementType}${formatAxes(port.axes)}`).join(', ')
  return [
    `${name}  ONNX, opset ${opset}, ${whole(nodes)} nodes${producer ? `, by ${producer}` : ''}`,
    `inputs   ${portsText(inputs)}`,
    `outputs  ${portsText(outputs)}`,
    ...(axes.length > 0 ? [`axes     ${axes.join(', ')}: sizes by --size ${axes[0]}=4`] : []),
  ].join('\n')
}

/** The same as data. */
export function onnxFacts({ name, model }: OnnxSubject): object {
  const { opset, producer, inputs, outputs, axes, operators } = model
  return { name, opset, producer, inputs, outputs, axes, operators }
}

/** The states that an application reads, also turned and broadcast ones. */
function weightsOf(application: Value): readonly Value[] {
  return application.inputs.flatMap((operand) => {
    let at = operand.application
    while (silent.has(at.gate.name) && at.inputs.length === 1) at = at.input(0).application
    return isState(at) && isFloating(at.dtype) ? [at] : []
  })
}

function isState({ gate: { meaning } }: Value): boolean {
  return meaning.kind === 'source' && meaning.form === 'state'
}

function isSource(application: Value): boolean {
  const { kind } = application.gate.meaning
  if (kind === 'source' || kind === 'generate') return true
  // A weight on its way: it is a part of what reads it.
  return silent.has(application.gate.name) && weightsOf(application).length > 0
}

/** `layer1.0.conv1` of `layer1.0.conv1.weight`. */
function pathOf(key: string): string {
  return key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : key
}

/** `add ×3, relu`. */
function counted(gates: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const gate of gates) counts.set(gate, (counts.get(gate) ?? 0) + 1)
  return [...counts].map(([gate, count]) => (count > 1 ? `${gate} ×${count}` : gate)).join(', ')
}
