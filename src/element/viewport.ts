/** Which part of a scene is seen: plain sums over a scale and a place. */
import type { Point } from '../draw/scene.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** A point of the scene is seen at `scale · point + (x, y)`, in pixels from the top left. */
export interface View extends Point {
  readonly scale: number
}

/** At this scale the smallest texts of a scene, of 10 pixels, can still be read. */
const legibleScale = 0.72
/** Small graphs are not blown up beyond this. */
const homeScale = 1.1
const [leastScale, mostScale] = [0.01, 8]
/** How much of a scene stays in sight however far it is dragged. */
const keptInSight = 60

/** As large as there is room for, but never too small to be read; then from its beginning. */
export function homeView(scene: Size, place: Size): View {
  const scale = between(fitScale(scene, place), legibleScale, homeScale)
  return { scale, ...startOf(scene, place, scale) }
}

/** All of the scene, however small that makes it. */
export function fitView(scene: Size, place: Size): View {
  const scale = between(fitScale(scene, place), leastScale, homeScale)
  return { scale, ...startOf(scene, place, scale) }
}

/** The height that shows the scene at `homeView`'s scale in this width. */
export function homeHeight(scene: Size, width: number): number {
  return scene.height * between(width / scene.width, legibleScale, homeScale)
}

/** The point of the scene that is under `point` stays there. */
export function zoomedAt(view: View, factor: number, point: Point): View {
  const scale = between(view.scale * factor, leastScale, mostScale)
  const ratio = scale / view.scale
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio }
}

/** Moved as far as a hand may drag it: a part of the scene stays in sight. */
export function dragged(view: View, by: Point, { scene, place }: Sizes): View {
  const along = (at: number, step: number, content: number, room: number) => {
    const kept = Math.min(keptInSight, room / 2, content)
    return moved(at, step, [kept - content, room - kept])
  }
  return {
    scale: view.scale,
    x: along(view.x, by.x, scene.width * view.scale, place.width),
    y: along(view.y, by.y, scene.height * view.scale, place.height),
  }
}

/** Moved as a scroll bar would: no further than there is something to see. */
export function scrolled(view: View, by: Point, { scene, place }: Sizes): View {
  const along = (at: number, step: number, content: number, room: number) =>
    content <= room && at >= 0 && at + content <= room
      ? at
      : moved(at, step, [Math.min(0, room - content), Math.max(0, room - content)])
  return {
    scale: view.scale,
    x: along(view.x, by.x, scene.width * view.scale, place.width),
    y: along(view.y, by.y, scene.height * view.scale, place.height),
  }
}

export interface Revealing {
  /** Whether it is brought to the middle though it can be seen. */
  readonly isCentred?: boolean
  /** How near the border it may be without being moved. */
  readonly margin?: number
}

/** What can be seen stays; what cannot comes to the middle, as far as the scene reaches. */
export function revealed(
  view: View,
  box: Point & Size,
  { scene, place, isCentred = false, margin = keptInSight }: Sizes & Revealing,
): View {
  const along = (at: number, first: number, length: number, room: number, content: number) => {
    const [start, size] = [at + first * view.scale, length * view.scale]
    const free = Math.max(0, Math.min(margin, (room - size) / 2))
    if (!isCentred && start >= free && start + size <= room - free) return at
    const centred = room / 2 - (first + length / 2) * view.scale
    if (isCentred) return centred
    // Where everything has room, and is seen, nothing need move; nor is it moved beyond its ends.
    if (content <= room && at >= 0 && at + content <= room) return at
    return between(centred, Math.min(0, room - content), Math.max(0, room - content))
  }
  const { width, height } = place
  return {
    scale: view.scale,
    x: along(view.x, box.x, box.width, width, scene.width * view.scale),
    y: along(view.y, box.y, box.height, height, scene.height * view.scale),
  }
}

/** What of the scene is in sight. */
export function sightOf({ scale, x, y }: View, { width, height }: Size): Point & Size {
  return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale }
}

export interface Sizes {
  readonly scene: Size
  readonly place: Size
}

function fitScale(scene: Size, place: Size): number {
  return Math.min(place.width / scene.width, place.height / scene.height)
}

function startOf(scene: Size, place: Size, scale: number): Point {
  const along = (content: number, room: number) => Math.max(0, (room - content) / 2)
  return {
    x: along(scene.width * scale, place.width),
    y: along(scene.height * scale, place.height),
  }
}

/** Within the limits; what is beyond them already may only come nearer. */
function moved(at: number, step: number, [least, most]: readonly [number, number]): number {
  return between(at + step, Math.min(at, least), Math.max(at, most))
}

function between(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
