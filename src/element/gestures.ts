/** Hands on the view: dragging, wheels and pinching, by mouse, pen and touch. */
import type { Point } from '../draw/scene.ts'

export interface Gestures {
  /** Dragged by a hand. */
  drag(by: Point): void
  /** Turned by a wheel; gives whether there was anything to move, else the page may. */
  scroll(by: Point): boolean
  zoom(factor: number, at: Point): void
  /** Where a pointer rests. */
  hover(at: Point): void
  choose(at: Point): void
  open(at: Point): void
}

/** Pixels that a hand may tremble without dragging. */
const tremor = 4
const lineHeight = 16

/** Listens on the stage until the signal aborts. Points are in pixels from its top left. */
export function listenTo(stage: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  listenToPointers(stage, gestures, signal)
  const wheel = (event: WheelEvent) => {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? lineHeight : 1
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      gestures.zoom(Math.exp((-event.deltaY * unit) / 300), pointOf(event, stage))
      return
    }
    const by = { x: -event.deltaX * unit, y: -event.deltaY * unit }
    const turned = event.shiftKey && by.x === 0 ? { x: by.y, y: 0 } : by
    if (gestures.scroll(turned)) event.preventDefault()
  }
  stage.addEventListener('wheel', wheel, { signal, passive: false })
}

function listenToPointers(stage: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  const down = new Map<number, Point>()
  let start: Point | undefined
  let hasMoved = false

  const begin = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return
    const point = pointOf(event, stage)
    down.set(event.pointerId, point)
    if (down.size === 1) {
      start = point
      hasMoved = false
    } else hasMoved = true
  }
  const move = (event: PointerEvent) => {
    const point = pointOf(event, stage)
    const before = down.get(event.pointerId)
    if (!before) {
      gestures.hover(point)
      return
    }
    if (!hasMoved && start && distance(start, point) < tremor) return
    if (!hasMoved) {
      hasMoved = true
      stage.setPointerCapture(event.pointerId)
      stage.classList.add('dragging')
    }
    down.set(event.pointerId, point)
    const by = { x: point.x - before.x, y: point.y - before.y }
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1]
    if (!other) gestures.drag(by)
    else {
      // Two fingers: what is under the other one stays there.
      gestures.zoom(distance(other, point) / Math.max(1, distance(other, before)), other)
      gestures.drag({ x: by.x / 2, y: by.y / 2 })
    }
  }
  const end = (event: PointerEvent) => {
    down.delete(event.pointerId)
    if (down.size === 0) stage.classList.remove('dragging')
  }
  const choose = (event: MouseEvent) => {
    if (!hasMoved) gestures.choose(pointOf(event, stage))
  }
  const open = (event: MouseEvent) => gestures.open(pointOf(event, stage))
  stage.addEventListener('pointerdown', begin, { signal })
  stage.addEventListener('pointermove', move, { signal })
  for (const name of ['pointerup', 'pointercancel'] as const) {
    stage.addEventListener(name, end, { signal })
  }
  // A pointer that is let go elsewhere, before it was captured, is down no longer.
  stage.addEventListener('pointerleave', end, { signal })
  stage.addEventListener('click', choose, { signal })
  stage.addEventListener('dblclick', open, { signal })
}

function pointOf(event: MouseEvent, stage: HTMLElement): Point {
  const { left, top } = stage.getBoundingClientRect()
  return { x: event.clientX - left, y: event.clientY - top }
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}
