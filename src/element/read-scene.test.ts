import { expect, test } from 'vitest'
import '../methods.ts'
import { draw } from '../draw/index.ts'
import * as gates from '../gates/index.ts'
import { readScene } from './read-scene.ts'

const drawing = draw(gates.tanh(gates.input('x', [2])).named('y'))
const json = JSON.stringify(drawing)

/** The drawing with one part of it replaced, by a path such as `scene.nodes.0.box`. */
function broken(path: string, value: unknown): unknown {
  const data = JSON.parse(json)
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const parent = keys.reduce((part, key) => part[key], data)
  parent[last] = value
  return data
}

test('reads what a drawing is written as', () => {
  expect(readScene(JSON.parse(json))).toEqual(drawing.scene)
})

test.each([
  ['format', 'other', /"format": "sluice-drawing"/],
  ['version', 2, /"version": 1/],
  ['scene', null, /scene[\s\S]*an object/],
  ['scene.width', Number.NaN, /scene\.width/],
  ['scene.nodes', {}, /scene\.nodes[\s\S]*a list/],
  ['scene.nodes.0.box.x', '1', /scene\.nodes\[0\]\.box\.x[\s\S]*a number/],
  ['scene.nodes.1.form', 'star', /scene\.nodes\[1\]\.form/],
  ['scene.lines.0.path.0.kind', 'arc', /scene\.lines\[0\]\.path\[0\]\.kind/],
  ['scene.labels.0.texts.0.class', 'x" onload="', /scene\.labels\[0\]\.texts\[0\]\.class/],
])('refuses a drawing whose %s is %j', (path, value, message) => {
  expect(() => readScene(broken(path, value))).toThrow(message)
})
