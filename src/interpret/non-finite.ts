/** Which gate made the first number that is not finite. */
import { SluiceError } from '../errors.ts'
import { isFloating } from '../ir/dtype.ts'
import { Graph, inputName, stateOf } from '../ir/graph.ts'
import { operandName } from '../ir/operands.ts'
import { sizeOf, stridesOf } from '../ir/shape.ts'
import { formatNumber, formatTensor, numberAt, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { evaluate, type InterpretOptions, interpret, type Step } from './interpret.ts'

/**
 * Steps through a graph and gives an error that names the first gate that makes a NaN or an
 * infinity from finite operands, with those operands; undefined where every number is finite.
 * A NaN or infinity that is fed, or held by a state, is named as such; where there is none of all
 * these, the gate that makes a NaN of infinities, or the constant that holds what is not finite.
 * What leads to finite results alone, as a best loss that begins at infinity, is not to blame.
 */
export function findNonFinite(
  whole: Graph,
  options: InterpretOptions,
  step?: number,
): SluiceError | undefined {
  const graph = towardsNonFinite(whole, options)
  const moment = step === undefined ? '' : ` at step ${step}`
  for (const source of [...graph.inputs, ...graph.states]) {
    const { key, place } = sourceOf(source)
    const tensor = place === 'input' ? options.feeds?.[key] : options.states?.get(key)
    const at = tensor ? firstNonFinite(tensor) : -1
    if (tensor && at >= 0) return fromSource(place, key, tensor, at, moment)
  }
  // Infinities may stand in a constant on purpose, as in a mask: they are named last.
  let fromInfinite: SluiceError | undefined
  let constant: SluiceError | undefined
  for (const current of interpret(graph, options)) {
    const isFromFinite = current.inputs.every((tensor) => firstNonFinite(tensor) < 0)
    const isFirst = isFromFinite || !current.inputs.some((tensor) => firstNaN(tensor) >= 0)
    if (!isFirst) continue
    for (const output of current.outputs) {
      const at = isFromFinite ? firstNonFinite(output) : firstNaN(output)
      if (at < 0) continue
      const error = fromGate(graph, current, output, at, moment)
      if (current.application.inputCount === 0) constant ??= error
      else if (isFromFinite) return error
      else fromInfinite ??= error
    }
  }
  return fromInfinite ?? constant
}

/** The part of the graph that its results need which are not finite; all of it where none is. */
function towardsNonFinite(graph: Graph, options: InterpretOptions): Graph {
  const results = evaluate(graph, options)
  const isBad = (tensor: Tensor | undefined) => tensor !== undefined && firstNonFinite(tensor) >= 0
  const updates = graph.updates.filter((_, index) => isBad(results.updates[index]))
  const outputs = Object.entries(graph.outputs).filter(([name]) => isBad(results.outputs[name]))
  // A wide output may hold infinities on purpose; what a step looks at comes first.
  const scalars = outputs.filter(([, { shape }]) => sizeOf(shape) === 1)
  const blamed = scalars.length + updates.length > 0 ? scalars : outputs
  if (blamed.length + updates.length === 0) return graph
  return new Graph(Object.fromEntries(blamed), updates)
}

/** The position of the first NaN or infinity, or -1. */
function firstNonFinite(tensor: Tensor): number {
  return isFloating(tensor.dtype)
    ? (tensor.data as Float32Array).findIndex((x) => !Number.isFinite(x)) // or f64: alike
    : -1
}

/** The position of the first NaN, or -1. */
function firstNaN(tensor: Tensor): number {
  return isFloating(tensor.dtype)
    ? (tensor.data as Float32Array).findIndex((x) => Number.isNaN(x)) // or f64: alike
    : -1
}

function fromGate(
  graph: Graph,
  step: Step,
  output: Tensor,
  at: number,
  moment: string,
): SluiceError {
  const { application, inputs, phase } = step
  const { gate } = application
  const names = graph.names()
  const nameOf = (position: number, k: number) =>
    names.get(graph.inputSlot(position, k)) ?? operandName(gate, k)
  const own = names.get(graph.firstSlot(step.position)) ?? gradientName(application)
  return new SluiceError({
    code: 'NONFINITE',
    what: `${gate.name} made ${formatNumber(numberAt(output, at))}${moment}`,
    where: `${phase} pass, ${gate.name}${own ? ` "${own}"` : ''}${indexText(output, at)}`,
    expected: 'finite numbers from finite operands',
    got: inputs
      .map((tensor, k) => `${nameOf(step.position, k)} = ${formatTensor(tensor)}`)
      .join('\n'),
    fix: 'lower the learning rate, scale the data, or use the stable form of the gate; no state was changed by this step',
  })
}

function fromSource(
  place: 'input' | 'state',
  key: string,
  tensor: Tensor,
  at: number,
  moment: string,
): SluiceError {
  return new SluiceError({
    code: 'NONFINITE',
    what: `${place} "${key}" holds ${formatNumber(numberAt(tensor, at))}${moment}`,
    where: `${place} "${key}"${indexText(tensor, at)}`,
    expected: 'finite numbers',
    got: formatTensor(tensor),
    fix: place === 'input' ? 'clean the data before feeding it' : 'set the state to finite numbers',
  })
}

function gradientName(application: Value): string | undefined {
  const of = application.edge?.of.name
  return of === undefined ? undefined : `dJ/d${of}`
}

function indexText({ shape }: Tensor, at: number): string {
  if (shape.length === 0) return ''
  const index = stridesOf(shape).map((stride, axis) => Math.floor(at / stride) % (shape[axis] ?? 1))
  return `, element [${index.join(', ')}]`
}

function sourceOf(application: Value): { readonly key: string; readonly place: 'input' | 'state' } {
  const { meaning } = application.gate
  const isState = meaning.kind === 'source' && meaning.form === 'state'
  return isState
    ? { key: stateOf(application).key, place: 'state' }
    : { key: inputName(application), place: 'input' }
}
