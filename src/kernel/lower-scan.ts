import { internalError } from '../errors.ts'
import { Graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { isContiguous } from './access.ts'
import type { Lowering, Operand } from './lowering.ts'
import type { Kernel } from './routine.ts'

/** Lowers a body on operands, by index; gives its outputs, as seen from inside the loop. */
type LowerBody = (body: Graph, given: (index: number) => Operand) => readonly Operand[]

interface ScanCall {
  readonly inputs: readonly Operand[]
  /** Whether anyone reads the output of that index. */
  readonly isRead: (index: number) => boolean
}

/**
 * A loop with its carries in buffers: each turn reads them, computes what they become aside, and
 * copies it over at its end. See interpret/scan.ts for inputs and outputs. What is stacked and read
 * by no one has no place: without a backward pass no step keeps the carries that it began with.
 */
export function lowerScan(
  lowering: Lowering,
  { attributes, outputTypes }: Value,
  { inputs, isRead }: ScanCall,
  lowerBody: LowerBody,
): readonly (Operand | undefined)[] {
  const { body } = attributes
  if (!(body instanceof Graph)) throw internalError('lower: the body of a scan is not a graph')
  const carryCount = Number(attributes.carryCount)
  const sequenceCount = Number(attributes.sequenceCount)
  const outer = lowering.gates
  const carries = outputTypes.slice(0, carryCount).map((type) => lowering.temporary(type))
  const stacks = outputTypes
    .slice(carryCount)
    .map((type, index) => (isRead(carryCount + index) ? lowering.temporary(type) : undefined))
  carries.forEach((carry, index) => {
    const start = inputs[index]
    if (start) lowering.copy(start, carry)
  })
  const before = lowering.kernels
  const kernels: Kernel[] = []
  lowering.kernels = kernels
  lowering.depth++
  const given = (index: number): Operand => {
    const operand = index < carryCount ? carries[index] : inputs[index]
    if (!operand) throw internalError(`lower: scan has no operand ${index}`)
    const isSequence = index >= carryCount && index < carryCount + sequenceCount
    return isSequence ? sliceOf(lowering, operand) : lowering.here(operand)
  }
  const results = lowerBody(body, given)
  lowering.gates = outer
  const stacked = [...results.slice(carryCount), ...carries.map((carry) => lowering.here(carry))]
  stacked.forEach((value, index) => {
    const out = stacks[index]
    if (out) lowering.copy(value, sliceOf(lowering, out))
  })
  passOn(lowering, results.slice(0, carryCount), carries)
  lowering.depth--
  lowering.kernels = before
  const { length, reverse } = attributes
  const repeat = { count: Number(length), isReversed: reverse === true, body: kernels }
  if (Number(length) > 0) lowering.push({ kind: 'repeat', ...repeat, gates: outer })
  return [...carries, ...stacks]
}

/** New carries are put aside first where they are views of old ones, which others may still read. */
function passOn(
  lowering: Lowering,
  results: readonly Operand[],
  carries: readonly Operand[],
): void {
  const old = new Set(carries.map(({ buffer }) => buffer))
  const apart = results.map((result, index) => {
    const isItself = result.buffer === carries[index]?.buffer && isContiguous(result)
    if (isItself) return undefined
    if (!old.has(result.buffer)) return result
    const kept = lowering.temporary(result)
    lowering.copy(result, kept)
    return kept
  })
  apart.forEach((result, index) => {
    const carry = carries[index]
    if (result && carry) lowering.copy(result, lowering.here(carry))
  })
}

/** What one turn sees of a sequence: it moves by one element of the first axis. */
function sliceOf(lowering: Lowering, operand: Operand): Operand {
  const [stride = 0, ...strides] = operand.strides
  const turns = Array.from({ length: lowering.depth }, (_, loop) =>
    loop === lowering.depth - 1 ? stride : (operand.turns[loop] ?? 0),
  )
  return { ...operand, shape: operand.shape.slice(1), strides, turns }
}
