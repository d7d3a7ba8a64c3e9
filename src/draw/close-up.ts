/** The diagram of one gate: what goes in, what comes out, and the product on each way back. */
import type { Equation, Explanation, Operand } from '../explain/index.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { CloseUp, Diagram, DiagramEdge, DiagramNode } from './diagram.ts'
import { numberText } from './number-text.ts'

/** The gate that equation `id` is of. */
export function closeUpOf(explanation: Explanation, id: string, digits: number): Diagram {
  const { equations } = explanation
  const forward = equations.find((equation) => equation.id === id)
  const back = equations.filter(({ phase, of }) => phase === 'backward' && of === id)
  if (!forward) return { title: '', description: '', nodes: [], edges: [], frames: [], notes: [] }
  const values = valuesOf(explanation)
  const operands = forward.operands.filter(isTensor)
  const outputs = (forward.outputs ?? [forward.output]).filter(({ name }) => name !== '_')
  const gate: DiagramNode = {
    ...{ id: 'n0', kind: 'operation', label: forward.gate, gate: forward.gate },
    ...{ equation: id, hint: `${id}: ${forward.text}\n${forward.part}` },
    ...(forward.role && { role: forward.role, detail: forward.role }),
  }
  const nodes: DiagramNode[] = []
  const edges: DiagramEdge[] = []
  const number = (value: Tensor | undefined) => value && numberText(value, digits)
  for (const { name, shape, operand } of operands) {
    const own = back.find((equation) => equation.operand === operand)
    const value = number(values.get(name))
    const node = `n${nodes.length + 1}`
    nodes.push({ id: node, kind: 'constant', label: name, shape })
    edges.push({
      ...{ id: `e${edges.length}`, from: node, to: 'n0', phase: 'forward', shape },
      ...(value && { value }),
      closeUp: own ? productOf(own, forward, digits) : {},
      ...(own && { gradientName: own.output.name }),
      ...(own?.numbers && { gradient: numberText(own.numbers.value, digits) }),
    })
  }
  for (const { name, shape } of outputs) {
    const value = number(values.get(name))
    const arriving = arrivingAt(name, back, digits)
    const node = `n${nodes.length + 1}`
    nodes.push({ id: node, kind: 'constant', label: name, shape })
    edges.push({
      ...{ id: `e${edges.length}`, from: 'n0', to: node, phase: 'forward', shape },
      ...(value && { value }),
      ...arriving,
    })
  }
  return {
    title: `The gate ${forward.gate}, close up`,
    description: [forward, ...back].map(({ text }) => `${text}.`).join(' '),
    nodes: [...nodes.slice(0, operands.length), gate, ...nodes.slice(operands.length)],
    edges,
    frames: [],
    notes: [],
  }
}

/** Numbers that stand in the equation are no operands that anything goes back to. */
function isTensor({ kind, shape }: Operand): boolean {
  return kind !== 'constant' || shape.length > 0
}

function valuesOf({ given, equations }: Explanation): ReadonlyMap<string, Tensor> {
  const values = new Map<string, Tensor>()
  for (const { name, value } of given) if (value) values.set(name, value)
  for (const { phase, output, outputs = [output], numbers } of equations) {
    if (phase !== 'forward' || !numbers) continue
    outputs.forEach(({ name }, index) => {
      const value = numbers.values?.[index] ?? (index === 0 ? numbers.value : undefined)
      if (value && !values.has(name)) values.set(name, value)
    })
  }
  return values
}

/** `∂z/∂a = b = −4`, and `dJ/da = dJ/dz · b = 2 · (−4) = −8`. */
function productOf(back: Equation, forward: Equation, digits: number): CloseUp {
  const { local, numbers, substituted, text, operand } = back
  const of = forward.operands.find((one) => one.operand === operand)?.name ?? operand
  const derivative = `∂${forward.output.name}/∂${of}`
  const alone = numbers?.local && scalarText(numbers.local, digits)
  const isKnown = alone !== undefined && alone !== local
  const result = numbers && scalarText(numbers.value, digits)
  return {
    local: [derivative, ...(local === undefined ? [] : [local]), ...(isKnown ? [alone] : [])].join(
      ' = ',
    ),
    ...(numbers?.local && alone === undefined && { localValue: numberText(numbers.local, digits) }),
    product: [
      text,
      ...(substituted === undefined ? [] : [substituted]),
      ...(result === undefined ? [] : [result]),
    ].join(' = '),
  }
}

/** The gradient that arrives (top_diff), by the name that the equations give it. */
function arrivingAt(
  output: string,
  back: readonly Equation[],
  digits: number,
): Pick<DiagramEdge, 'gradientName' | 'gradient'> {
  for (const { upstreams = [], numbers } of back) {
    const index = upstreams.findIndex((name) => name.replace(/ .*/, '').endsWith(`/d${output}`))
    const name = upstreams[index]
    if (name === undefined) continue
    const arrived = numbers?.upstreams?.[index]
    return { gradientName: name, ...(arrived && { gradient: numberText(arrived, digits) }) }
  }
  return {}
}

function scalarText(value: Tensor, digits: number): string | undefined {
  if (value.shape.length > 0) return undefined
  return numberText(value, digits).text
}
