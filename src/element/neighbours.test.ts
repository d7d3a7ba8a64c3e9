import { expect, test } from 'vitest'
import '../methods.ts'
import { draw } from '../draw/index.ts'
import * as gates from '../gates/index.ts'
import { type Arrow, jointsOf, neighbourOf } from './neighbours.ts'

const product = gates.multiply(gates.input('a', []), gates.input('b', []))
const { scene } = draw(gates.add(product, gates.input('c', [])).named('y'))
const joints = jointsOf(scene)

/** What stands in a node, which is how a reader would call it. */
function labelOf(id: string | undefined): string | undefined {
  return scene.labels.find(({ of, owner }) => of === 'node' && owner === id)?.texts[0]?.text
}

function walk(from: string, ...arrows: readonly Arrow[]): string | undefined {
  let id = scene.nodes.find((node) => labelOf(node.id) === from)?.id
  for (const arrow of arrows) id = id === undefined ? undefined : neighbourOf(id, arrow, joints)
  return labelOf(id)
}

test('right leads to what takes the value, left to what makes it', () => {
  expect(walk('a', 'ArrowRight')).toBe('·')
  expect(walk('a', 'ArrowRight', 'ArrowRight', 'ArrowRight')).toBe('y')
  expect(walk('y', 'ArrowLeft')).toBe('+')
  expect(walk('y', 'ArrowRight')).toBeUndefined()
})

test('up and down lead to what shares a taker', () => {
  expect(walk('a', 'ArrowDown')).toBe('b')
  expect(walk('b', 'ArrowUp')).toBe('a')
  expect(walk('·', 'ArrowDown')).toBe('c')
  expect(walk('a', 'ArrowUp')).toBeUndefined()
})

test('from an edge they lead to its ends', () => {
  const edge = scene.lines.find(({ from }) => labelOf(from) === 'a')?.id ?? ''
  expect(labelOf(neighbourOf(edge, 'ArrowRight', joints))).toBe('·')
  expect(labelOf(neighbourOf(edge, 'ArrowLeft', joints))).toBe('a')
})
