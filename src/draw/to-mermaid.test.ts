import DOMPurify from 'dompurify'
import { beforeAll, describe, expect, test } from 'vitest'
import { awkwardNames, drawings } from '../../test/support/drawings.ts'
import { themes } from './theme.ts'

/** What Mermaid's own parser makes of a flowchart. */
interface Flowchart {
  getVertices(): ReadonlyMap<string, { readonly text: string; readonly classes: readonly string[] }>
  getEdges(): readonly {
    readonly start: string
    readonly end: string
    readonly text: string
    readonly stroke: 'normal' | 'dotted' | 'thick'
    readonly style?: readonly string[]
  }[]
  getSubGraphs(): readonly { readonly id: string; readonly title: string }[]
}

let parse: (text: string) => Promise<Flowchart>

beforeAll(async () => {
  // Mermaid cleans labels with DOMPurify, which does nothing without a browser's document: here
  // they only are parsed, and shown to nobody.
  Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (text: string) => text })
  const { default: mermaid } = await import('mermaid')
  parse = async (text) => {
    await mermaid.parse(text)
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text)
    return db as unknown as Flowchart // the parser of flowcharts has these
  }
})

/** Mermaid keeps codes such as #34; as ﬂ°°34¶ß until it draws. */
function decoded(text: string): string {
  return text
    .replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('<br/>', '\n')
}

describe.each(Object.entries(drawings))('the Mermaid of %s', (_, drawing) => {
  test("parses in Mermaid's own parser, with all its nodes, edges and frames", async () => {
    const chart = await parse(drawing.toMermaid())
    const { nodes, edges, frames } = drawing.diagram
    expect([...chart.getVertices().keys()].toSorted()).toEqual(nodes.map(({ id }) => id).toSorted())
    const back = edges.filter(({ gradientName, closeUp }) => gradientName || closeUp)
    expect(chart.getEdges()).toHaveLength(edges.length + back.length)
    expect(
      chart
        .getSubGraphs()
        .map(({ title }) => decoded(title))
        .toSorted(),
    ).toEqual(frames.map(({ label }) => label).toSorted())
  })

  test('is the same every time', () => {
    expect(drawing.toMermaid()).toBe(drawing.toMermaid())
  })
})

test('gradients are dotted links with an arrow in their label, in the colours of the theme', async () => {
  const chart = await parse(drawings['close-up']?.toMermaid({ theme: 'dark' }) ?? '')
  const links = chart
    .getEdges()
    .map(({ start, end, stroke, text }) => [start, end, stroke, decoded(text)])
  expect(links.slice(0, 2)).toEqual([
    ['n1', 'n0', 'normal', '3'],
    ['n1', 'n0', 'dotted', '← ∂z/∂a = b = −4\ndz/da = b = −4'],
  ])
  expect(chart.getEdges()[1]?.style).toContain(`color:${themes.dark.texts.gradient}`)
  expect(chart.getVertices().get('n0')?.classes).toEqual(['operation'])
})

test('awkward names come out of the parser as they went in', async () => {
  const chart = await parse(drawings['awkward names']?.toMermaid() ?? '')
  const labels = [...chart.getVertices().values()].map(({ text }) => decoded(text))
  const expected = awkwardNames.map((name) =>
    name.replaceAll('\t', ' ').replaceAll('\u0000', '\ufffd').trim(),
  )
  expect(labels.map((label) => label.trim())).toEqual(expect.arrayContaining(expected))
})

test('a broken flowchart is refused, so that the parser is known to look', async () => {
  await expect(parse('flowchart LR\n  n0[say (hi)]')).rejects.toThrow('Parse error')
})
