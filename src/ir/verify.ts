/** Checks everything that holds of a graph: run after each pass, it finds the pass's own mistakes. */
import { SluiceError } from '../errors.ts'
import { applyGate } from './apply-gate.ts'
import { classifyAttribute } from './attribute.ts'
import { dtypes } from './dtype.ts'
import type { Attribute } from './gate.ts'
import { type Graph, inputName, stateOf } from './graph.ts'
import { print, printApplication } from './print.ts'
import { type Shape, sizeOf } from './shape.ts'
import { initType, type State } from './state.ts'
import type { Tensor } from './tensor.ts'
import { formatType, isSameType, type TensorType, type Value } from './value.ts'

/**
 * Checks that a graph is whole: applications stand after their inputs, which are in the graph; every
 * gate's rules hold and its outputs have the types that it gives; attributes are plain data;
 * input names and state keys are unique; updates have the types of their states; outputs are there.
 * Graphs that are attributes are checked likewise.
 *
 * Throws: INTERNAL, with the line at fault and the printed graph.
 */
export function verify(graph: Graph): void {
  verifyGraph(graph, new Set())
}

function verifyGraph(graph: Graph, verified: Set<Graph>): void {
  // A graph that two gates share is checked once.
  if (verified.has(graph)) return
  verified.add(graph)
  graph.applications.forEach((application, position) => {
    const fault =
      faultOfPlace(application) ??
      faultOfView(application) ??
      faultOfInputs(graph, position) ??
      faultOfTypes(application) ??
      faultOfAttributes(Object.values(application.attributes), verified) ??
      faultOfRules(application)
    if (fault) throw broken(graph, fault, printApplication(graph, position))
  })
  const fault = faultOfNames(graph) ?? faultOfEnds(graph)
  if (fault) throw broken(graph, fault, undefined)
}

/** What is wrong and what was expected instead. */
interface Fault {
  readonly what: string
  readonly expected: string
}

/** The walk takes for an application what a view belongs to. */
function faultOfPlace(application: Value): Fault | undefined {
  if (application.application === application) return undefined
  return { what: 'a view belongs to another view', expected: 'a view of an application' }
}

/** A view of an application shares its gate and has the type it gives. */
function faultOfView(value: Value): Fault | undefined {
  const { application, index } = value
  const type = application.outputTypes[index]
  if (!type) {
    const expected = `an output below ${application.outputCount}`
    return { what: `a view reads output ${index} of ${application.gate.name}`, expected }
  }
  if (value.gate === application.gate && isSameType(value.type, type)) return undefined
  const expected = `${application.gate.name} of type ${formatType(type)}`
  return {
    what: `a view calls itself ${value.gate.name} of type ${formatType(value.type)}`,
    expected,
  }
}

function faultOfInputs(graph: Graph, position: number): Fault | undefined {
  const application = graph.applications[position] as Value // callers stay inside
  for (const [index, input] of application.inputs.entries()) {
    const at = graph.positionOf(input)
    const what = `input ${index} of ${application.gate.name}`
    if (at < 0) return { what: `${what} is not in the graph`, expected: 'inputs inside the graph' }
    if (at >= position) return { what: `${what} comes later`, expected: 'inputs that come before' }
    const fault = faultOfView(input)
    if (fault) return fault
    if (graph.inputSlot(position, index) !== graph.slotOf(input)) {
      return { what: `${what} has another slot`, expected: `slot ${graph.slotOf(input)}` }
    }
  }
  return undefined
}

function faultOfTypes({ gate, outputTypes }: Value): Fault | undefined {
  for (const { shape, dtype } of outputTypes) {
    const what = `${gate.name} gives ${formatType({ shape, dtype })}`
    if (!Object.hasOwn(dtypes, dtype)) return { what, expected: Object.keys(dtypes).join(', ') }
    if (!isShape(shape)) return { what, expected: 'sizes that are whole numbers, 0 or more' }
  }
  return undefined
}

function faultOfRules(application: Value): Fault | undefined {
  const { gate, inputs, attributes, outputTypes } = application
  let types: readonly TensorType[]
  try {
    types = applyGate(gate, inputs, attributes).outputTypes
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error))
    return { what: `${gate.name} turns this application away`, expected: message }
  }
  const isSame =
    types.length === outputTypes.length &&
    types.every((type, index) => isSameType(type, outputTypes[index] ?? type))
  if (isSame) return undefined
  const list = (of: readonly TensorType[]) => of.map(formatType).join(', ')
  return { what: `${gate.name} is said to give ${list(outputTypes)}`, expected: list(types) }
}

function faultOfAttributes(
  attributes: readonly Attribute[],
  verified: Set<Graph>,
): Fault | undefined {
  for (const attribute of attributes) {
    const fault = faultOfAttribute(attribute, verified)
    if (fault) return fault
  }
  return undefined
}

function faultOfAttribute(attribute: Attribute, verified: Set<Graph>): Fault | undefined {
  const classified = classifyAttribute(attribute)
  switch (classified?.kind) {
    case 'plain':
      return undefined
    case 'list':
      return faultOfAttributes(classified.items, verified)
    case 'tensor':
      return faultOfTensor(classified.tensor)
    case 'graph':
      verifyGraph(classified.graph, verified)
      return undefined
    case 'state':
      return faultOfInit(classified.state) ?? faultOfAttribute(classified.state.init, verified)
    case undefined:
      return { what: `an attribute is no plain data: ${typeof attribute}`, expected: plainData }
  }
}

const plainData = 'numbers, strings, booleans, null, lists, tensors, states and graphs'

function faultOfInit(state: State): Fault | undefined {
  const type = initType(state)
  if (type && isSameType(type, state)) return undefined
  const given = type ? formatType(type) : 'not one value'
  return { what: `state "${state.key}" begins with ${given}`, expected: formatType(state) }
}

function faultOfTensor({ shape, dtype, data }: Tensor): Fault | undefined {
  const fits =
    isShape(shape) &&
    data.length === sizeOf(shape) &&
    data.constructor === dtypes[dtype].allocate(0).constructor
  if (fits) return undefined
  return {
    what: `a tensor holds ${data.length} elements of ${data.constructor.name}`,
    expected: `the elements of ${formatType({ shape, dtype })}`,
  }
}

function faultOfNames(graph: Graph): Fault | undefined {
  const names = graph.inputs.map((input) => `input "${inputName(input)}"`)
  const keys = graph.states.map((state) => `state "${stateOf(state).key}"`)
  const all = [...names, ...keys]
  const seen = new Set<string>()
  for (const name of all) {
    if (seen.has(name)) return { what: `${name} is there twice`, expected: 'unique names and keys' }
    seen.add(name)
  }
  return undefined
}

function faultOfEnds(graph: Graph): Fault | undefined {
  const values = [
    ...Object.entries(graph.outputs).map(([name, value]) => ({ name: `output ${name}`, value })),
    ...graph.updates.map(({ value }) => ({ name: 'the value of an update', value })),
  ]
  for (const { name, value } of values) {
    if (graph.positionOf(value) < 0) {
      return { what: `${name} is not in the graph`, expected: 'outputs inside the graph' }
    }
    const fault = faultOfView(value)
    if (fault) return { ...fault, what: `${name}: ${fault.what}` }
  }
  for (const { state, value } of graph.updates) {
    const { key, shape, dtype } = stateOf(state)
    if (isSameType({ shape, dtype }, value.type)) continue
    const what = `the update of "${key}" has type ${formatType(value.type)}`
    return { what, expected: formatType({ shape, dtype }) }
  }
  return undefined
}

function isShape(shape: Shape): boolean {
  return shape.every((size) => Number.isSafeInteger(size) && size >= 0)
}

const shownLines = 200

function broken(graph: Graph, { what, expected }: Fault, line: string | undefined): SluiceError {
  const lines = print(graph, { full: false }).trimEnd().split('\n')
  const at = Math.max(
    0,
    line === undefined ? lines.length : lines.indexOf(`  ${line.split('\n')[0]}`),
  )
  const first = Math.max(0, Math.min(at - shownLines / 2, lines.length - shownLines))
  const shown = lines.slice(first, first + shownLines)
  if (first > 0) shown.unshift('…')
  if (first + shownLines < lines.length) shown.push('…')
  return new SluiceError({
    code: 'INTERNAL',
    what: `verify: ${what}`,
    where: line ?? 'the outputs and updates',
    expected,
    got: shown.join('\n'),
    fix: 'report this with the lines above',
  })
}
