/** Finds the gate that makes the first number which is not finite. */
import type { Tensor } from 'sluice'
import type { OutlineGate } from 'sluice/draw'
import type { Ran } from './explore-numbers.ts'
import type { Culprit } from './explore-protocol.ts'

export function culpritIn(gates: readonly OutlineGate[], { forward, values }: Ran): Culprit {
  const isBad = values.values.map((outputs) => outputs.some(isNotFinite))
  const gateAt = gateByPosition(gates, forward)
  for (const [position, application] of forward.applications.entries()) {
    if (!isBad[position]) continue
    const isMadeHere = application.inputs.every((input) => !isBad[forward.positionOf(input)])
    if (!isMadeHere) continue
    const gate = gateAt.get(position)
    const what = kindOf(values.values[position]?.find(isNotFinite))
    if (gate !== undefined) {
      const { id, gate: name } = gates[gate] as OutlineGate // the index is one of gates
      return { gate, phase: 'forward', text: `${id}, ${name}, makes the first ${what}.` }
    }
    const { name } = application
    const text = `What is given${name === undefined ? '' : ` as ${name}`} holds ${what} already.`
    return { gate: undefined, phase: 'forward', text }
  }
  const edge = values.edges.find(({ downstream, upstreams }) => {
    return isNotFinite(downstream) && !upstreams.some((one) => one && isNotFinite(one))
  })
  const gate = edge && gateAt.get(edge.position)
  if (edge && gate !== undefined) {
    const { id, gate: name } = gates[gate] as OutlineGate // as above
    const text = `On the way back, ${id}, ${name}, makes the first ${kindOf(edge.downstream)}.`
    return { gate, phase: 'backward', text }
  }
  return { gate: undefined, phase: undefined, text: 'All values and gradients are finite.' }
}

function gateByPosition(
  gates: readonly OutlineGate[],
  forward: Ran['forward'],
): ReadonlyMap<number, number> {
  return new Map(gates.map(({ value }, index) => [forward.positionOf(value), index]))
}

function isNotFinite({ data }: Tensor): boolean {
  return data.some((element: number | bigint) => !Number.isFinite(Number(element)))
}

function kindOf(tensor: Tensor | undefined): string {
  const first = tensor && Array.from(tensor.data, Number).find((one) => !Number.isFinite(one))
  return Number.isNaN(first) ? 'NaN' : 'infinity'
}
