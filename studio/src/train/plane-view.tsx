/** The points of two inputs, and what the network says of every place between them. */
import { useEffect, useRef } from 'preact/hooks'
import type { Boundary, Plane } from '../engine/train-protocol.ts'
import { shortNumber } from '../learn/numbers.ts'
import { ClassMark } from './class-mark.tsx'
import { drawPlane, side } from './plane-drawing.ts'
import { useScheme } from './scheme.ts'

interface PlaneProps {
  readonly plane: Plane
  readonly classes: readonly string[]
  readonly boundary: Boundary | undefined
}

export function PlaneView({ plane, classes, boundary }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useScheme()
  useEffect(() => {
    if (canvas.current) drawPlane(canvas.current, plane, boundary)
  }, [plane, boundary, scheme])
  const [across, up] = [plane.x, plane.y].map((range) => range.map(shortNumber).join(' to '))
  return (
    <figure class="plane">
      <canvas
        ref={canvas}
        width={side}
        height={side}
        role="img"
        aria-label={`Decision boundary of ${classes.join(' and ')}`}
      />
      <figcaption>
        {classes.map((name, index) => (
          <span key={name}>
            <ClassMark label={index} /> {name}
          </span>
        ))}
        {plane.heldOut && <span>hollow: held out</span>}
        <span class="quiet">
          {plane.names[0]} {across}, {plane.names[1]} {up}
        </span>
      </figcaption>
    </figure>
  )
}
