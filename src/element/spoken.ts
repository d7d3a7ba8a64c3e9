/** What is said of a node or an edge to those who cannot see it. */
import type { Scene, SceneLabel } from '../draw/scene.ts'
import type { Look } from './look.ts'

const marks = {
  ...{ added: 'added', removed: 'removed', changed: 'changed', wrong: 'does not fit' },
  dimmed: 'not of interest now',
} as const

export function spokenOf(
  id: string,
  scene: Scene,
  { unknown, overlay, marks: marked }: Look,
): string {
  const node = scene.nodes.find((one) => one.id === id)
  if (node) {
    const mark = marked?.get(id)
    const facts = [node.hint, overlay?.get(id)?.text, mark && marks[mark]]
    return facts.filter((fact) => fact !== undefined).join(', ')
  }
  const isKnown = ({ texts }: SceneLabel) => {
    const what = texts.some((text) => text.class === 'gradient') ? 'gradient' : 'value'
    return unknown?.isKnown(what, id) !== false
  }
  const written = scene.labels
    .filter((label) => label.of === 'edge' && label.owner === id && isKnown(label))
    .flatMap(({ texts }) => texts.map(({ text }) => text))
  return ['Edge', ...written].join(' ')
}
