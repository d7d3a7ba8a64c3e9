/** The style sheets of the view. They are constructed, so a page's policy needs no exception. */
import { fontFamily } from '../draw/font.ts'
import { coloursOf } from '../draw/svg.ts'
import { type Theme, themes } from '../draw/theme.ts'

export type ElementTheme = 'auto' | 'light' | 'dark' | 'print'

/** Colours of marks: PRGn's ends for what came and went, as no kind of colour vision mixes them up. */
export const markColours = {
  light: { added: '#1b7837', removed: '#762a83', changed: '#0072b2', wrong: '#b34700' },
  dark: { added: '#7fbf7b', removed: '#c2a5cf', changed: '#79c0ff', wrong: '#ffa657' },
} as const

const layout = `
:host { display: block; position: relative; overflow: hidden; contain: content; }
:host([hidden]) { display: none; }
.room { visibility: hidden; }
.stage { position: absolute; inset: 0; overflow: hidden; cursor: grab; touch-action: none;
  user-select: none; -webkit-user-select: none; border-radius: inherit; }
.stage.whole { touch-action: pan-y; }
.stage.dragging { cursor: grabbing; }
.stage.pointing { cursor: pointer; }
.stage:focus-visible { outline: 3px solid Highlight; outline-offset: -3px; }
.stage > svg, .stage > canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.error { position: relative; margin: 0; white-space: pre-line; padding: 12px 16px; font: 15px/1.5 system-ui, sans-serif; }
.error:empty { display: none; }
`

const marks = `
.sluice text { font-family: ${fontFamily}; }
.sluice .gradient { font-style: italic; }
.sluice .line { fill: none; stroke-width: 1.4; }
.sluice .line.gradient { stroke-dasharray: 5 3; }
.sluice .line.update { stroke-dasharray: 1.5 3; }
.sluice .bracket { fill: none; stroke-width: 1; }
.sluice .frame { stroke-dasharray: 3 3; }
.sluice circle, .sluice rect { stroke-width: 1.4; }
.sluice .unknown { visibility: hidden; opacity: 0; }
.sluice :is(.written, .extra) { pointer-events: none; }
.sluice .dimmed { opacity: 0.25; }
.sluice .active .line { stroke-width: 3.5; }
.sluice .node.active > :is(circle, rect) { stroke-width: 4; }
.sluice .selected .line { stroke-width: 3.5; }
.sluice .node.selected > :is(circle, rect) { stroke-width: 3.5; stroke-dasharray: 6 3; }
.sluice .node:is(.removed, .wrong) > :is(circle, rect), .sluice :is(.removed, .wrong) > .line { stroke-dasharray: 4 3; }
.sluice .node:is(.added, .removed, .changed, .wrong) > :is(circle, rect) { stroke-width: 3; }
.sluice circle.badge { stroke-width: 2; }
.sluice text.badge { font-size: 13px; font-weight: 700; }
.sluice text.overlay { font-size: 11px; paint-order: stroke; stroke-width: 3px; stroke-linejoin: round; }
.sluice .on-dark text { fill: #fff; }
.sluice .on-light text { fill: #000; }
@media (prefers-reduced-motion: no-preference) {
  .sluice .node > :is(circle, rect) { transition: stroke-width 0.12s; }
  .sluice :is(.written, [data-edge]) { transition: opacity 0.2s; }
}
@media (forced-colors: active) {
  .sluice { forced-color-adjust: auto; }
  .sluice text { fill: CanvasText; }
  .sluice .node > :is(circle, rect) { fill: Canvas; stroke: CanvasText; }
  .sluice .frame { fill: Canvas; stroke: GrayText; }
  .sluice .line { stroke: CanvasText; }
  .sluice .head { fill: CanvasText; }
  .sluice .node:is(.active, .selected) > :is(circle, rect), .sluice :is(.active, .selected) .line {
    stroke: Highlight; }
}
`

let shared: CSSStyleSheet | undefined
const coloured = new Map<ElementTheme, CSSStyleSheet>()

/** The sheets of a theme, which all elements of a page share. */
export function sheetsOf(theme: ElementTheme): readonly CSSStyleSheet[] {
  shared ??= sheetWith(layout + marks)
  const colours = coloured.get(theme) ?? sheetWith(coloursIn(theme))
  coloured.set(theme, colours)
  // What the states say comes after the colours of kinds.
  return [colours, shared]
}

function coloursIn(theme: ElementTheme): string {
  if (theme !== 'auto') return rulesOf(theme)
  return `${rulesOf('light')}@media (prefers-color-scheme: dark){${rulesOf('dark')}}`
}

function rulesOf(name: keyof typeof themes): string {
  const theme: Theme = themes[name]
  const { background, texts, lines } = theme
  const marked = markColours[name === 'dark' ? 'dark' : 'light']
  return `
:host { background: ${background}; color: ${texts.label}; }
.error { border-left: 4px solid ${lines.gradient}; }
${coloursOf(theme)}
.sluice .node.active.forward > :is(circle, rect), .sluice .active .line.forward { stroke: ${texts.forward}; }
.sluice .node.active.backward > :is(circle, rect) { stroke: ${texts.gradient}; }
.sluice .node.active.update > :is(circle, rect) { stroke: ${lines.update}; }
.sluice .node.selected > :is(circle, rect), .sluice .selected > .line { stroke: ${texts.label}; }
.sluice circle.badge { fill: ${background}; }
.sluice text.overlay { fill: ${texts.label}; stroke: ${background}; }
${Object.entries(marked)
  .map(
    ([mark, colour]) =>
      `.sluice .node.${mark} > :is(circle, rect), .sluice .${mark} circle.badge,
.sluice .${mark} > .line { stroke: ${colour}; stroke-width: 3; }
.sluice .${mark} text.badge, .sluice .${mark} > .head { fill: ${colour}; }`,
  )
  .join('\n')}
`
}

function sheetWith(rules: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(rules)
  return sheet
}
