/** The units of a network, and which of them let no gradient through. */
import { gradients, type Tensor, type Value } from 'sluice'
import { activations } from 'sluice/nn'
import { leastSlope, type UnitFacts } from './train-protocol.ts'

/** A layer of units: what their activation made, and of what. */
export interface UnitLayer extends UnitFacts {
  readonly value: Value
}

/** The activations that a network's outputs stand on, those nearest to its inputs first. */
export function unitLayersOf(outputs: Value): readonly UnitLayer[] {
  const seen = new Set<Value>([outputs.application])
  const waiting = [outputs]
  const found: UnitLayer[] = []
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    const { gate, name, shape } = value
    if (gate.name in activations) {
      const facts = { symbol: name ?? gate.name, activation: gate.name, count: shape.at(-1) ?? 1 }
      found.unshift({ ...facts, value })
    }
    for (const operand of value.inputs) {
      if (seen.has(operand.application)) continue
      seen.add(operand.application)
      waiting.push(operand)
    }
  }
  return found
}

/** For each unit the steepest slope of its activation over all examples. */
export function steepestSlopes({ value }: UnitLayer): Value {
  const [slope] = gradients(value.sum(), [value.input(0)])
  if (!slope) throw new Error(`${value.gate.name} has no derivative`)
  const others = slope.shape.slice(0, -1).map((_, axis) => axis)
  return slope.abs().max(others)
}

export function deadUnitsOf({ data }: Tensor): Uint32Array<ArrayBuffer> {
  const slopes = data as Float32Array // activations are in f32
  return Uint32Array.from([...slopes.keys()].filter((unit) => (slopes[unit] ?? 0) < leastSlope))
}
