/** `outline`: the groups and gates of a graph, and pictures of it with any of them open. */

import { readGraph } from '../explain/explain.ts'
import type { Equation } from '../explain/index.ts'
import type { Value } from '../ir/value.ts'
import type { Diagram } from './diagram.ts'
import { diagramOfFolded } from './diagram-of.ts'
import { type Drawable, graphOfDrawable } from './draw.ts'
import { type Group, groupsOf, isGroup, type Member } from './grouping.ts'
import { networkOf, type Operation } from './network.ts'
import { partOf } from './part.ts'

export interface OutlineGroup {
  /** The node that it is while it is closed, and the frame while it is open. */
  readonly id: string
  readonly kind: 'layer' | 'row'
  /** `linear 0`; `linear, relu` of a row of equal blocks. */
  readonly label: string
  /** The group around it. */
  readonly parent: string | undefined
  /** How many equal blocks a row has. */
  readonly times: number | undefined
  /** The position of its first gate in `gates`, and how many there are. */
  readonly first: number
  readonly size: number
}

export interface OutlineGate {
  /** The id of its equation, `F3`, which its node has too. */
  readonly id: string
  readonly gate: string
  /** `+` of an addition, else the gate's name. */
  readonly label: string
  /** The innermost group around it. */
  readonly parent: string | undefined
  /** What its results are called, second names included. */
  readonly names: readonly string[]
  /** Parameters and states that it reads. */
  readonly states: readonly OutlineState[]
  /** The positions in `gates` of those whose results it reads. */
  readonly from: readonly number[]
  readonly equation: Equation
  /** Its application in the graph. */
  readonly value: Value
}

export interface OutlineState {
  /** `W1`, as equations call it. Its node has the id `given W1`. */
  readonly name: string
  /** `0.weight` */
  readonly key: string
}

export interface OutlineView {
  /** The ids of open groups, those that were opened last at the end. */
  readonly open?: readonly string[]
  /** The ids of the only gates to be shown. */
  readonly only?: ReadonlySet<string>
  /** Of groups with many members, by id (`''`: the whole graph), the first one that is shown. */
  readonly from?: Readonly<Record<string, number>>
  /** How many nodes there may be. Default 120. */
  readonly most?: number
  /** Whether shapes stand beside names. Default false. */
  readonly shapes?: boolean
}

/** What an outline looks like with some groups open. */
export interface OutlinePicture {
  /** Nodes, edges and frames have ids that last: what a node stands for keeps its id. */
  readonly diagram: Diagram
  /** The groups that are open: the oldest of those asked for are closed where it is too much. */
  readonly open: readonly string[]
  /** Nodes that stand for members left out of an open group, by their id. */
  readonly rests: Readonly<Record<string, OutlineRest>>
}

export interface OutlineRest {
  /** The group, or `''`. */
  readonly of: string
  /** What `from` of the group has to be to see the members that come next. */
  readonly from: number
  readonly count: number
}

/** The groups and gates of a graph. */
export interface Outline {
  /** Those around others before those inside. */
  readonly groups: readonly OutlineGroup[]
  /** In topological order, each group's gates together. */
  readonly gates: readonly OutlineGate[]
  /** The picture with some groups open; nothing is explained again. */
  fold(view?: OutlineView): OutlinePicture
}

/**
 * The layers, equal blocks in a row and gates of a graph, to be folded in any way: for a
 * view of thousands of gates of which a few are open. Forward only, and without numbers.
 *
 * @example
 * const network = outline(J)
 * const { diagram } = network.fold({ open: ['layer 0'] })
 */
export function outline(target: Drawable): Outline {
  const reading = readGraph(graphOfDrawable(target), { isForward: true })
  const network = networkOf(reading.explanation, reading.keys)
  const whole = groupsOf(network)
  const equations = new Map(
    reading.explanation.equations.map((equation) => [equation.id, equation]),
  )
  const { groups, members } = listed(whole)
  const parents = new Map(groups.map(({ id, parent }) => [id, parent]))
  const gates = gatesOf(members, (id) => ({
    equation: equations.get(id) as Equation, // every operation has one
    value: reading.applications.get(id) as Value, // and every equation its application
  }))
  return Object.freeze({
    groups,
    gates,
    fold: (view: OutlineView = {}) => {
      const { folded, open, rests } = partOf(whole, parents, view)
      const options = { hasLastingIds: true, shapes: view.shapes ?? false }
      return { diagram: diagramOfFolded(network, folded, options), open, rests }
    },
  })
}

interface Placed {
  readonly operation: Operation
  readonly parent: string | undefined
}

function listed(whole: Group): {
  readonly groups: readonly OutlineGroup[]
  readonly members: readonly Placed[]
} {
  const groups: OutlineGroup[] = []
  const members: Placed[] = []
  const add = (member: Member, parent: string | undefined): void => {
    if (!isGroup(member)) {
      members.push({ operation: member, parent })
      return
    }
    const { container, size } = member
    if (container) {
      const { id, label, times } = container
      const kind = times === undefined ? 'layer' : 'row'
      groups.push({ id, kind, label, parent, times, first: members.length, size })
    }
    for (const child of member.children) add(child, container?.id)
  }
  add(whole, undefined)
  return { groups, members }
}

function gatesOf(
  members: readonly Placed[],
  factsOf: (id: string) => Pick<OutlineGate, 'equation' | 'value'>,
): readonly OutlineGate[] {
  const makers = new Map<string, number>()
  members.forEach(({ operation }, position) => {
    for (const { name } of operation.outputs) makers.set(name, position)
  })
  return members.map(({ operation, parent }): OutlineGate => {
    const { id, gate, label, inputs, outputs } = operation
    const flows = [...new Set(inputs.map(({ flow }) => flow))]
    return {
      ...{ id, gate, label, parent },
      names: outputs.flatMap(({ name, aliases }) => [name, ...aliases]),
      states: flows.flatMap(({ name, key }) => (key === undefined ? [] : [{ name, key }])),
      from: flows.flatMap(({ name }) => makers.get(name) ?? []),
      ...factsOf(id),
    }
  })
}
