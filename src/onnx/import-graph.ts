/** Nodes become gates: the scopes of names, the nodes that are needed, and one node after another. */
import { nearest, SluiceError } from '../errors.ts'
import { damaged } from '../formats/damaged.ts'
import { foldIn } from '../gates/fold-in.ts'
import { randomKey } from '../gates/random-key.ts'
import { Value } from '../ir/value.ts'
import { Attributes } from './attributes.ts'
import { type ElementType, elementTypes, usualType } from './element-type.ts'
import { neededFor } from './needed.ts'
import { Node, type Surroundings } from './node.ts'
import {
  computed,
  folded,
  given,
  type Operand,
  type TensorOperand,
  workingTensor,
} from './operand.ts'
import type { Operator, Output } from './operator.ts'
import { operators } from './operators/index.ts'
import type { AttributeMessage, FunctionMessage, GraphMessage, NodeMessage } from './schema.ts'
import { Scope } from './scope.ts'
import { readTensor, type TensorReading } from './tensor-data.ts'

/** Nodes that one import may run, those of functions and loops each time they do. */
const mostNodes = 1_000_000
/** Functions that call functions. */
const deepestCall = 50

/** What an import goes by, all through the file. */
export interface Importing {
  readonly opset: number
  readonly functions: ReadonlyMap<string, FunctionMessage>
  readonly reading: TensorReading
  readonly statistic: Surroundings['statistic']
  readonly untied: Surroundings['untied']
  /** How many nodes have been run. */
  readonly progress: { count: number }
}

/** Runs the nodes that `outputs` need, in the order of the file, and defines what they give. */
export function runNodes(
  nodes: readonly NodeMessage[],
  outputs: readonly string[],
  scope: Scope,
  importing: Importing,
): void {
  const { nodes: needed } = neededFor(outputs, nodes)
  nodes.forEach((node, index) => {
    if (needed.has(node)) runNode(node, index, scope, importing)
  })
}

function runNode(node: NodeMessage, index: number, scope: Scope, importing: Importing): void {
  const { opType = '', domain = '' } = node
  const where = `node ${node.name ? `"${node.name}"` : `number ${index}`} (${opType}), opset ${importing.opset}`
  importing.progress.count++
  if (importing.progress.count > mostNodes) {
    throw damaged('onnx: functions and loops make too many nodes', {
      where,
      expected: `at most ${mostNodes} nodes`,
      got: 'more',
      fix: 'export the model without functions that call functions',
    })
  }
  const operands = node.input.map((name) => (name === '' ? undefined : scope.get(name, where)))
  const results = placed(where, () => {
    const called = importing.functions.get(`${domain}:${opType}`)
    if (called) return callFunction(called, { node, operands, where }, importing)
    const operator = operatorOf(opType, domain, importing.opset, where)
    return applyOperator(operator, { node, operands, where, scope }, importing)
  })
  node.output.forEach((name, position) => {
    const result = results[position]
    if (name === '') return
    if (result) scope.define(name, result, where)
    else {
      throw damaged(`onnx: ${opType} gives no output ${position} here`, {
        where,
        expected: `${results.length} outputs`,
        got: `output ${position}, "${name}"`,
        fix: 'see docs/onnx.md for what it gives',
      })
    }
  })
}

interface Call {
  readonly node: NodeMessage
  readonly operands: readonly (Operand | undefined)[]
  readonly where: string
}

function applyOperator(
  operator: Operator,
  { node, operands, where, scope }: Call & { readonly scope: Scope },
  importing: Importing,
): readonly (Operand | undefined)[] {
  const seed = importing.progress.count
  const surroundings: Surroundings = {
    run: (graph, given) => runGraph(graph, given, new Scope(scope), importing),
    tensor: (message) => constantTensor(message, importing, where),
    statistic: importing.statistic,
    untied: importing.untied,
    key: () => foldIn(randomKey(importing.opset), seed),
  }
  const facts = {
    operator: node.opType ?? '',
    opset: importing.opset,
    where,
    inputNames: node.input,
    outputNames: node.output,
    attributes: new Attributes(node.attribute, where),
  }
  const made = operator.make(new Node(facts, operands, surroundings))
  const present = operands.filter((operand) => operand !== undefined)
  const isConstant =
    !operator.isRandom &&
    present.every((operand) => operand.kind === 'tensor' && operand.isConstant)
  const [first] = present
  const type = first?.kind === 'tensor' ? first.type : undefined
  const list = isList(made) ? made : [made]
  return list.map((output) => output && operandOf(output, { isConstant, type }))
}

function isList(made: ReturnType<Operator['make']>): made is readonly (Output | undefined)[] {
  return Array.isArray(made)
}

function operandOf(
  output: Output,
  { isConstant, type }: { readonly isConstant: boolean; readonly type: ElementType | undefined },
): Operand {
  const isValue = output instanceof Value
  if (!isValue && output.kind !== 'typed') return output
  const value = isValue ? output : output.value
  const isSame = type !== undefined && elementTypes[type].computed === value.dtype
  const own = isValue ? (isSame ? type : usualType(value.dtype)) : output.type
  return isConstant ? folded(value, own) : computed(value, own)
}

/** Runs a graph on operands for its inputs, in order, and gives its outputs. */
function runGraph(
  graph: GraphMessage,
  operands: readonly Operand[],
  scope: Scope,
  importing: Importing,
): readonly Operand[] {
  const where = `graph "${graph.name ?? ''}"`
  graph.input.forEach(({ name = '' }, index) => {
    const operand = operands[index]
    if (operand) scope.define(name, operand, where)
  })
  for (const initializer of graph.initializer) {
    const { name = '' } = initializer
    if (scope.find(name) === undefined || !graph.input.some((input) => input.name === name)) {
      scope.define(name, constantTensor(initializer, importing, where), where)
    }
  }
  const outputs = graph.output.map(({ name = '' }) => name)
  runNodes(graph.node, outputs, scope, importing)
  return outputs.map((name) => scope.get(name, where))
}

function constantTensor(
  message: Parameters<typeof readTensor>[0],
  { reading }: Importing,
  where: string,
): TensorOperand {
  const { type, tensor } = readTensor(message, reading)
  return given(workingTensor(tensor, type, where), type)
}

/** A function of the file itself: its nodes, with the attributes of the call in them. */
function callFunction(
  called: FunctionMessage,
  { node, operands, where }: Call,
  importing: Importing,
): readonly (Operand | undefined)[] {
  const depth = (depths.get(importing) ?? 0) + 1
  if (depth > deepestCall) {
    throw damaged('onnx: a function calls itself', {
      where,
      expected: `functions that call functions at most ${deepestCall} deep`,
      got: 'deeper',
      fix: 'export the model again',
    })
  }
  const own = called.opsetImport.find(({ domain = '' }) => isStandard(domain))
  const opset = own?.version === undefined ? importing.opset : Number(own.version)
  // A name within a function means another value at each call.
  const inner: Importing = { ...importing, opset, untied: (_name, operand) => operand }
  depths.set(inner, depth)
  const scope = new Scope()
  called.input.forEach((name, index) => {
    scope.define(name, operands[index] ?? { kind: 'absent' }, where)
  })
  const given = new Map(called.attributeProto.map((proto) => [proto.name ?? '', proto]))
  for (const attribute of node.attribute) given.set(attribute.name ?? '', attribute)
  const nodes = called.node.map((body) => withAttributes(body, given))
  runNodes(nodes, called.output, scope, inner)
  return called.output.map((name) => scope.get(name, where))
}

/** How deep in calls an import is; 0 where it is not in the map. */
const depths = new WeakMap<Importing, number>()

function withAttributes(
  node: NodeMessage,
  given: ReadonlyMap<string, AttributeMessage>,
): NodeMessage {
  if (!node.attribute.some(({ refAttrName, g }) => refAttrName || g)) return node
  const attribute = node.attribute.flatMap((own): AttributeMessage[] => {
    if (own.refAttrName) {
      const found = given.get(own.refAttrName)
      return found ? [{ ...found, ...(own.name !== undefined && { name: own.name }) }] : []
    }
    if (!own.g) return [own]
    return [{ ...own, g: { ...own.g, node: own.g.node.map((n) => withAttributes(n, given)) } }]
  })
  return { ...node, attribute }
}

export function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx'
}

function operatorOf(name: string, domain: string, opset: number, where: string): Operator {
  const operator =
    isStandard(domain) && Object.hasOwn(operators, name) ? operators[name] : undefined
  const { from = 13, to = 22 } = operator ?? {}
  if (operator && opset >= from && opset <= to) return operator
  const near = nearest(name, Object.keys(operators))
  const called = isStandard(domain) ? name : `${domain}.${name}`
  throw new SluiceError({
    code: 'FILE',
    what: operator
      ? `onnx: operator "${name}" is not there in opset ${opset}`
      : `onnx: operator "${called}" is not supported`,
    where,
    expected: operator
      ? `opset ${from} to ${to}`
      : `one of the ${Object.keys(operators).length} operators that docs/onnx.md lists`,
    got: operator ? `opset ${opset}` : `"${called}"`,
    fix:
      near && near !== name
        ? `the nearest that is supported is "${near}"; export the model without "${name}"`
        : `export the model without "${name}", or with another opset`,
  })
}

const placedErrors = new WeakSet<SluiceError>()

/** Runs `make`; an error about gates tells the node that they were made for. */
function placed<T>(where: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    // A list that is too long, or loops within loops too deep.
    if (error instanceof RangeError) throw tooLarge(where, error.message)
    if (!(error instanceof SluiceError) || error.code === 'INTERNAL') throw error
    if (placedErrors.has(error)) throw error
    const { what, expected, got } = error
    const isOurs = error.code === 'FILE'
    const facts = {
      code: 'FILE' as const,
      what: isOurs ? what : `onnx: ${what}`,
      where,
      expected,
      got,
      fix: isOurs ? error.fix : 'give sizes that fit, or export the model again',
    }
    const told = new SluiceError(facts)
    placedErrors.add(told)
    throw told
  }
}

function tooLarge(where: string, got: string): SluiceError {
  return damaged('onnx: what the file asks for is too large', {
    where,
    expected: 'sizes that fit into memory',
    got,
    fix: 'give smaller sizes, or export the model again',
  })
}
