/** How the things of a scene look at the moment: what is known, chosen, active, marked. */
import type { Scene, SceneLabel, SceneLine, SceneNode } from '../draw/scene.ts'
import { cividis, isDark } from './cividis.ts'

export type Mark = 'added' | 'removed' | 'changed' | 'wrong' | 'dimmed'

/** Colours a node by a share of 0 to 1 of the largest, and says it in text. */
export interface OverlayEntry {
  readonly share: number
  readonly text: string
}

/** Whether a value or a gradient at an edge is to be seen yet. */
export interface Knowledge {
  isKnown(what: 'value' | 'gradient', edge: string): boolean
}

export interface Look {
  readonly selected: string | undefined
  readonly active: string | undefined
  readonly phase: 'forward' | 'backward' | 'update' | undefined
  readonly unknown: Knowledge | undefined
  readonly overlay: ReadonlyMap<string, OverlayEntry> | undefined
  readonly marks: ReadonlyMap<string, Mark> | undefined
}

/** The sign of a mark, so that no colour has to be told apart. */
export const signs: Readonly<Record<Mark, string>> = {
  ...{ added: '+', removed: '−', changed: '≠', wrong: '✕', dimmed: '' },
}

/** The states of a node, as classes. */
export function statesOfNode(node: SceneNode, look: Look): readonly string[] {
  const { id } = node
  const mark = look.marks?.get(id)
  return [
    ...activityOf(node, look),
    ...(id === look.selected ? ['selected'] : []),
    ...(mark ? [mark] : []),
  ]
}

export function statesOfLine(line: SceneLine, look: Look): readonly string[] {
  const { id, from, to, kind } = line
  const { unknown, marks, selected } = look
  const isHidden = kind === 'gradient' && unknown?.isKnown('gradient', id) === false
  const isDimmed = [id, from, to].some((one) => marks?.get(one) === 'dimmed')
  const mark = marks?.get(id)
  return [
    ...(isHidden ? ['unknown'] : []),
    ...activityOf(line, look),
    ...(id === selected ? ['selected'] : []),
    ...(isDimmed ? ['dimmed'] : mark ? [mark] : []),
  ]
}

/** Where the present step happens; a scene of a moment says so itself. */
function activityOf(
  { id, active }: Pick<SceneNode, 'id' | 'active'>,
  look: Look,
): readonly string[] {
  const isActive = look.active === undefined ? active !== undefined : id === look.active
  const phase = look.active === undefined ? active : look.phase
  return isActive ? ['active', ...(phase ? [phase] : [])] : []
}

/** What the states of labels need to know of the scene. */
export interface Ends {
  /** The nodes that each edge joins. */
  readonly ofEdge: ReadonlyMap<string, readonly [from: string, to: string]>
}

export function endsOf({ lines }: Scene): Ends {
  return { ofEdge: new Map(lines.map(({ id, from, to }) => [id, [from, to] as const])) }
}

export function statesOfLabel(label: SceneLabel, look: Look, ends: Ends): readonly string[] {
  const { of, owner } = label
  const { unknown, marks } = look
  if (of === 'node') {
    const entry = look.overlay?.get(owner)
    return [
      ...(entry && isInside(label) ? [isDark(cividis(entry.share)) ? 'on-dark' : 'on-light'] : []),
      ...(marks?.get(owner) === 'dimmed' ? ['dimmed'] : []),
    ]
  }
  if (of !== 'edge') return []
  const what = saysOf(label)
  const isHidden = what !== undefined && unknown?.isKnown(what, owner) === false
  const nodes = [owner, ...(ends.ofEdge.get(owner) ?? [])]
  const isDimmed = nodes.some((id) => marks?.get(id) === 'dimmed')
  return [...(isHidden ? ['unknown'] : []), ...(isDimmed ? ['dimmed'] : [])]
}

/** The equation's number stands below its node, all else in it. */
function isInside({ texts }: SceneLabel): boolean {
  return texts.every((text) => text.class !== 'equation')
}

function saysOf({ texts }: SceneLabel): 'value' | 'gradient' | undefined {
  if (texts.some((text) => text.class === 'gradient')) return 'gradient'
  return texts.some((text) => text.class === 'forward') ? 'value' : undefined
}
