/**
 * Lines between nodes. Within the columns where nodes and labels stand, a line runs straight along
 * the flow; it bends only in the gaps between them. So no line crosses a label or a node.
 */
import { internalError } from '../errors.ts'
import type { Direction, LayoutEdge, Places } from './layout.ts'
import type { Box, Point, SceneLine, Segment } from './scene.ts'

/** A line as it runs from node to node, in the order of its points. */
export interface Route {
  readonly start: Point
  readonly path: readonly Segment[]
  readonly end: Point
}

export interface Shape {
  readonly box: Box
  readonly isRound: boolean
}

export interface RouteOptions {
  readonly places: Places
  /** What stands at each end, by id: the node itself, not the room around it. */
  readonly shapes: ReadonlyMap<string, Shape>
  readonly direction: Direction
}

/** How far from each other lines enter and leave a node, at most. */
const portGap = 16

/** The ways of all edges, by id. */
export function routesOf(
  edges: readonly LayoutEdge[],
  { places, shapes, direction }: RouteOptions,
): ReadonlyMap<string, Route> {
  const turned = turner(direction)
  const columns = columnsOf(places, turned)
  const shapeOf = (id: string): Shape => {
    const shape = shapes.get(id)
    if (!shape) throw internalError('draw: an edge ends nowhere', id)
    return { ...shape, box: turned.box(shape.box) }
  }
  const innerOf = ({ id }: LayoutEdge) => {
    const points = places.edges.get(id)?.points ?? []
    return points.slice(1, -1).map(turned.point)
  }
  const leaving = portsOf(edges, {
    keyOf: ({ from }) => from,
    at: (edge) => innerOf(edge)[0],
    shapeOf,
  })
  const entering = portsOf(edges, {
    keyOf: ({ to }) => to,
    at: (edge) => innerOf(edge).at(-1),
    shapeOf,
  })
  return new Map(
    edges.map((edge) => {
      const from = borderPoint(shapeOf(edge.from), leaving.get(edge.id) ?? 0, 1)
      const to = borderPoint(shapeOf(edge.to), entering.get(edge.id) ?? 0, -1)
      const path = pathThrough([from, ...innerOf(edge), to], columns)
      return [edge.id, turned.route({ start: from, path, end: to })] as const
    }),
  )
}

/** The same way, `by` pixels to the side, from its end to its start where it is `isReversed`. */
export function shifted(route: Route, by: number, direction: Direction): Route {
  const move = ({ x, y }: Point): Point =>
    direction === 'right' ? { x, y: y + by } : { x: x + by, y }
  const path = route.path.map((segment): Segment => {
    if (segment.kind === 'line') return { kind: 'line', to: move(segment.to) }
    const [first, second] = segment.control
    return { kind: 'curve', control: [move(first), move(second)], to: move(segment.to) }
  })
  return { start: move(route.start), path, end: move(route.end) }
}

export function reversed({ start, path, end }: Route): Route {
  const points = [start, ...path.map(({ to }) => to)]
  const back = path.map((segment, index): Segment => {
    const to = points[index] ?? start
    if (segment.kind === 'line') return { kind: 'line', to }
    const [first, second] = segment.control
    return { kind: 'curve', control: [second, first], to }
  })
  return { start: end, path: back.reverse(), end: start }
}

/** The arrow's head at the end of a way that runs along the flow, or against it. */
export function headOf({ end, path, start }: Route, direction: Direction): SceneLine['head'] {
  const before = path.length > 1 ? (path.at(-2)?.to ?? start) : start
  const isForward = direction === 'right' ? end.x >= before.x : end.y >= before.y
  const angle = (direction === 'right' ? 0 : 90) + (isForward ? 0 : 180)
  return { tip: end, angle }
}

interface Column {
  readonly from: number
  readonly to: number
}

interface Turner {
  readonly point: (point: Point) => Point
  readonly box: (box: Box) => Box
  readonly route: (route: Route) => Route
}

/** Ways are found for a flow to the right; a picture that flows down is turned for it and back. */
function turner(direction: Direction): Turner {
  if (direction === 'right') return { point: (p) => p, box: (b) => b, route: (r) => r }
  const point = ({ x, y }: Point): Point => ({ x: y, y: x })
  return {
    point,
    box: ({ x, y, width, height }) => ({ x: y, y: x, width: height, height: width }),
    route: ({ start, path, end }) => ({
      start: point(start),
      path: path.map((segment): Segment => {
        if (segment.kind === 'line') return { kind: 'line', to: point(segment.to) }
        const [first, second] = segment.control
        return { kind: 'curve', control: [point(first), point(second)], to: point(segment.to) }
      }),
      end: point(end),
    }),
  }
}

/** The stretches along the flow in which nodes and labels stand. */
function columnsOf({ nodes, edges }: Places, turned: Turner): readonly Column[] {
  const labels = [...edges.values()].flatMap(({ label }) => label ?? [])
  const stretches = [...nodes.values(), ...labels]
    .map(turned.box)
    .map(({ x, width }): Column => ({ from: x, to: x + width }))
    .sort((a, b) => a.from - b.from)
  const columns: Column[] = []
  for (const stretch of stretches) {
    const last = columns.at(-1)
    if (last && stretch.from <= last.to) {
      columns[columns.length - 1] = { from: last.from, to: Math.max(last.to, stretch.to) }
    } else columns.push(stretch)
  }
  return columns
}

interface PortOptions {
  readonly keyOf: (edge: LayoutEdge) => string
  /** The next point of an edge on its way from the node. */
  readonly at: (edge: LayoutEdge) => Point | undefined
  readonly shapeOf: (id: string) => Shape
}

/** By edge, how far from the middle of its node it enters or leaves it. */
function portsOf(
  edges: readonly LayoutEdge[],
  { keyOf, at, shapeOf }: PortOptions,
): ReadonlyMap<string, number> {
  const groups = new Map<string, LayoutEdge[]>()
  for (const edge of edges) {
    const group = groups.get(keyOf(edge))
    if (group) group.push(edge)
    else groups.set(keyOf(edge), [edge])
  }
  const ports = new Map<string, number>()
  for (const [id, group] of groups) {
    const { box, isRound } = shapeOf(id)
    const usable = box.height * (isRound ? 0.7 : 0.6)
    const gap = group.length < 2 ? 0 : Math.min(portGap, usable / (group.length - 1))
    const order = group
      .map((edge, index) => ({ edge, index, y: at(edge)?.y ?? box.y + box.height / 2 }))
      .sort((a, b) => a.y - b.y || a.index - b.index)
    order.forEach(({ edge }, index) => {
      ports.set(edge.id, (index - (group.length - 1) / 2) * gap)
    })
  }
  return ports
}

/** Where a line meets the border of a node, `offset` from its middle; side 1 is where it leaves. */
function borderPoint({ box, isRound }: Shape, offset: number, side: 1 | -1): Point {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const radius = box.height / 2
  const reach = isRound ? Math.sqrt(Math.max(0, radius ** 2 - offset ** 2)) : box.width / 2
  return { x: x + side * reach, y: y + offset }
}

function pathThrough(points: readonly Point[], columns: readonly Column[]): readonly Segment[] {
  const path: Segment[] = []
  let [last = { x: 0, y: 0 }] = points
  const go = (to: Point) => {
    if (to.x === last.x && to.y === last.y) return
    if (to.y === last.y) path.push({ kind: 'line', to })
    else {
      const middle = (last.x + to.x) / 2
      const control = [
        { x: middle, y: last.y },
        { x: middle, y: to.y },
      ] as const
      path.push({ kind: 'curve', control, to })
    }
    last = to
  }
  points.forEach((point, index) => {
    const column = columns.find(({ from, to }) => from <= point.x && point.x <= to)
    const [isFirst, isLast] = [index === 0, index === points.length - 1]
    if (isFirst || isLast) {
      const side = isFirst ? column?.to : column?.from
      const beside = { x: side ?? point.x, y: point.y }
      go(isFirst ? point : beside)
      go(isFirst ? beside : point)
    } else if (column) {
      // Where nothing stands, a point is nothing but a bend.
      go({ x: column.from, y: point.y })
      go({ x: column.to, y: point.y })
    }
  })
  return path
}
