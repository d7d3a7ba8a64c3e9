/** What pointers and keys do to a view. */
import { listenTo } from './gestures.ts'
import { obeyKey } from './keys.ts'
import type { Arrow } from './neighbours.ts'
import type { Stage } from './stage.ts'

export interface Chooser {
  choose(id: string | undefined): void
  /** What is chosen already, where no id is given. */
  open(id?: string | undefined): void
  follow(arrow: Arrow): void
}

/** Listens on the element of the stage until the signal aborts. */
export function attachControls(
  element: HTMLElement,
  {
    stage,
    chooser,
    signal,
  }: { readonly stage: Stage; readonly chooser: Chooser; readonly signal: AbortSignal },
): void {
  listenTo(
    element,
    {
      drag: (by) => stage.drag(by),
      scroll: (by) => stage.scroll(by),
      zoom: (factor, at) => stage.zoom(factor, at),
      hover: (at) => {
        const id = stage.at(at)
        element.classList.toggle('pointing', id !== undefined)
        element.title = stage.hintOf(id)
      },
      choose: (at) => chooser.choose(stage.at(at)),
      open: (at) => {
        const id = stage.at(at)
        if (id !== undefined) chooser.open(id)
      },
    },
    signal,
  )
  const commands = {
    zoomBy: (factor: number) => stage.zoomBy(factor),
    fit: () => stage.fit(),
    home: () => stage.home(),
    follow: (arrow: Arrow) => chooser.follow(arrow),
    open: () => chooser.open(),
    release: () => chooser.choose(undefined),
  }
  const key = (event: KeyboardEvent) => {
    if (obeyKey(event, commands)) event.preventDefault()
  }
  element.addEventListener('keydown', key, { signal })
}
