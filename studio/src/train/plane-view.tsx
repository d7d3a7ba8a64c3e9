/** The points of two inputs, and what the network says of every place between them. */
import { useEffect, useRef } from 'preact/hooks'
import { type Boundary, gridSide, type Plane, type Points } from '../engine/train-protocol.ts'
import { shortNumber } from '../learn/numbers.ts'
import { contourOf } from './contour.ts'

/** Pixels of the picture; the page shows it at half of that or less. */
const side = 880

interface PlaneProps {
  readonly plane: Plane
  readonly classes: readonly string[]
  readonly boundary: Boundary | undefined
}

export function PlaneView({ plane, classes, boundary }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const own = canvas.current
    const redraw = () => own && boundary && draw(own, plane, boundary)
    redraw()
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', redraw)
    return () => scheme.removeEventListener('change', redraw)
  }, [plane, boundary])
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
          <span key={name} class={`class-${index}`}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              {index === 0 ? (
                <circle cx="6" cy="6" r="5" />
              ) : (
                <rect x="1.5" y="1.5" width="9" height="9" />
              )}
            </svg>{' '}
            {name}
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

function draw(canvas: HTMLCanvasElement, plane: Plane, boundary: Boundary): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const style = getComputedStyle(canvas)
  const colours = [0, 1].map((index) => style.getPropertyValue(`--class-${index}`))
  const [paper, ink] = ['--paper', '--ink'].map((name) => style.getPropertyValue(name))
  context.fillStyle = paper ?? ''
  context.fillRect(0, 0, side, side)
  const cells = shaded(boundary, colours)
  if (cells) context.drawImage(cells, 0, 0, side, side)
  drawBorder(context, boundary, ink ?? '')
  const pens = { colours, paper: paper ?? '', ink: ink ?? '' }
  drawPoints(context, plane, plane.train, { ...pens, isHollow: false })
  if (plane.heldOut) drawPoints(context, plane, plane.heldOut, { ...pens, isHollow: true })
}

/** A pixel for each cell of the grid: the stronger, the surer the network is. */
function shaded(
  { classes, shares }: Boundary,
  colours: readonly string[],
): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = gridSide
  const context = canvas.getContext('2d')
  if (!context) return undefined
  classes.forEach((label, index) => {
    context.globalAlpha = 0.06 + 0.5 * Math.max(0, 2 * (shares[index] ?? 0) - 1)
    context.fillStyle = colours[label] ?? ''
    context.fillRect(index % gridSide, Math.floor(index / gridSide), 1, 1)
  })
  return canvas
}

/** A line where the class changes, so that colour does not say it alone. */
function drawBorder(
  context: CanvasRenderingContext2D,
  { classes, shares }: Boundary,
  colour: string,
): void {
  const ofOne = shares.map((share, index) => (classes[index] === 1 ? share : 1 - share))
  const cell = side / gridSide
  context.beginPath()
  for (const [from, to] of contourOf(ofOne, gridSide, 0.5)) {
    context.moveTo(from.x * cell, from.y * cell)
    context.lineTo(to.x * cell, to.y * cell)
  }
  context.strokeStyle = colour
  context.lineWidth = 4
  context.lineCap = 'round'
  context.stroke()
}

interface Pens {
  readonly colours: readonly string[]
  readonly paper: string
  readonly ink: string
  readonly isHollow: boolean
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { x, y }: Plane,
  { places, labels }: Points,
  { colours, paper, ink, isHollow }: Pens,
): void {
  const radius = labels.length < 10 ? 18 : 9
  labels.forEach((label, index) => {
    const across = (((places[2 * index] ?? 0) - x[0]) / (x[1] - x[0])) * side
    const down = ((y[1] - (places[2 * index + 1] ?? 0)) / (y[1] - y[0])) * side
    context.beginPath()
    if (label === 0) context.arc(across, down, radius, 0, 2 * Math.PI)
    else context.rect(across - 0.88 * radius, down - 0.88 * radius, 1.76 * radius, 1.76 * radius)
    context.fillStyle = isHollow ? paper : (colours[label] ?? '')
    context.fill()
    context.lineWidth = isHollow ? 5 : 2
    context.strokeStyle = isHollow ? (colours[label] ?? '') : ink
    context.stroke()
  })
}
