/** A formula by KaTeX, which is loaded when the first one is shown; its text until then. */
import { useEffect, useRef } from 'preact/hooks'

export function Formula({ latex, text }: { readonly latex: string; readonly text: string }) {
  const place = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    let isCurrent = true
    import('./katex.ts').then(({ render }) => {
      if (isCurrent && place.current) render(latex, place.current)
    })
    return () => {
      isCurrent = false
    }
  }, [latex])
  return (
    <span class="formula" ref={place} data-text={text}>
      {text}
    </span>
  )
}
