/** What a page's address says, as data and back: `#/learn?model=network&seed=1&step=4`. */

export const viewNames = ['home', 'learn', 'train', 'build', 'explore'] as const
export type ViewName = (typeof viewNames)[number]

export interface Route {
  readonly view: ViewName
  /** What a view keeps of itself in the address. */
  readonly parameters: Readonly<Record<string, string>>
  /** Of an address that is none: what it said. */
  readonly lost?: string
}

export function formatRoute({ view, parameters }: Route): string {
  const query = new URLSearchParams(parameters).toString()
  return `#/${view}${query === '' ? '' : `?${query}`}`
}

/** A view that is not there is home: an old or mistyped link shows something. */
export function parseRoute(hash: string): Route {
  const [, name = '', query = ''] = /^#\/(\w*)(?:\?(.*))?$/s.exec(hash) ?? []
  const view = viewNames.find((one) => one === name)
  const parameters = Object.fromEntries(new URLSearchParams(query))
  if (view) return { view, parameters }
  const isNone = /^#?\/?$/.test(hash)
  const lost = hash.length > 60 ? `${hash.slice(0, 60)}…` : hash
  return isNone ? { view: 'home', parameters: {} } : { view: 'home', parameters: {}, lost }
}
