/** Writes a scene as a page: one HTML file that needs nothing else, neither network nor script. */
import { type PictureStep, stepList, stepMarks, stepScript, stepStyle } from './html-steps.ts'
import type { ThemeName } from './options.ts'
import type { Scene } from './scene.ts'
import { activeStyleOf, coloursOf, escaped, toSvg } from './svg.ts'
import { themes } from './theme.ts'

export interface HtmlOptions {
  readonly theme?: ThemeName
  /** Whether a small script adds buttons that zoom and lets the picture be dragged. Default true. */
  readonly zoom?: boolean
  /** A walk through the picture, which is listed below it, and which a small script goes through. */
  readonly steps?: readonly PictureStep[]
  /** How many of the steps are taken when the page opens. Default: all. */
  readonly taken?: number
}

/**
 * The scene as an HTML page. It is scrolled within the page where it is wider than the screen, and
 * printed in black on white.
 */
export function toHtml(
  scene: Scene,
  notes: readonly string[],
  { theme = 'auto', zoom = true, steps = [], taken = steps.length }: HtmlOptions,
): string {
  const { title, description } = scene
  const isWalk = steps.length > 0
  // On paper black and white, whatever the screen shows.
  const print = `<style>@media print{${coloursOf(themes.print)}}</style></svg>`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${styleOf(theme)}${isWalk ? activeStyleOf(theme) + stepStyle : ''}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(title)}</h1>`,
    `<div class="picture" tabindex="0" role="group" aria-label="Picture, to be scrolled">`,
    toSvg(scene, theme, isWalk ? stepMarks(steps) : undefined)
      .trimEnd()
      .replace(/<\/svg>$/, print),
    '</div>',
    ...(isWalk ? [stepList(steps)] : []),
    ...notes.map((note) => `<p>${escaped(note)}</p>`),
    `<details><summary>In words</summary><p>${escaped(description)}</p></details>`,
    '</main>',
    ...(zoom ? [`<script>${script}</script>`] : []),
    ...(isWalk ? [`<script>${stepScript(taken)}</script>`] : []),
    '</body>',
    '</html>\n',
  ].join('\n')
}

function styleOf(theme: ThemeName): string {
  const shared =
    '*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif}' +
    'main{max-width:100%;padding:1rem}h1{font-size:1.15rem;margin:.5rem 0 1rem}' +
    '.picture{clear:both;overflow:auto;max-height:85vh;border:1px solid var(--edge);border-radius:8px}' +
    '.picture svg{display:block;margin:auto}p{margin:.75rem 0 0;max-width:48rem}' +
    'details{margin-top:.75rem}summary{cursor:pointer}' +
    '.zoom{float:right;margin:0 0 .75rem .5rem;display:flex;gap:.25rem}.zoom button{font:inherit;color:inherit;' +
    'background:none;border:1px solid var(--edge);border-radius:6px;min-width:2.75rem;' +
    'min-height:2.75rem;cursor:pointer}' +
    '@media print{body{background:#fff!important;color:#000!important}.zoom,details{display:none}' +
    '.picture{overflow:visible;max-height:none;border:0}' +
    '.picture svg{width:100%!important;height:auto!important}}'
  const page = (name: 'light' | 'dark' | 'print') => {
    const { background, texts, frame } = themes[name]
    return `:root{--edge:${frame.stroke}}body{background:${background};color:${texts.label}}`
  }
  if (theme !== 'auto') return page(theme) + shared
  return `${page('light')}@media (prefers-color-scheme:dark){${page('dark')}}${shared}`
}

/** Buttons that zoom, and dragging with a mouse; touch screens scroll by themselves. */
const script = `{
const box = document.querySelector('.picture'), svg = box.querySelector('svg')
const width = svg.width.baseVal.value, height = svg.height.baseVal.value
let scale = 1
const zoom = (to) => {
  const middle = (box.scrollLeft + box.clientWidth / 2) / scale
  const centre = (box.scrollTop + box.clientHeight / 2) / scale
  scale = Math.min(8, Math.max(0.1, to))
  svg.style.width = width * scale + 'px'
  svg.style.height = height * scale + 'px'
  box.scrollTo(middle * scale - box.clientWidth / 2, centre * scale - box.clientHeight / 2)
}
const bar = document.createElement('div')
bar.className = 'zoom'
const add = (text, label, act) => {
  const button = document.createElement('button')
  button.textContent = text
  button.setAttribute('aria-label', label)
  button.onclick = act
  bar.append(button)
}
add('−', 'Smaller', () => zoom(scale / 1.25))
add('1:1', 'As large as drawn', () => zoom(1))
add('+', 'Larger', () => zoom(scale * 1.25))
add('fit', 'As wide as the page', () => zoom(box.clientWidth / width))
document.querySelector('main').prepend(bar)
box.addEventListener('wheel', (event) => {
  if (!event.ctrlKey) return
  event.preventDefault()
  zoom(scale * Math.exp(-event.deltaY / 300))
}, { passive: false })
box.addEventListener('pointerdown', (event) => {
  if (event.pointerType !== 'mouse' || event.button !== 0) return
  const move = (to) => { box.scrollLeft -= to.movementX; box.scrollTop -= to.movementY }
  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', () => window.removeEventListener('pointermove', move), { once: true })
})
}`
