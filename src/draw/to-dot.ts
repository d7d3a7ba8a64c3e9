/** Writes a diagram in DOT, the language of Graphviz, which finds the places by itself. */
import type { Diagram, DiagramEdge, DiagramNode } from './diagram.ts'
import { forwardLines, gradientLines, nodeLines } from './edge-lines.ts'
import { activeColour, fixedTheme } from './fixed-theme.ts'
import type { PictureOptions } from './picture-options.ts'
import type { Theme } from './theme.ts'

/**
 * The diagram as a DOT graph: frames are clusters; gradients are dashed edges of their own, drawn
 * back and labelled in slanted letters.
 */
export function toDot(diagram: Diagram, options: PictureOptions): string {
  const theme = fixedTheme(options.theme)
  const { title, description, edges } = diagram
  const hint = attributes({ tooltip: description })
  return [
    `digraph ${quoted(title)} {`,
    `  graph ${attributes({
      ...{ rankdir: options.direction === 'right' ? 'LR' : 'TB', bgcolor: theme.background },
      ...{ forcelabels: 'true', fontname: font, nodesep: '0.35', ranksep: '0.45' },
    })}`,
    `  graph ${hint}`,
    `  node ${attributes({ fontname: font, fontsize: '12', penwidth: '1.2' })}`,
    `  edge ${attributes({ fontname: font, fontsize: '10', arrowsize: '0.7' })}`,
    ...within(undefined, 1, { diagram, options, theme }),
    ...edges.flatMap((edge) => edgeOf(edge, options, theme)),
    ...notesOf(diagram, theme),
    '}\n',
  ].join('\n')
}

const font = 'DejaVu Sans,Verdana,Arial,sans-serif'

interface Writing {
  readonly diagram: Diagram
  readonly options: PictureOptions
  readonly theme: Theme
}

/** Nodes and clusters that stand directly in a frame, or in none. */
function within(frame: string | undefined, level: number, writing: Writing): readonly string[] {
  const { diagram, options, theme } = writing
  const indent = '  '.repeat(level)
  const nodes = diagram.nodes
    .filter((node) => node.frame === frame)
    .map((node) => `${indent}${node.id} ${attributes(lookOf(node, options, theme))}`)
  const clusters = diagram.frames
    .filter(({ parent }) => parent === frame)
    .flatMap(({ id, label }) => {
      const look = { label, style: 'rounded,filled,dashed', ...frameLook(theme) }
      return [
        `${indent}subgraph cluster_${id} {`,
        `${indent}  graph ${attributes(look)}`,
        ...within(id, level + 1, writing),
        `${indent}}`,
      ]
    })
  return [...nodes, ...clusters]
}

function frameLook({ frame, texts }: Theme): Readonly<Record<string, string>> {
  const fillcolor = frame.fill === 'none' ? 'transparent' : frame.fill
  return { fillcolor, color: frame.stroke, fontcolor: texts.detail, fontsize: '10', labeljust: 'l' }
}

function lookOf(
  node: DiagramNode,
  { shapes }: PictureOptions,
  theme: Theme,
): Readonly<Record<string, string>> {
  const { kind, label, times, equation, hint, active } = node
  const isSign = kind === 'operation' && [...label].length <= 2
  const { fill, stroke } = theme.nodes[kind]
  const form = isSign
    ? { shape: 'circle', style: 'filled', width: '0.45', fixedsize: 'true', fontsize: '13' }
    : kind === 'operation'
      ? { shape: 'box', style: 'rounded,filled' }
      : { shape: times === undefined ? 'box' : 'box3d', style: styleOf(kind) }
  const isCaptioned = kind === 'operation' && equation !== undefined
  return {
    label: nodeLines(node, shapes).join('\n'),
    ...form,
    ...{ fillcolor: fill, color: stroke, fontcolor: theme.texts.label },
    ...(active && { color: activeColour(active, theme), penwidth: '4' }),
    ...(isCaptioned && { xlabel: equation }),
    tooltip: hint ?? label,
  }
}

function styleOf(kind: DiagramNode['kind']): string {
  return kind === 'update' ? 'filled,dotted' : kind === 'group' ? 'filled,bold' : 'filled'
}

function edgeOf(edge: DiagramEdge, { shapes }: PictureOptions, theme: Theme): readonly string[] {
  const { from, to, phase, gradientName } = edge
  const { texts, lines } = theme
  const ends = `  ${from} -> ${to}`
  if (phase === 'update') {
    const look = { style: 'dotted', color: lines.update, fontcolor: lines.update }
    // What a state becomes must not push the state behind it.
    return [`${ends} ${attributes({ ...look, constraint: 'false' })}`]
  }
  const forward = `${ends} ${attributes({
    ...labelled(forwardLines(edge, shapes)),
    ...{ color: lines.forward, fontcolor: texts.forward },
    ...(edge.active && { color: activeColour(edge.active, theme), penwidth: '3.5' }),
  })}`
  if (gradientName === undefined && edge.closeUp === undefined) return [forward]
  const gradient = `${ends} ${attributes({
    ...labelled(gradientLines(edge)),
    ...{ dir: 'back', style: 'dashed', color: lines.gradient, fontcolor: texts.gradient },
    fontname: 'DejaVu Sans:italic',
  })}`
  return [forward, gradient]
}

function labelled(lines: readonly string[]): Readonly<Record<string, string>> {
  return lines.length === 0 ? {} : { label: lines.join('\n') }
}

function notesOf({ notes }: Diagram, { texts }: Theme): readonly string[] {
  if (notes.length === 0) return []
  const look = { label: notes.join('\n'), labelloc: 'b', labeljust: 'l', fontsize: '10' }
  return [`  graph ${attributes({ ...look, fontcolor: texts.note })}`]
}

function attributes(pairs: Readonly<Record<string, string>>): string {
  return `[${Object.entries(pairs)
    .map(([key, value]) => `${key}=${quoted(value)}`)
    .join(', ')}]`
}

/** A string of DOT: Graphviz reads HTML's entities and `\n` in it, and no NUL. */
function quoted(text: string): string {
  const plain = text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replace(/[\\"]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n')
  return `"${plain}"`
}
