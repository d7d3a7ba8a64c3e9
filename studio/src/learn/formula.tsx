/** A formula by KaTeX, which is loaded when the first one is shown; its text until then. */
import { useEffect, useRef } from 'preact/hooks'

export function Formula({ latex, text }: { readonly latex: string; readonly text: string }) {
  const place = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    let isCurrent = true
    const watch = new ResizeObserver(() => place.current && reachByKeys(place.current))
    import('./katex.ts').then(({ render }) => {
      if (!isCurrent || !place.current) return
      render(latex, place.current)
      for (const element of [place.current, ...place.current.children]) watch.observe(element)
    })
    return () => {
      isCurrent = false
      watch.disconnect()
    }
  }, [latex])
  return (
    <span class="formula" ref={place} data-text={text}>
      {text}
    </span>
  )
}

/** What is wider than its place is scrolled: then keys have to reach it. */
function reachByKeys(element: HTMLElement): void {
  if (element.scrollWidth > element.clientWidth) element.tabIndex = 0
  else element.removeAttribute('tabindex')
}
