/** The form and colour that stand for a class on a plane. */
import { forms, outlines } from './plane-drawing.ts'

export function ClassMark({ label }: { readonly label: number }) {
  return (
    <svg class={`class-mark class-${label}`} viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">
      <path d={outlines[forms[label] ?? 'circle']} />
    </svg>
  )
}
