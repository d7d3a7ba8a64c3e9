/** What there is to know of one gate without a number being run. */

import type { Outline, OutlineGate } from 'sluice/draw'
import { flopsOf } from 'sluice/nn'
import type { GateFacts } from './explore-protocol.ts'

/** Throws where there is no such gate. */
export function factsOf({ gates }: Outline, id: string): GateFacts {
  const gate = gates.find((one) => one.id === id)
  if (!gate) throw new Error(`the graph has no gate ${id}`)
  const { text, latex, role, part, shapes, operands, output, outputs = [output] } = gate.equation
  const plain = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }) => {
    return { name, shape }
  }
  return {
    ...{ id, text, latex, role, part, shapes },
    operands: operands.map(plain),
    outputs: outputs.map(plain),
    parameters: parametersOfGate(gate),
    flops: flopsOf(gate.value),
  }
}

/** How many numbers each gate learns; those that an earlier gate learns too are counted there. */
export function parametersOf({ gates }: Outline): Float64Array<ArrayBuffer> {
  const known = new Set<string>()
  return Float64Array.from(gates, (gate) => parametersOfGate(gate, known))
}

function parametersOfGate({ equation }: OutlineGate, known: Set<string> = new Set()): number {
  return equation.operands.reduce((sum, { kind, name, shape }) => {
    if (kind !== 'parameter' || known.has(name)) return sum
    known.add(name)
    return sum + shape.reduce((size, extent) => size * extent, 1)
  }, 0)
}
