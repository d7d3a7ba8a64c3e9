/** The graph as an outline: layers, their gates, and what each gate reads and gives. */
import type { EquationData, ExplanationData } from 'sluice'
import type { Diagram } from 'sluice/draw'

export interface OutlineItem {
  /** Unique within the outline. */
  readonly id: string
  readonly kind: 'layer' | 'gate' | 'value'
  readonly label: string
  /** Of a gate: its own steps; of a layer: those of its gates. */
  readonly steps: readonly number[]
  /** Of a value: the step that computes it; -1 where it is given. And the one that gives its gradient. */
  readonly value?: { readonly name: string; readonly at: number }
  readonly gradient?: { readonly name: string; readonly at: number }
  readonly children: readonly OutlineItem[]
}

/** Beyond so many siblings they come in bundles, which open one by one. */
const most = 60

export function outlineOf(
  { equations }: ExplanationData,
  { nodes, frames }: Diagram,
): readonly OutlineItem[] {
  const places = new Map(equations.map(({ output }, index) => [output.name, index]))
  const backs = stepsBack(equations)
  const frameOf = new Map(nodes.map(({ equation, frame }) => [equation, frame]))
  const layers = new Map<string, OutlineItem[]>()
  const top: { item: OutlineItem; layer?: string }[] = []
  equations.forEach((equation, step) => {
    if (equation.phase !== 'forward') return
    const gate = gateOf(equation, { step, equations, places, back: backs.get(equation.id) ?? [] })
    const frame = frameOf.get(equation.id)
    if (frame === undefined) {
      top.push({ item: gate })
      return
    }
    const inside = layers.get(frame)
    if (inside) inside.push(gate)
    else {
      layers.set(frame, [gate])
      top.push({ item: gate, layer: frame })
    }
  })
  const titles = new Map(frames.map(({ id, label }) => [id, label]))
  const items = top.map(({ item, layer }) => {
    const gates = layer === undefined ? undefined : layers.get(layer)
    return gates ? bundle(`layer ${layer}`, titles.get(layer ?? '') ?? '', gates) : item
  })
  return bundled(items, '')
}

function bundle(id: string, label: string, children: readonly OutlineItem[]): OutlineItem {
  const steps = children.flatMap((child) => child.steps)
  return { id, kind: 'layer', label, steps, children: bundled(children, id) }
}

function bundled(items: readonly OutlineItem[], under: string): readonly OutlineItem[] {
  if (items.length <= most) return items
  const count = Math.ceil(items.length / most)
  const size = Math.ceil(items.length / Math.min(count, most))
  return Array.from({ length: Math.ceil(items.length / size) }, (_, turn) => {
    const part = items.slice(turn * size, (turn + 1) * size)
    const [first, last] = [part[0]?.label, part.at(-1)?.label]
    const label = `${first?.split(':')[0]} … ${last?.split(':')[0]}`
    return bundle(`${under} bundle ${turn}`, label, part)
  })
}

/** The backward equations of each forward one. */
function stepsBack(equations: readonly EquationData[]): ReadonlyMap<string, readonly number[]> {
  const backs = new Map<string, number[]>()
  equations.forEach(({ of }, step) => {
    if (of === undefined) return
    const known = backs.get(of)
    if (known) known.push(step)
    else backs.set(of, [step])
  })
  return backs
}

interface GateFacts {
  readonly step: number
  readonly equations: readonly EquationData[]
  readonly places: ReadonlyMap<string, number>
  readonly back: readonly number[]
}

function gateOf(equation: EquationData, { step, equations, places, back }: GateFacts): OutlineItem {
  const { id, gate, text, operands, output } = equation
  const operandItems = operands.map(({ name, operand }, index): OutlineItem => {
    const ownBack = back.find((at) => equations[at]?.operand === operand)
    const gradient = ownBack === undefined ? undefined : equations[ownBack]?.output.name
    return {
      ...{ id: `${id} ${index}`, kind: 'value', label: name, steps: [], children: [] },
      value: { name, at: places.get(name) ?? -1 },
      ...(gradient !== undefined &&
        ownBack !== undefined && { gradient: { name: gradient, at: ownBack } }),
    }
  })
  const result: OutlineItem = {
    ...{
      id: `${id} result`,
      kind: 'value',
      label: `${output.name} (result)`,
      steps: [],
      children: [],
    },
    value: { name: output.name, at: step },
  }
  return {
    ...{ id, kind: 'gate', label: `${id}: ${text}`, steps: [step, ...back] },
    children: [...operandItems, result],
    ...(gate === 'alias' && { children: [result] }),
  }
}
