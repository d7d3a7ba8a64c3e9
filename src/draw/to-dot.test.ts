import { spawnSync } from 'node:child_process'
import { type ASTNode, type AttributeASTNode, parse } from '@ts-graphviz/ast'
import { describe, expect, test } from 'vitest'
import { awkwardNames, drawings, hasProgram } from '../../test/support/drawings.ts'
import { themes } from './theme.ts'

/** Everything of a kind in a parsed graph, with what it is called and its attributes. */
function statements(dot: string, type: 'Node' | 'Edge' | 'Subgraph') {
  const found: { readonly id: string; readonly attributes: Readonly<Record<string, string>> }[] = []
  const visit = (node: ASTNode): void => {
    const children: readonly ASTNode[] = 'children' in node ? node.children : []
    if (node.type === type) {
      const attributes = children.filter((one): one is AttributeASTNode => one.type === 'Attribute')
      const id = 'id' in node && node.id && 'value' in node.id ? node.id.value : ''
      const pairs = attributes.map(({ key, value }) => [key.value, value.value])
      found.push({ id, attributes: Object.fromEntries(pairs) })
    }
    children.forEach(visit)
  }
  visit(parse(dot))
  return found
}

describe.each(Object.entries(drawings))('the DOT of %s', (_, drawing) => {
  const dot = drawing.toDot()

  test('parses, with all its nodes, edges and frames', () => {
    const { nodes, edges, frames } = drawing.diagram
    expect(
      statements(dot, 'Node')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(nodes.map(({ id }) => id).toSorted())
    const back = edges.filter(({ gradientName, closeUp }) => gradientName || closeUp)
    expect(statements(dot, 'Edge')).toHaveLength(edges.length + back.length)
    expect(statements(dot, 'Subgraph')).toHaveLength(frames.length)
  })

  test('is the same every time', () => {
    expect(drawing.toDot()).toBe(dot)
  })

  test.skipIf(!hasProgram('dot'))(
    'is read by Graphviz without a warning (skipped without dot)',
    () => {
      const { status, stderr, stdout } = spawnSync('dot', ['-Tplain'], {
        input: dot,
        encoding: 'utf8',
      })
      expect([status, stderr]).toEqual([0, ''])
      const drawn = stdout.split('\n').filter((line) => line.startsWith('node '))
      expect(drawn).toHaveLength(drawing.diagram.nodes.length)
    },
  )
})

test('gradients are dashed edges of their own, with slanted labels and the colour of the theme', () => {
  const edges = statements(drawings['network with numbers']?.toDot({ theme: 'dark' }) ?? '', 'Edge')
  const [forward, gradient] = edges
  expect(forward?.attributes).toMatchObject({ fontcolor: themes.dark.texts.forward })
  expect(forward?.attributes.style).toBeUndefined()
  expect(gradient?.attributes).toMatchObject({
    ...{ dir: 'back', style: 'dashed', fontname: 'DejaVu Sans:italic' },
    label: String.raw`dJ/dx\n[0.03, −0.0549]\n[−0.218, 0.334]\n[−0.0778, 0.153]\n[−0.0225, 0.0432]`,
    fontcolor: themes.dark.texts.gradient,
  })
})

test('frames are clusters within clusters', () => {
  const dot = drawings.transformer?.toDot() ?? ''
  expect(statements(dot, 'Subgraph').map(({ id }) => id)).toContain('cluster_g0')
  expect(dot).toMatch(/subgraph cluster_g0 \{\n(?:.*\n)*? {4}subgraph cluster_g1 \{/)
})

test.skipIf(!hasProgram('dot'))(
  'awkward names come out of Graphviz as they went in (skipped without dot)',
  () => {
    const { stdout } = spawnSync('dot', ['-Tjson0'], {
      ...{ input: drawings['awkward names']?.toDot() ?? '', encoding: 'utf8' },
    })
    const labels = JSON.parse(stdout).objects.map((node: { label: string }) => node.label)
    const dotted = awkwardNames.map((name) =>
      name
        .replaceAll('\u0000', '\ufffd')
        .replace(/[\\]/g, '\\\\')
        .replaceAll('&', '&amp;')
        .replaceAll('\n', '\\n'),
    )
    expect(labels).toEqual(expect.arrayContaining(dotted))
  },
)
