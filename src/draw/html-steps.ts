/** The walk of a page: its steps as a list, and a script that shows the picture at each of them. */
import { knowledgeIn, type Moment } from './moment.ts'
import { escaped, type Marks } from './svg.ts'

/** A step of the walk through a picture, and what is known when it is done. */
export interface PictureStep extends Moment {
  /** `B4` */
  readonly title: string
  /** What happens, in a line: the equation. */
  readonly text: string
  /** A second, quieter line. */
  readonly detail?: string
}

/** Says of each part of the picture which step makes it known, and what it is called. */
export function stepMarks(steps: readonly PictureStep[]): Marks {
  return (part) => {
    const place = 'owner' in part ? '' : ` data-place="${escaped(part.id)}"`
    const knowledge = 'form' in part ? undefined : knowledgeIn(part)
    if (!knowledge) return place
    const { what, edge } = knowledge
    const first = steps.findIndex(({ isKnown }) => isKnown(what, edge))
    // What no step makes known is not hidden either.
    return `${place}${first < 0 ? '' : ` data-since="${first + 1}"`}`
  }
}

export function stepList(steps: readonly PictureStep[]): string {
  const items = steps.map(({ title, text, detail, active, phase = 'forward' }) => {
    const place = active === undefined ? '' : ` data-at="${escaped(active)}"`
    const small = detail === undefined ? '' : `<small>${escaped(detail)}</small>`
    return `<li class="${phase}"${place}><b>${escaped(title)}</b> <span>${escaped(text)}</span>${small}</li>`
  })
  return `<ol class="steps" aria-label="Steps">${items.join('')}</ol>`
}

export const stepStyle: string =
  '.steps{list-style:none;margin:.75rem 0 0;padding:0;columns:22rem;column-gap:2rem}' +
  '.steps li{padding:.2rem .5rem;border-radius:6px;break-inside:avoid}' +
  '.steps b{display:inline-block;min-width:2.2rem}.steps small{display:block;margin-left:2.4rem;opacity:.75}' +
  '.steps li[aria-current]{outline:2px solid currentColor;outline-offset:-2px}' +
  '.walk{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-top:.75rem}' +
  '.walk button{font:inherit;color:inherit;background:none;border:1px solid var(--edge);' +
  'border-radius:6px;padding:.25rem .9rem;min-height:2.75rem;cursor:pointer}' +
  '.walk button:disabled{opacity:.5;cursor:default}.walk output{font-weight:600}' +
  'li.linked{cursor:pointer}.sluice .unknown{visibility:hidden}@media print{.walk{display:none}}'

/** Steps by buttons, by the keys . and , and by the list; without it everything is shown. */
export function stepScript(start: number): string {
  return `{
const svg = document.querySelector('.picture svg'), items = [...document.querySelectorAll('.steps li')]
const bar = document.createElement('div')
bar.className = 'walk'
const button = (text, by) => {
  const made = document.createElement('button')
  made.textContent = text
  made.onclick = () => show(taken + by)
  bar.append(made)
  return made
}
const back = button('◀ Back', -1), next = button('Step ▶', 1)
const says = document.createElement('output')
bar.append(says)
document.querySelector('.steps').before(bar)
let taken
const show = (to) => {
  taken = Math.min(items.length, Math.max(0, to))
  for (const part of svg.querySelectorAll('[data-since]'))
    part.classList.toggle('unknown', Number(part.dataset.since) > taken)
  for (const part of svg.querySelectorAll('.active'))
    part.classList.remove('active', 'at-forward', 'at-backward', 'at-update')
  items.forEach((item, index) => {
    if (index !== taken - 1) return item.removeAttribute('aria-current')
    item.setAttribute('aria-current', 'step')
    for (const part of svg.querySelectorAll('[data-place="' + item.dataset.at + '"] > :is(.line, circle, rect)'))
      part.classList.add('active', ...(part.matches('.line') ? [] : ['at-' + item.className.split(' ')[0]]))
  })
  back.disabled = taken === 0
  next.disabled = taken === items.length
  const item = items[taken - 1]
  says.textContent = item ? item.querySelector('b').textContent + ': ' + item.querySelector('span').textContent : 'Before the first step'
}
items.forEach((item, index) => {
  item.classList.add('linked')
  item.onclick = () => show(index + 1)
})
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  if (event.key === '.') show(taken + 1)
  if (event.key === ',') show(taken - 1)
})
show(${start})
}`
}
