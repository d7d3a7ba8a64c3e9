/**
 * Finds what of a scene stands in a box or under a point without looking at all of it. A grid of
 * squares serves: a layout spreads nodes evenly, and the whole takes less code than a tree's library.
 */
import type {
  Box,
  Point,
  Scene,
  SceneFrame,
  SceneLabel,
  SceneLine,
  SceneNode,
} from '../draw/scene.ts'
import { boxOfLine, distanceTo } from './line-path.ts'

export interface Visible {
  readonly frames: readonly SceneFrame[]
  readonly lines: readonly SceneLine[]
  readonly nodes: readonly SceneNode[]
  readonly labels: readonly SceneLabel[]
}

export class SceneIndex {
  readonly scene: Scene
  readonly #frames: Grid
  readonly #lines: Grid
  readonly #nodes: Grid
  readonly #labels: Grid

  constructor(scene: Scene) {
    this.scene = scene
    this.#frames = new Grid(scene.frames.map(({ box }) => box))
    this.#lines = new Grid(scene.lines.map(boxOfLine))
    this.#nodes = new Grid(scene.nodes.map(({ box }) => box))
    this.#labels = new Grid(scene.labels.map(({ box }) => box))
  }

  /** What touches the box, in the order of the scene. */
  within(box: Box): Visible {
    const { frames, lines, nodes, labels } = this.scene
    return {
      frames: chosen(frames, this.#frames.within(box)),
      lines: chosen(lines, this.#lines.within(box)),
      nodes: chosen(nodes, this.#nodes.within(box)),
      labels: chosen(labels, this.#labels.within(box)),
    }
  }

  /** The node or edge at a point, or whose text or whose frame's title stands there; `slack` is how far beside it counts. */
  at(point: Point, slack: number): string | undefined {
    const { lines, nodes, labels } = this.scene
    const spot = { x: point.x - slack, y: point.y - slack, width: 2 * slack, height: 2 * slack }
    const node = chosen(nodes, this.#nodes.within(spot)).at(-1)
    if (node) return node.id
    const exact = { ...point, width: 0, height: 0 }
    const label = chosen(labels, this.#labels.within(exact)).find(({ of }) => of !== 'scene')
    if (label) return label.owner
    const near = chosen(lines, this.#lines.within(spot))
      .map(({ id, ...line }) => ({ id, distance: distanceTo(line, point) }))
      .filter(({ distance }) => distance <= slack)
    return near.toSorted((one, other) => one.distance - other.distance)[0]?.id
  }
}

/** Boxes by the squares that they touch. */
class Grid {
  readonly #boxes: readonly Box[]
  readonly #size: number
  readonly #squares = new Map<number, number[]>()
  /** What touches so many squares that it is asked for each time. */
  readonly #large: number[] = []

  constructor(boxes: readonly Box[]) {
    this.#boxes = boxes
    const area = boxes.reduce((sum, { width, height }) => sum + width * height, 0)
    this.#size = Math.max(leastSize, 4 * Math.sqrt(area / Math.max(1, boxes.length)))
    for (const [index, box] of boxes.entries()) this.#add(index, box)
  }

  #add(index: number, box: Box): void {
    const range = this.#rangeOf(box)
    if (countOf(range) > mostSquares) {
      this.#large.push(index)
      return
    }
    for (const square of squaresOf(range)) {
      const members = this.#squares.get(square)
      if (members) members.push(index)
      else this.#squares.set(square, [index])
    }
  }

  /** The places of the boxes that touch this one, going up. */
  within(box: Box): readonly number[] {
    const range = this.#rangeOf(box)
    // Where there are more squares than are filled, asking every box is faster.
    const places =
      countOf(range) > this.#squares.size ? this.#boxes.keys() : this.#candidates(range)
    const isThere = (index: number) => {
      const one = this.#boxes[index]
      return one !== undefined && touches(one, box)
    }
    return [...places].filter(isThere).sort((one, other) => one - other)
  }

  #candidates(range: Range): ReadonlySet<number> {
    const found = new Set(this.#large)
    for (const square of squaresOf(range)) {
      for (const index of this.#squares.get(square) ?? []) found.add(index)
    }
    return found
  }

  #rangeOf({ x, y, width, height }: Box): Range {
    const at = (place: number) => Math.floor(place / this.#size)
    return { left: at(x), right: at(x + width), top: at(y), bottom: at(y + height) }
  }
}

interface Range {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const leastSize = 128
const mostSquares = 64
/** No grid is as wide as this. */
const rowStep = 2 ** 26

function countOf({ left, right, top, bottom }: Range): number {
  return (right - left + 1) * (bottom - top + 1)
}

function* squaresOf({ left, right, top, bottom }: Range): Generator<number> {
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) yield row * rowStep + column
  }
}

function touches(one: Box, other: Box): boolean {
  return (
    one.x <= other.x + other.width &&
    other.x <= one.x + one.width &&
    one.y <= other.y + other.height &&
    other.y <= one.y + one.height
  )
}

function chosen<T>(items: readonly T[], indices: readonly number[]): readonly T[] {
  return indices.flatMap((index) => {
    const item = items[index]
    return item === undefined ? [] : [item]
  })
}
