import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Box, Scene, SceneLine, SceneNode } from '../draw/scene.ts'
import { SceneIndex } from './scene-index.ts'

const box = fc.record({
  ...{ x: fc.integer({ min: -3000, max: 3000 }), y: fc.integer({ min: -500, max: 500 }) },
  ...{ width: fc.integer({ min: 0, max: 4000 }), height: fc.integer({ min: 0, max: 300 }) },
})

function sceneOf(boxes: readonly Box[], more: Partial<Scene> = {}): Scene {
  const nodes = boxes.map((one, index): SceneNode => {
    return { id: `n${index}`, kind: 'operation', form: 'box', box: one, hint: '' }
  })
  const empty = { frames: [], lines: [], labels: [] }
  return { width: 100, height: 100, title: '', description: '', ...empty, nodes, ...more }
}

test('finds what asking every box finds, in the order of the scene', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 60 }), box, (boxes, sight) => {
      const found = new SceneIndex(sceneOf(boxes)).within(sight).nodes.map(({ id }) => id)
      const isSeen = ({ x, y, width, height }: Box) =>
        x <= sight.x + sight.width &&
        sight.x <= x + width &&
        y <= sight.y + sight.height &&
        sight.y <= y + height
      expect(found).toEqual(boxes.flatMap((one, index) => (isSeen(one) ? [`n${index}`] : [])))
    }),
  )
})

const line: SceneLine = {
  ...{ id: 'e0', from: 'n0', to: 'n1', kind: 'forward', start: { x: 0, y: 0 } },
  path: [{ kind: 'curve', control: [{ x: 50, y: 0 }, { x: 50, y: 100 }], to: { x: 100, y: 100 } }], // biome-ignore format: an S
  head: { tip: { x: 100, y: 100 }, angle: 0 },
}

test('a point is at the node over it, else at the line near it', () => {
  const scene = sceneOf([{ x: -40, y: -20, width: 40, height: 40 }], { lines: [line] })
  const index = new SceneIndex(scene)
  expect(index.at({ x: -10, y: 0 }, 6)).toBe('n0')
  expect(index.at({ x: 50, y: 50 }, 6)).toBe('e0') // the middle of the curve
  expect(index.at({ x: 58, y: 50 }, 3)).toBeUndefined()
  expect(index.at({ x: 90, y: 10 }, 6)).toBeUndefined()
})

test('a text stands for what it belongs to', () => {
  const label = {
    owner: 'e0',
    of: 'edge',
    box: { x: 200, y: 0, width: 30, height: 10 },
    texts: [],
  } as const
  const index = new SceneIndex(sceneOf([], { labels: [label] }))
  expect(index.at({ x: 210, y: 5 }, 0)).toBe('e0')
})

test('of nodes that overlap the last is on top', () => {
  const same = { x: 0, y: 0, width: 10, height: 10 }
  expect(new SceneIndex(sceneOf([same, same])).at({ x: 5, y: 5 }, 1)).toBe('n1')
})
