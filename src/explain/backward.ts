/** The backward equations B1, B2 …, in the order of the walk back. */
import { backpropagate, type EdgeGradient } from '../autodiff/backpropagate.ts'
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { inputName } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import type { SymbolPart } from './formula.ts'
import type { Line } from './line.ts'
import { counter } from './naming.ts'
import type { Scope } from './scope.ts'
import {
  type BackwardContext,
  type BackwardLine,
  type BackwardOptions,
  gradientOf,
  isMetInside,
  sharesOf,
} from './share.ts'
import { addLine, shareLine } from './share-line.ts'

/** The backward equations of one graph. */
export function backwardLines(scope: Scope, options: BackwardOptions): readonly Line[] {
  const last = options.until ?? scope.treatments.length
  const list = sharesOf(scope, options).filter(({ edge }) => edge.position <= last)
  const shares = groupedBy(list, ({ root }) => root)
  const sharesAt = groupedBy(list, ({ edge }) => edge.position)
  const context: BackwardContext = { ...options, scope, shares, sharesAt, gradients: new Map() }
  const lines: Line[] = []
  const written = new Map<number, BackwardLine[]>()
  let ofGate: BackwardLine[] = []
  list.forEach((share, index) => {
    const line = shareLine(context, share)
    lines.push(line)
    ofGate.push(line)
    const ofRoot = written.get(share.root) ?? []
    ofRoot.push(line)
    written.set(share.root, ofRoot)
    const isLast = ofRoot.length === shares.get(share.root)?.length
    const isMet = ofRoot.length > 1 || isMetInside(context, share.root)
    if (isLast && isMet) lines.push(addLine(context, share.root, ofRoot))
    const { position } = share.edge
    if (list[index + 1]?.edge.position === position) return
    lines.push(...linesInside(context, position, ofGate))
    ofGate = []
  })
  return lines
}

/** The backward equations inside a composite that is open, under the id of its first one. */
function linesInside(
  context: BackwardContext,
  position: number,
  lines: readonly BackwardLine[],
): readonly Line[] {
  const inside = context.opened.get(position)
  const [first] = lines
  if (!inside || !first) return []
  const { graph } = inside.scope
  const outputs = Object.values(graph.outputs)
  const isReached = (_: Value, index: number) => first.edge.upstreams[index] !== undefined
  const upstreams = outputs.map((output, index) =>
    isReached(output, index) ? gates.zerosLike(output) : undefined,
  )
  const inputs = new Map(lines.map(({ edge, symbol }) => [String(edge.input), symbol]))
  const wrt = graph.inputs.filter((placeholder) => inputs.has(inputName(placeholder)))
  const edges = edgesInside(outputs, upstreams, wrt)
  const seeds = outputs.flatMap((output, index): [number, SymbolPart | undefined][] => {
    if (!isReached(output, index)) return []
    const slot = context.scope.graph.firstSlot(position) + index
    const root = context.scope.roots[slot] ?? slot
    const isOne = context.seeds.has(root) && context.seeds.get(root) === undefined
    const own = graph.slotOf(output)
    return [[inside.scope.roots[own] ?? own, isOne ? undefined : gradientOf(context, slot)]]
  })
  const outer = wrt.flatMap((placeholder): [number, SymbolPart][] => {
    const symbol = inputs.get(inputName(placeholder))
    return symbol ? [[graph.slotOf(placeholder), symbol]] : []
  })
  return backwardLines(inside.scope, {
    edges,
    traced: undefined,
    J: context.J,
    seeds: new Map(seeds),
    outer: new Map(outer),
    nextId: counter(`${first.equation.id}.`),
    digits: context.digits,
    opened: inside.opened,
  })
}

/** No edges where a composite is differentiated by a rule of its own alone. */
function edgesInside(...call: Parameters<typeof backpropagate>): readonly EdgeGradient[] {
  try {
    return backpropagate(...call).edges
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'GRADIENT') return []
    throw error
  }
}

function groupedBy<T>(list: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const item of list) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
