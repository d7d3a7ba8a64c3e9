/** A plane to paint points on, by pointer or by keys, with what the network says of it. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Boundary, Plane } from '../engine/train-protocol.ts'
import { ClassMark } from './class-mark.tsx'
import {
  erased,
  formatPainting,
  mostPainted,
  type Painting,
  paintedClasses,
  paintingSide,
  parsePainting,
  placeOf,
  withPoints,
} from './painting.ts'
import { drawPlane, side } from './plane-drawing.ts'
import { useScheme } from './scheme.ts'

interface PaintProps {
  readonly points: string
  readonly boundary: Boundary | undefined
  readonly change: (points: string) => void
}

/** A class that is painted, or the eraser. */
type Tool = number | 'erase'

interface Place {
  readonly x: number
  readonly y: number
}

/** How far the eraser reaches, and how far apart points of one stroke are, in cells. */
const [eraserReach, strokeSpacing] = [3, 2]

export function PaintView({ points, boundary, change }: PaintProps) {
  const tool = useSignal<Tool>(0)
  const cursor = useSignal<Place | undefined>(undefined)
  /** What a stroke has made so far; it becomes the training's when the pointer is lifted. */
  const stroke = useSignal<{ readonly painting: Painting; readonly last: Place } | undefined>(
    undefined,
  )
  const painting = stroke.value?.painting ?? parsePainting(points)
  const apply = (from: Painting, { x, y }: Place, used: Tool) =>
    used === 'erase'
      ? erased(from, { x, y }, eraserReach)
      : withPoints(erased(from, { x, y }, 0), [{ x, y, label: used }])
  const commit = (made: Painting) => {
    const text = formatPainting(made)
    if (text !== points) change(text)
  }
  const onKey = (event: KeyboardEvent) => {
    const move = moves[event.key]
    const at = cursor.value ?? { x: paintingSide / 2, y: paintingSide / 2 }
    const label = classKeys.indexOf(event.key.toUpperCase())
    const used =
      label >= 0
        ? label
        : event.key === ' '
          ? tool.value
          : erasers.has(event.key)
            ? 'erase'
            : undefined
    if (!move && used === undefined) return
    if (event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const far = event.shiftKey ? 4 : 1
    if (move) cursor.value = { x: within(at.x + far * move[0]), y: within(at.y + far * move[1]) }
    if (used !== undefined) {
      cursor.value = at
      if (label >= 0) tool.value = label
      commit(apply(painting, at, used))
    }
  }
  return (
    <figure class="plane paint">
      <Tools
        tool={tool.value}
        choose={(chosen) => {
          tool.value = chosen
        }}
        clear={() => commit([])}
      />
      <Surface
        painting={painting}
        boundary={stroke.value ? undefined : boundary}
        cursor={cursor.value}
        onKey={onKey}
        onDraw={(place, isFirst) => {
          const last = stroke.value?.last
          const isNear = last && Math.hypot(place.x - last.x, place.y - last.y) < strokeSpacing
          if (!isFirst && (!stroke.value || (isNear && tool.value !== 'erase'))) return
          stroke.value = { painting: apply(painting, place, tool.value), last: place }
        }}
        onEnd={() => {
          const made = stroke.value?.painting
          stroke.value = undefined
          if (made) commit(made)
        }}
        onLeave={() => {
          cursor.value = undefined
        }}
      />
      <figcaption>
        <span aria-live="polite">{counted(painting)}</span>
        <span class="quiet">
          Drag to paint; by keys: arrows move, <kbd>A</kbd> <kbd>B</kbd> <kbd>C</kbd> paint,{' '}
          <kbd>Del</kbd> erases
        </span>
      </figcaption>
    </figure>
  )
}

const moves: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

const classKeys: readonly string[] = paintedClasses
const erasers: ReadonlySet<string> = new Set(['Delete', 'Backspace', 'x'])

function within(cell: number): number {
  return Math.min(Math.max(cell, 0), paintingSide - 1)
}

function counted(painting: Painting): string {
  const parts = paintedClasses.map((name, label) => {
    return `${name} ${painting.filter((point) => point.label === label).length}`
  })
  const room = painting.length >= mostPainted ? '; there is no room for more' : ''
  return `${parts.join(', ')}${room}`
}

interface ToolsProps {
  readonly tool: Tool
  readonly choose: (tool: Tool) => void
  readonly clear: () => void
}

function Tools({ tool, choose, clear }: ToolsProps) {
  return (
    <fieldset class="tools">
      <legend class="spoken">What is painted</legend>
      {paintedClasses.map((name, label) => (
        <button
          key={name}
          type="button"
          aria-pressed={tool === label}
          onClick={() => choose(label)}
        >
          <ClassMark label={label} /> {name}
        </button>
      ))}
      <button type="button" aria-pressed={tool === 'erase'} onClick={() => choose('erase')}>
        Erase
      </button>
      <button type="button" onClick={clear}>
        Clear
      </button>
    </fieldset>
  )
}

interface SurfaceProps {
  readonly painting: Painting
  readonly boundary: Boundary | undefined
  readonly cursor: Place | undefined
  readonly onKey: (event: KeyboardEvent) => void
  readonly onDraw: (place: Place, isFirst: boolean) => void
  readonly onEnd: () => void
  readonly onLeave: () => void
}

function Surface({ painting, boundary, cursor, onKey, onDraw, onEnd, onLeave }: SurfaceProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useScheme()
  const key = formatPainting(painting)
  useEffect(() => {
    if (canvas.current) drawPlane(canvas.current, planeOf(painting), boundary, usedLabels(painting))
  }, [key, boundary, scheme])
  const placeAt = ({ clientX, clientY, currentTarget }: PointerEvent): Place => {
    const box = (currentTarget as Element).getBoundingClientRect() // the surface itself
    const cell = (share: number) => within(Math.floor(share * paintingSide))
    return {
      x: cell((clientX - box.left) / box.width),
      y: cell(1 - (clientY - box.top) / box.height),
    }
  }
  return (
    <div
      class="surface"
      role="application"
      aria-label="Plane to paint on"
      aria-roledescription="plane"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on by keys, too
      tabIndex={0}
      onKeyDown={onKey}
      onBlur={onLeave}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        onDraw(placeAt(event), true)
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) onDraw(placeAt(event), false)
      }}
      onPointerUp={onEnd}
      onPointerCancel={onEnd}
    >
      <canvas ref={canvas} width={side} height={side} />
      {cursor && (
        <svg viewBox={`0 0 ${paintingSide} ${paintingSide}`} aria-hidden="true">
          <path
            class="cursor"
            d={`M${cursor.x + 0.5} ${paintingSide - cursor.y - 4}v2.5m0 2v2.5m-3.5 -3.5h2.5m2 0h2.5`}
          />
        </svg>
      )}
    </div>
  )
}

/** The classes that have points: those that the network tells apart. */
function usedLabels(painting: Painting): readonly number[] {
  return paintedClasses.flatMap((_, label) =>
    painting.some((point) => point.label === label) ? [label] : [],
  )
}

function planeOf(painting: Painting): Plane {
  const used = usedLabels(painting)
  return {
    train: {
      places: Float32Array.from(painting.flatMap(({ x, y }) => [placeOf(x), placeOf(y)])),
      labels: Uint8Array.from(painting, ({ label }) => used.indexOf(label)),
    },
    names: ['x', 'y'],
    x: [-1, 1],
    y: [-1, 1],
  }
}
