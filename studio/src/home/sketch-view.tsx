import type { Sketch } from '../engine/file-protocol.ts'

/** The drawing of a model without its words, as small as a stamp. */
export function SketchView({ sketch }: { readonly sketch: Sketch }) {
  const { width, height, boxes, lines } = sketch
  return (
    <svg class="sketch" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {lines.map((path, index) => (
        <path key={index} class="line" d={path} />
      ))}
      {boxes.map(({ kind, radius, ...box }, index) => (
        <rect key={index} class={kind} {...box} rx={radius} />
      ))}
    </svg>
  )
}
