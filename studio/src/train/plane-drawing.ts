/** The picture of a plane: what the network says of every place, and the points on it. */
import { type Boundary, gridSide, type Plane, type Points } from '../engine/train-protocol.ts'
import { contourOf } from './contour.ts'

/** Pixels of the picture; the page shows it at half of that or less. */
export const side = 880

/** How the points of each class look: colours come from the style sheet, forms from here. */
export const forms = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const

/** The outline of a form around the middle of a box from −1 to 1. */
export const outlines: Readonly<Record<(typeof forms)[number], string>> = {
  circle: 'M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z',
  square: 'M-0.88 -0.88H0.88V0.88H-0.88Z',
  triangle: 'M0 -1.1L1.05 0.8H-1.05Z',
  diamond: 'M0 -1.2L1.05 0L0 1.2L-1.05 0Z',
  cross: 'M-0.35 -1H0.35V-0.35H1V0.35H0.35V1H-0.35V0.35H-1V-0.35H-0.35Z',
  star: 'M0 -1.2L0.35 -0.4H1.15L0.5 0.15L0.75 1L0 0.5L-0.75 1L-0.5 0.15L-1.15 -0.4H-0.35Z',
}

interface Colours {
  readonly classes: readonly string[]
  readonly paper: string
  readonly ink: string
}

function coloursOf(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas)
  const colour = (name: string) => style.getPropertyValue(name)
  const classes = forms.map((_, index) => colour(`--class-${index}`))
  return { classes, paper: colour('--paper'), ink: colour('--ink') }
}

/**
 * Draws it all. `labels` says which form and colour each class of the network has, where that is
 * not its own number.
 */
export function drawPlane(
  canvas: HTMLCanvasElement,
  plane: Plane,
  boundary: Boundary | undefined,
  labels: readonly number[] = forms.map((_, index) => index),
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const own = coloursOf(canvas)
  const colours = { ...own, classes: labels.map((label) => own.classes[label] ?? '') }
  context.clearRect(0, 0, side, side)
  if (boundary) {
    const picture = shaded(boundary, colours.classes)
    if (picture) context.drawImage(picture, 0, 0, side, side)
    drawBorders(context, boundary, colours.ink)
  }
  const formed = labels.map((label) => forms[label] ?? 'circle')
  const points = { plane, colours, forms: formed }
  drawPoints(context, plane.train, { ...points, isHollow: false })
  if (plane.heldOut) drawPoints(context, plane.heldOut, { ...points, isHollow: true })
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
  const least = 1 / Math.max(2, new Set(classes).size)
  classes.forEach((label, index) => {
    const sureness = ((shares[index] ?? 0) - least) / (1 - least)
    context.globalAlpha = 0.06 + 0.5 * Math.max(0, sureness)
    context.fillStyle = colours[label] ?? ''
    context.fillRect(index % gridSide, Math.floor(index / gridSide), 1, 1)
  })
  return canvas
}

/** A line around each class where another one begins, so that colour does not say it alone. */
function drawBorders(context: CanvasRenderingContext2D, boundary: Boundary, colour: string): void {
  const { classes, shares } = boundary
  const found = [...new Set(classes)]
  // Between two classes one line is enough; of more, each has its own.
  const drawn = Math.max(...found) <= 1 ? [1] : found
  const cell = side / gridSide
  context.beginPath()
  for (const label of drawn) {
    const isTwo = drawn.length === 1
    const lead = shares.map((share, index) => {
      const isOwn = classes[index] === label
      return isTwo ? (isOwn ? share : 1 - share) : Number(isOwn)
    })
    for (const [from, to] of contourOf(lead, gridSide, 0.5)) {
      context.moveTo(from.x * cell, from.y * cell)
      context.lineTo(to.x * cell, to.y * cell)
    }
  }
  context.strokeStyle = colour
  context.lineWidth = 4
  context.lineCap = 'round'
  context.stroke()
}

interface Pens {
  readonly plane: Plane
  readonly colours: Colours
  readonly forms: readonly (typeof forms)[number][]
  readonly isHollow: boolean
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { places, labels }: Points,
  { plane: { x, y }, colours, forms, isHollow }: Pens,
): void {
  const radius = labels.length < 10 ? 14 : 9
  const paths = forms.map((form) => new Path2D(outlines[form]))
  labels.forEach((label, index) => {
    const across = (((places[2 * index] ?? 0) - x[0]) / (x[1] - x[0])) * side
    const down = ((y[1] - (places[2 * index + 1] ?? 0)) / (y[1] - y[0])) * side
    const path = paths[label]
    const colour = colours.classes[label] ?? ''
    if (!path) return
    context.setTransform(radius, 0, 0, radius, across, down)
    context.fillStyle = isHollow ? colours.paper : colour
    context.fill(path)
    context.lineWidth = (isHollow ? 5 : 2) / radius
    context.strokeStyle = isHollow ? colour : colours.ink
    context.stroke(path)
  })
  context.resetTransform()
}
