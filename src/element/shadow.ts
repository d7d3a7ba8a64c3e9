/** What stands in the element's shadow: the stage, what is said aloud, and errors. */

export interface ShadowParts {
  readonly root: ShadowRoot
  /** Gives the element its height where no style does. */
  readonly room: HTMLElement
  readonly stage: HTMLElement
  readonly description: HTMLElement
  readonly spoken: HTMLElement
  readonly error: HTMLElement
}

export function buildShadow(host: HTMLElement): ShadowParts {
  const root = host.attachShadow({ mode: 'open', delegatesFocus: true })
  const room = part('div', { class: 'room' })
  const stage = part('div', {
    ...{ class: 'stage', tabindex: '0', role: 'application', 'aria-roledescription': 'graph' },
    'aria-describedby': 'description',
  })
  const description = part('p', { class: 'spoken', id: 'description' })
  const spoken = part('p', { class: 'spoken', 'aria-live': 'polite' })
  const error = part('p', { class: 'error', role: 'alert' })
  root.append(room, stage, description, spoken, error)
  return { root, room, stage, description, spoken, error }
}

function part(name: string, attributes: Readonly<Record<string, string>>): HTMLElement {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
