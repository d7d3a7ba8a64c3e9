/** The parts of a scene, all by the same way. */
import type { Box, Point, Scene, SceneLabel, SceneLine, Segment } from './scene.ts'

type Parts = Pick<Scene, 'frames' | 'lines' | 'nodes' | 'labels'>

export function moved({ frames, lines, nodes, labels }: Parts, by: Point): Parts {
  const point = ({ x, y }: Point): Point => ({ x: x + by.x, y: y + by.y })
  const boxed = <T extends { readonly box: Box }>(part: T): T => ({
    ...part,
    box: { ...part.box, ...point(part.box) },
  })
  const segment = (part: Segment): Segment =>
    part.kind === 'line'
      ? { kind: 'line', to: point(part.to) }
      : {
          kind: 'curve',
          control: [point(part.control[0]), point(part.control[1])],
          to: point(part.to),
        }
  return {
    frames: frames.map(boxed),
    nodes: nodes.map(boxed),
    lines: lines.map(
      (line): SceneLine => ({
        ...line,
        start: point(line.start),
        path: line.path.map(segment),
        head: { ...line.head, tip: point(line.head.tip) },
      }),
    ),
    labels: labels.map((label): SceneLabel => {
      const { brackets } = label
      return {
        ...boxed(label),
        texts: label.texts.map((text) => ({ ...text, ...point(text) })),
        ...(brackets && { brackets: brackets.map(boxed) }),
      }
    }),
  }
}
