/** Writes a diagram as a flowchart of Mermaid, which Markdown pages show. */
import type { EquationPhase } from '../explain/equation.ts'
import type { Diagram, DiagramEdge, DiagramNode, NodeKind } from './diagram.ts'
import { forwardLines, gradientLines, nodeLines } from './edge-lines.ts'
import { activeColour, fixedTheme } from './fixed-theme.ts'
import type { PictureOptions } from './picture-options.ts'
import type { Paint, Theme } from './theme.ts'

/**
 * The diagram as a Mermaid flowchart: frames are subgraphs; gradients are dotted links of their own
 * with an arrow in their label, as Mermaid has no links that point back but those that would turn the
 * order of the nodes around. Colours are given where the theme is; `auto` leaves the page's own.
 */
export function toMermaid(diagram: Diagram, options: PictureOptions): string {
  const { title, description } = diagram
  const links = diagram.edges.flatMap((edge) => linksOf(edge, options))
  return [
    `flowchart ${options.direction === 'right' ? 'LR' : 'TB'}`,
    `  accTitle: ${oneLine(title)}`,
    `  accDescr: ${oneLine(description)}`,
    ...within(undefined, 1, diagram, options.shapes),
    ...links.map(({ text }) => `  ${text}`),
    ...coloursOf(diagram, links, fixedTheme(options.theme)),
    ...diagram.notes.map((note) => `  %% ${oneLine(note)}`),
    '',
  ].join('\n')
}

/** Nodes and subgraphs that stand directly in a frame, or in none. */
function within(
  frame: string | undefined,
  level: number,
  diagram: Diagram,
  shapes: boolean,
): readonly string[] {
  const indent = '  '.repeat(level)
  const nodes = diagram.nodes
    .filter((node) => node.frame === frame)
    .map((node) => `${indent}${node.id}${formOf(node, shapes)}`)
  const frames = diagram.frames
    .filter(({ parent }) => parent === frame)
    .flatMap(({ id, label }) => [
      `${indent}subgraph ${id}[${quoted([label])}]`,
      ...within(id, level + 1, diagram, shapes),
      `${indent}end`,
    ])
  return [...nodes, ...frames]
}

function formOf(node: DiagramNode, shapes: boolean): string {
  const { kind, label, equation } = node
  const lines = nodeLines(node, shapes)
  if (kind === 'group') return `[[${quoted(lines)}]]`
  if (kind === 'update') return `>${quoted(lines)}]`
  if (kind !== 'operation') return `[${quoted(lines)}]`
  const all = [...lines, ...(equation === undefined ? [] : [equation])]
  return [...label].length <= 2 ? `((${quoted(all)}))` : `([${quoted(all)}])`
}

interface Link {
  readonly kind: 'forward' | 'gradient' | 'update'
  readonly active?: EquationPhase | undefined
  readonly text: string
}

function linksOf(
  { from, to, ...edge }: DiagramEdge,
  { shapes, direction }: PictureOptions,
): readonly Link[] {
  if (edge.phase === 'update') return [{ kind: 'update', text: `${from} -.-> ${to}` }]
  const label = labelOf(forwardLines({ from, to, ...edge }, shapes))
  const { active } = edge
  const forward: Link = { kind: 'forward', active, text: `${from} -->${label} ${to}` }
  const [first, ...more] = gradientLines({ from, to, ...edge })
  if (first === undefined) return [forward]
  const back = labelOf([`${direction === 'right' ? '←' : '↑'} ${first}`, ...more])
  return [forward, { kind: 'gradient', text: `${from} -.-${back} ${to}` }]
}

function labelOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `|${quoted(lines)}|`
}

function coloursOf(
  { nodes, frames }: Diagram,
  links: readonly Link[],
  theme: Theme,
): readonly string[] {
  const { nodes: paints, lines, texts, frame } = theme
  const kinds: readonly NodeKind[] = ['variable', 'constant', 'operation', 'group', 'update']
  const ofNodes = kinds.flatMap((kind) => {
    const ids = nodes.filter((node) => node.kind === kind).map(({ id }) => id)
    if (ids.length === 0) return []
    return [
      `  classDef ${kind} ${paintOf(paints[kind])},color:${texts.label}`,
      `  class ${ids.join(',')} ${kind}`,
    ]
  })
  const ofLinks = (['forward', 'gradient', 'update'] as const).flatMap((kind) => {
    const places = links.flatMap((link, index) => (link.kind === kind ? [index] : []))
    if (places.length === 0) return []
    const colour = kind === 'update' ? lines.update : texts[kind]
    const slant = kind === 'gradient' ? ',font-style:italic' : ''
    return [`  linkStyle ${places.join(',')} stroke:${lines[kind]},color:${colour}${slant}`]
  })
  const ofFrames =
    frames.length === 0
      ? []
      : [
          `  classDef frame ${paintOf(frame)},color:${texts.detail}`,
          `  class ${frames.map(({ id }) => id).join(',')} frame`,
        ]
  const strong = (phase: EquationPhase) => `stroke:${activeColour(phase, theme)},stroke-width:4px`
  const ofActive = [
    ...nodes.flatMap(({ id, active }) => (active ? [`  style ${id} ${strong(active)}`] : [])),
    ...links.flatMap(({ active }, index) =>
      active ? [`  linkStyle ${index} ${strong(active)}`] : [],
    ),
  ]
  return [...ofNodes, ...ofFrames, ...ofLinks, ...ofActive]
}

function paintOf({ fill, stroke }: Paint): string {
  return `fill:${fill},stroke:${stroke}`
}

/** Text between quotes; whatever could end it or be read as Markdown or HTML is written as a code. */
function quoted(lines: readonly string[]): string {
  const text = lines
    .flatMap((line) => line.split(/\r\n?|\n/))
    .map((line) => line.replace(/\s/g, ' ').replace(coded, codeOf))
    .join('<br/>')
  // Mermaid refuses an empty label.
  return `"${text === '' ? ' ' : text}"`
}

const coded = /[^\p{L}\p{M}\p{N} ,.+=()[\]/·⊙−×→←↑∂′√∑∞…-]/gu

function codeOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  const isWritten = code >= 0x20 && (code < 0x7f || code > 0x9f) && !/\p{Surrogate}/u.test(sign)
  return `#${isWritten ? code : 0xfffd};`
}

/** In titles and comments there are no codes: what would end them is left out. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{C};#%{}]+/gu, ' ').trim()
}
