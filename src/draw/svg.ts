/** Writes a scene as SVG: one file, no script, the same bytes every time. */
import { activeColour } from './fixed-theme.ts'
import { fontFamily } from './font.ts'
import { stackStep } from './node-text.ts'
import type { ThemeName } from './options.ts'
import type { Box, Scene, SceneLabel, SceneLine, SceneNode, SceneText } from './scene.ts'
import { type Theme, themes } from './theme.ts'

/** What a part of a scene is written with besides its look: attributes, with a space before each. */
export type Marks = (part: SceneLine | SceneNode | SceneLabel) => string

/** The scene as an SVG document. */
export function toSvg(scene: Scene, theme: ThemeName, marks: Marks = () => ''): string {
  const { width, height, title, description, frames, lines, nodes, labels } = scene
  const isActive = [...nodes, ...lines].some(({ active }) => active !== undefined)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" role="img" class="sluice">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<style>${styleOf(theme)}${isActive ? activeStyleOf(theme) : ''}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...frames.map(({ box }) => `<rect class="frame" ${boxOf(box)} rx="8"/>`),
    ...lines.map((line) => lineOf(line, marks(line))),
    ...nodes.map((node) => nodeOf(node, marks(node))),
    ...labels.map((label) => labelOf(label, marks(label))),
    '</svg>\n',
  ].join('\n')
}

function lineOf({ kind, start, path, head, active }: SceneLine, marks: string): string {
  const steps = path.map((segment) =>
    segment.kind === 'line'
      ? `L${pair(segment.to)}`
      : `C${segment.control.map(pair).join(' ')} ${pair(segment.to)}`,
  )
  const way = `<path class="line ${kind}${active ? ' active' : ''}" d="M${pair(start)}${steps.join('')}"/>`
  const turn = `translate(${pair(head.tip)})${head.angle === 0 ? '' : ` rotate(${head.angle})`}`
  const both = `${way}<path class="head ${kind}" d="M0 0L-8 -3.5V3.5Z" transform="${turn}"/>`
  return marks === '' ? both : `<g${marks}>${both}</g>`
}

function nodeOf({ kind, form, box, hint, active }: SceneNode, marks: string): string {
  const look = `class="${kind}${active ? ` active at-${active}` : ''}"`
  const { x, y, width, height } = box
  const sheet = (by: number) => `<rect ${look} ${boxOf({ ...box, x: x + by, y: y - by })} rx="6"/>`
  const shape =
    form === 'circle'
      ? `<circle ${look} cx="${short(x + width / 2)}" cy="${short(y + height / 2)}" r="${short(height / 2)}"/>`
      : form === 'stack'
        ? sheet(2 * stackStep) + sheet(stackStep) + sheet(0)
        : `<rect ${look} ${boxOf(box)} rx="${form === 'pill' ? short(height / 2) : 4}"/>`
  return `<g${marks}><title>${escaped(hint)}</title>${shape}</g>`
}

function labelOf({ texts, brackets = [] }: SceneLabel, marks: string): string {
  const written = texts.map(textOf).join('')
  const around = brackets.map(({ box: { x, y, width, height }, class: kind }) => {
    const left = `M${pair({ x: x + 3, y })}H${short(x)}V${short(y + height)}H${short(x + 3)}`
    const right = `M${pair({ x: x + width - 3, y })}H${short(x + width)}V${short(y + height)}`
    return `<path class="bracket ${kind}" d="${left}${right}H${short(x + width - 3)}"/>`
  })
  return `<g${marks}>${written}${around.join('')}</g>`
}

function textOf({ text, class: kind, x, y, anchor, size }: SceneText): string {
  const side = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  const place = `x="${short(x)}" y="${short(y)}"`
  return `<text class="${kind}" ${place} font-size="${size}"${side}>${escaped(text)}</text>`
}

function styleOf(theme: ThemeName): string {
  const shared =
    `.sluice text{font-family:${fontFamily}}` +
    '.sluice .gradient{font-style:italic}.sluice .line{fill:none;stroke-width:1.4}' +
    '.sluice .line.gradient{stroke-dasharray:5 3}.sluice .line.update{stroke-dasharray:1.5 3}' +
    '.sluice .bracket{fill:none;stroke-width:1}.sluice .frame{stroke-dasharray:3 3}' +
    '.sluice circle,.sluice rect{stroke-width:1.4}.sluice .paper{stroke:none}'
  if (theme !== 'auto') return shared + coloursOf(themes[theme])
  return `${shared}${coloursOf(themes.light)}@media (prefers-color-scheme:dark){${coloursOf(themes.dark)}}`
}

/** Rules of CSS for the place that a picture points at. */
export function activeStyleOf(theme: ThemeName): string {
  const shared = '.sluice .active{stroke-width:4}.sluice .line.active{stroke-width:3.5}'
  const colours = (own: Theme) =>
    (['forward', 'backward', 'update'] as const)
      .map((phase) => `.sluice .active.at-${phase}{stroke:${activeColour(phase, own)}}`)
      .join('')
  if (theme !== 'auto') return shared + colours(themes[theme])
  return `${shared}${colours(themes.light)}@media (prefers-color-scheme:dark){${colours(themes.dark)}}`
}

/** Rules of CSS that give everything in a picture the colours of a theme. */
export function coloursOf({ background, texts, lines, nodes, frame }: Theme): string {
  const rules = [
    `.sluice .paper{fill:${background}}`,
    `.sluice .frame{fill:${frame.fill};stroke:${frame.stroke}}`,
    ...Object.entries(nodes).map(
      ([kind, { fill, stroke }]) => `.sluice .${kind}{fill:${fill};stroke:${stroke}}`,
    ),
    ...Object.entries(texts).map(([kind, colour]) => `.sluice text.${kind}{fill:${colour}}`),
    ...Object.entries(texts).map(([kind, colour]) => `.sluice .bracket.${kind}{stroke:${colour}}`),
    ...Object.entries(lines).flatMap(([kind, colour]) => [
      `.sluice .line.${kind}{stroke:${colour};fill:none}`,
      `.sluice .head.${kind}{fill:${colour};stroke:none}`,
    ]),
  ]
  return rules.join('')
}

function boxOf({ x, y, width, height }: Box): string {
  return `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`
}

function pair({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${short(x)} ${short(y)}`
}

/** With one digit after the point, which is finer than a screen. */
function short(number: number): string {
  return String(Math.round(number * 10) / 10 + 0)
}

/** What XML reserves, and what it cannot hold at all. */
export function escaped(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  }
  return text
    .replace(/[&<>"]/g, (sign) => named[sign] ?? sign)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}
