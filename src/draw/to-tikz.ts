/** Writes a scene as TikZ: a LaTeX document by itself, or a picture for one. */

import { activeColour, fixedTheme } from './fixed-theme.ts'
import { latexOfText } from './latex-text.ts'
import { stackStep } from './node-text.ts'
import type { ThemeName } from './options.ts'
import type { Box, Point, Scene, SceneLabel, SceneLine, SceneNode, SceneText } from './scene.ts'
import type { Paint, Theme } from './theme.ts'

export interface TikzOptions {
  readonly theme?: ThemeName
  /** `picture` is the `tikzpicture` alone, for a document with tikz and amsmath. */
  readonly form?: 'document' | 'picture'
}

/** The scene in TikZ, in ASCII, with every coordinate as it is in the SVG. */
export function toTikz(scene: Scene, { theme = 'light', form = 'document' }: TikzOptions): string {
  const colours = fixedTheme(theme)
  const unit = unitOf(scene)
  const picture = [
    unicodeFallback,
    String.raw`\begin{tikzpicture}[x=${unit}bp, y=-${unit}bp, line width=${short(1.4 * unit)}bp,`,
    `  inner sep=0pt, outer sep=0pt${styles(colours)}]`,
    ...paper(scene, colours),
    ...scene.frames.map(({ box }) => {
      return String.raw`\path[frame box, rounded corners=${short(8 * unit)}bp] ${rectangle(box)};`
    }),
    ...scene.lines.flatMap((line) => lineOf(line, strength(line, colours, unit))),
    ...scene.nodes.flatMap((node) => nodeOf(node, unit, strength(node, colours, unit))),
    ...scene.labels.flatMap((label) => labelOf(label, unit)),
    String.raw`\end{tikzpicture}`,
    '',
  ].join('\n')
  return form === 'picture' ? picture : documentOf(picture, scene, unit)
}

/** Big points for a pixel: as in CSS, less where TeX, whose lengths end at 16,383, needs it. */
function unitOf({ width, height }: Scene): number {
  return Math.min(0.75, Math.floor(1_400_000 / Math.max(width, height, 1)) / 100)
}

const unicodeFallback = [
  '% What pdfTeX has no font for stands there by its number.',
  String.raw`\providecommand\sluiceunicode[1]{\ifdefined\Umathchar\char"#1 \else\texttt{\tiny U+#1}\fi}`,
].join('\n')

function documentOf(picture: string, { title, width, height }: Scene, unit: number): string {
  const [wide, high] = [short(width * unit), short(height * unit)]
  return [
    `% ${title.replace(/[^ -~]+/g, ' ').trim()}`,
    String.raw`\documentclass{article}`,
    String.raw`\usepackage[paperwidth=${wide}bp, paperheight=${high}bp, margin=0bp]{geometry}`,
    String.raw`\usepackage{iftex}`,
    String.raw`\ifpdftex\usepackage[T1]{fontenc}\usepackage{lmodern}\fi`,
    String.raw`\usepackage{amsmath}`,
    String.raw`\usepackage{tikz}`,
    String.raw`\pagestyle{empty}`,
    String.raw`\setlength\parindent{0pt}\setlength\topskip{0pt}`,
    String.raw`\begin{document}\sffamily`,
    picture.trimEnd(),
    String.raw`\end{document}`,
    '',
  ].join('\n')
}

/** Each class of thing as a style of TikZ. */
function styles({ texts, lines, nodes, frame }: Theme): string {
  const each = [
    `frame box/.style={${paint(frame)}, dash pattern=on 3bp off 3bp}`,
    ...Object.entries(nodes).map(([kind, colours]) => `${kind} box/.style={${paint(colours)}}`),
    ...Object.entries(texts).map(([kind, colour]) => `${kind} text/.style={text=${rgb(colour)}}`),
    ...Object.entries(texts).map(([kind, colour]) => `${kind} mark/.style={draw=${rgb(colour)}}`),
    ...Object.entries(lines).flatMap(([kind, colour]) => [
      `${kind} line/.style={draw=${rgb(colour)}${dashes[kind] ?? ''}}`,
      `${kind} head/.style={fill=${rgb(colour)}}`,
    ]),
  ]
  return each.map((style) => `,\n  ${style}`).join('')
}

const dashes: Readonly<Record<string, string>> = {
  gradient: ', dash pattern=on 4bp off 2.5bp',
  update: ', dash pattern=on 1.2bp off 2.5bp',
}

function paint({ fill, stroke }: Paint): string {
  return `${fill === 'none' ? '' : `fill=${rgb(fill)}, `}draw=${rgb(stroke)}`
}

/** `{rgb,255:red,51;green,102;blue,153}`, which needs no name. */
function rgb(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return `{rgb,255:red,${red};green,${green};blue,${blue}}`
}

/** White paper is left to the page. */
function paper({ width, height }: Scene, { background }: Theme): readonly string[] {
  const whole = rectangle({ x: 0, y: 0, width, height })
  const fill = background === '#ffffff' ? '' : `, fill=${rgb(background)}`
  return [String.raw`\path[use as bounding box${fill}] ${whole};`]
}

/** Options of TikZ for the place that the picture points at. */
function strength({ active }: Pick<SceneNode, 'active'>, colours: Theme, unit: number): string {
  if (!active) return ''
  return `, draw=${rgb(activeColour(active, colours))}, line width=${short(4 * unit)}bp`
}

function lineOf({ kind, start, path, head }: SceneLine, strong: string): readonly string[] {
  const steps = path.map((segment) =>
    segment.kind === 'line'
      ? ` -- ${pair(segment.to)}`
      : ` .. controls ${segment.control.map(pair).join(' and ')} .. ${pair(segment.to)}`,
  )
  const corners = [
    { x: 0, y: 0 },
    { x: -8, y: -3.5 },
    { x: -8, y: 3.5 },
  ].map((corner) => pair(turned(corner, head)))
  return [
    String.raw`\path[${kind} line${strong}] ${pair(start)}${steps.join('')};`,
    String.raw`\path[${kind} head] ${corners.join(' -- ')} -- cycle;`,
  ]
}

function turned({ x, y }: Point, { tip, angle }: SceneLine['head']): Point {
  const [cosine, sine] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
  return { x: tip.x + x * cosine - y * sine, y: tip.y + x * sine + y * cosine }
}

function nodeOf({ kind, form, box }: SceneNode, unit: number, strong: string): readonly string[] {
  const { x, y, width, height } = box
  if (form === 'circle') {
    const centre = pair({ x: x + width / 2, y: y + height / 2 })
    const radius = short((height / 2) * unit)
    return [String.raw`\path[${kind} box${strong}] ${centre} circle[radius=${radius}bp];`]
  }
  const look = `${kind} box${strong}`
  if (form !== 'stack') return [sheet(look, box, (form === 'pill' ? height / 2 : 4) * unit)]
  return [2, 1, 0].map((level) => {
    const by = level * stackStep
    return sheet(look, { ...box, x: x + by, y: y - by }, 6 * unit)
  })
}

function sheet(look: string, box: Box, radius: number): string {
  // Corners of exactly half the height leave a side of no length, which TikZ draws as a kink.
  const corners = Math.max(0, radius - 0.1)
  return String.raw`\path[${look}, rounded corners=${short(corners)}bp] ${rectangle(box)};`
}

function labelOf({ texts, brackets = [] }: SceneLabel, unit: number): readonly string[] {
  const marks = brackets.map(({ box: { x, y, width, height }, class: kind }) => {
    const side = (outer: number, inner: number) =>
      [
        { x: inner, y },
        { x: outer, y },
        { x: outer, y: y + height },
        { x: inner, y: y + height },
      ]
        .map(pair)
        .join(' -- ')
    const both = `${side(x, x + 3)} ${side(x + width, x + width - 3)}`
    return String.raw`\path[${kind} mark, line width=${short(unit)}bp] ${both};`
  })
  return [...texts.map((text) => textOf(text, unit)), ...marks]
}

const anchors = { start: 'base west', middle: 'base', end: 'base east' } as const

function textOf({ text, class: kind, x, y, anchor, size }: SceneText, unit: number): string {
  const points = short(size * unit)
  const font = String.raw`\fontsize{${points}bp}{${points}bp}\selectfont`
  const slant = kind === 'gradient' ? String.raw`\itshape` : ''
  const look = `${kind} text, anchor=${anchors[anchor]}, font=${font}${slant}`
  return String.raw`\node[${look}] at ${pair({ x, y })} {${latexOfText(text, kind)}};`
}

function rectangle({ x, y, width, height }: Box): string {
  return `${pair({ x, y })} rectangle ${pair({ x: x + width, y: y + height })}`
}

function pair({ x, y }: Point): string {
  return `(${short(x)},${short(y)})`
}

/** With two digits after the point, which is finer than a printer. */
function short(number: number): string {
  return String(Math.round(number * 100) / 100 + 0)
}
