/** Outlines of the gallery's models: their own drawings, folded and without words. */
import { draw } from 'sluice/draw'
import type { Sketch } from './file-protocol.ts'
import { poseOfGallery } from './pose-model.ts'

/** Throws where the gallery has no such model. */
export async function sketchOf(id: string): Promise<Sketch> {
  const { scene } = draw(await modelOf(id), { gradients: false })
  const { width, height, nodes, lines } = scene
  return {
    width,
    height,
    boxes: nodes.map(({ kind, form, box }) => ({
      ...{ kind, ...box, radius: form === 'pill' || form === 'circle' ? box.height / 2 : 4 },
    })),
    lines: lines.map(({ start, path }) => `M${start.x} ${start.y}${path.map(stepOf).join('')}`),
  }
}

/** Folded, one block a stage looks like many of them, and takes a hundredth of the time. */
async function modelOf(id: string) {
  if (id === 'deep') return (await import('./models/deep.ts')).deep(2).J
  return (await poseOfGallery(id, 1)).J
}

type Step = ReturnType<typeof draw>['scene']['lines'][number]['path'][number]

function stepOf(segment: Step): string {
  if (segment.kind === 'line') return `L${segment.to.x} ${segment.to.y}`
  return `C${[...segment.control, segment.to].map(({ x, y }) => `${x} ${y}`).join(' ')}`
}
