/** The picture of what fits, with the edge that does not behind the last node that does. */
import type { Scene } from 'sluice/draw'
import { type CheckedDocument, criterionPlace } from './check.ts'

/** What the added node and the edge to it are called. */
export const [brokenId, brokenEdgeId] = ['broken', 'broken edge'] as const

const [width, height, gap, margin] = [92, 34, 74, 12]

/** The scene as it is where nothing is broken, or nothing of it could be drawn. */
export function withBrokenEdge({ check, picture }: CheckedDocument): Scene | undefined {
  const scene = picture?.scene
  const { broken } = check
  const maker = broken && picture?.makerOf[broken.from]
  const node = endOf(scene, maker, broken?.from)
  if (!scene || !broken || !node) return scene
  const last = node.box
  const middle = last.y + last.height / 2
  const start = { x: last.x + last.width, y: middle }
  // What is drawn to the right of it stays free: the broken step stands behind all of it.
  const x = Math.max(start.x + gap, scene.width - margin + 4)
  const box = { x, y: middle - height / 2, width, height }
  const to = broken.to === criterionPlace ? 'criterion' : broken.to
  const text = { class: 'label', anchor: 'middle', size: 13 } as const
  return {
    ...scene,
    width: Math.max(scene.width, box.x + width + margin),
    lines: [
      ...scene.lines,
      {
        ...{
          id: brokenEdgeId,
          kind: 'forward',
          start,
          path: [{ kind: 'line', to: { x, y: middle } }],
        },
        ...{ from: node.id, to: brokenId },
        head: { tip: { x, y: middle }, angle: 0 },
      },
    ],
    nodes: [
      ...scene.nodes,
      { id: brokenId, kind: 'operation', form: 'box', box, hint: broken.title },
    ],
    labels: [
      ...scene.labels,
      {
        ...{ owner: brokenId, of: 'node', box },
        texts: [{ ...text, text: to, x: x + width / 2, y: middle + 4.5 }],
      },
    ],
  }
}

/** The box of the value, where it stands at the end, else of the gate that makes it. */
function endOf(scene: Scene | undefined, maker: string | undefined, name: string | undefined) {
  const owner = scene?.labels.find(
    ({ of, texts }) => of === 'node' && texts.some(({ text }) => text === name),
  )?.owner
  const id = owner ?? maker
  return scene?.nodes.find((node) => node.id === id)
}
