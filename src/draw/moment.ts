/** A picture at a moment of a walk through an iteration: without what is not known by then. */
import type { EquationPhase } from '../explain/equation.ts'
import type { Diagram, DiagramEdge } from './diagram.ts'
import type { Scene, SceneLabel, SceneLine } from './scene.ts'

export interface Moment {
  /** Whether the value of an edge of the diagram is known by then, or the gradient that comes back. */
  readonly isKnown: (what: 'value' | 'gradient', edge: string) => boolean
  /** The node or the edge where something happens at this moment, which is drawn strongly. */
  readonly active?: string | undefined
  /** In which phase that is. Default `forward`. */
  readonly phase?: EquationPhase | undefined
}

/** The diagram without what is not known; nodes and edges all stay. */
export function diagramAt(diagram: Diagram, moment: Moment): Diagram {
  return {
    ...diagram,
    nodes: diagram.nodes.map((node) => ({ ...node, ...activity(node.id, moment) })),
    edges: diagram.edges.map((edge) => edgeAt(edge, moment)),
  }
}

function edgeAt(edge: DiagramEdge, moment: Moment): DiagramEdge {
  const { name, value, gradientName, gradient, closeUp, ...rest } = edge
  const isValueKnown = value === undefined || moment.isKnown('value', edge.id)
  const isGradientKnown = moment.isKnown('gradient', edge.id)
  return {
    ...rest,
    ...activity(edge.id, moment),
    ...(isValueKnown && name !== undefined && { name }),
    ...(isValueKnown && value && { value }),
    ...(isGradientKnown && gradientName !== undefined && { gradientName }),
    ...(isGradientKnown && gradient && { gradient }),
    ...(isGradientKnown && closeUp && { closeUp }),
  }
}

/** The scene without what is not known; what stays does not move. */
export function sceneAt(scene: Scene, moment: Moment): Scene {
  const isSeen = (part: SceneLine | SceneLabel) => {
    const shown = knowledgeIn(part)
    return shown === undefined || moment.isKnown(shown.what, shown.edge)
  }
  return {
    ...scene,
    lines: scene.lines.filter(isSeen).map((line) => ({ ...line, ...activity(line.id, moment) })),
    nodes: scene.nodes.map((node) => ({ ...node, ...activity(node.id, moment) })),
    labels: scene.labels.filter(isSeen),
  }
}

export interface Knowledge {
  readonly what: 'value' | 'gradient'
  readonly edge: string
}

/** What must be known for a line or a label to be seen; undefined where it always is. */
export function knowledgeIn(part: SceneLine | SceneLabel): Knowledge | undefined {
  if ('path' in part) {
    return part.kind === 'gradient' ? { what: 'gradient', edge: part.id } : undefined
  }
  const { of, owner, texts } = part
  if (of !== 'edge') return undefined
  const classes = new Set(texts.map((text) => text.class))
  if (classes.has('gradient') || classes.has('local')) return { what: 'gradient', edge: owner }
  return classes.has('forward') ? { what: 'value', edge: owner } : undefined
}

function activity(id: string, { active, phase = 'forward' }: Moment) {
  return id === active ? { active: phase } : {}
}
