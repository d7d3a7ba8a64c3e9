/** A graph in the page: the element of `sluice/element`, with its properties and events as Preact's. */
import { h } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Scene } from 'sluice/draw'
import 'sluice/element'
import type { Knowledge, Mark, OverlayEntry, SluiceGraph } from 'sluice/element'
import './graph.css'

export interface GraphViewProps {
  readonly scene: Scene
  /** Whether something belongs to what is known by now. Default: everything does. */
  readonly isKnown?: Knowledge['isKnown'] | undefined
  /** The node or edge where the present step happens. */
  readonly active?: string | undefined
  readonly phase?: 'forward' | 'backward' | 'update' | undefined
  readonly selected?: string | undefined
  readonly overlay?: ReadonlyMap<string, OverlayEntry> | undefined
  readonly marks?: ReadonlyMap<string, Mark> | undefined
  /** The node that keeps its place on the screen when another scene comes. */
  readonly anchor?: string | undefined
  /** Whether all of it is shown, however small; else it is large enough to be read. */
  readonly isFitted?: boolean
  readonly onSelect?: (id: string | undefined) => void
  readonly onOpen?: (id: string) => void
  readonly onView?: () => void
  /** Gives the element to whoever has it fit, centre or zoom. */
  readonly onElement?: (element: SluiceGraph | undefined) => void
}

export function GraphView({ onElement, isFitted = false, ...props }: GraphViewProps) {
  const element = useRef<SluiceGraph>(null)
  useLayoutEffect(() => {
    if (element.current) dress(element.current, props)
  })
  useLayoutEffect(() => {
    onElement?.(element.current ?? undefined)
    return () => onElement?.(undefined)
  }, [])
  const wasFitted = useRef(false)
  useLayoutEffect(() => {
    if (isFitted) element.current?.fit()
    else if (wasFitted.current) element.current?.home()
    wasFitted.current = isFitted
  }, [isFitted, props.scene])
  const { onSelect, onOpen, onView } = props
  useLayoutEffect(() => {
    const own = element.current
    const listening = new AbortController()
    const { signal } = listening
    own?.addEventListener('sluice-select', ({ detail }) => onSelect?.(detail.id), { signal })
    own?.addEventListener('sluice-open', ({ detail }) => onOpen?.(detail.id), { signal })
    own?.addEventListener('sluice-view', () => onView?.(), { signal })
    return () => listening.abort()
  }, [onSelect, onOpen, onView])
  return h('sluice-graph', { ref: element })
}

/** As properties, since Preact would write `undefined` as an empty text. */
function dress(element: SluiceGraph, props: Omit<GraphViewProps, 'onElement' | 'isFitted'>): void {
  const { scene, isKnown, active, phase, selected, overlay, marks, anchor } = props
  const unknown = isKnown && { isKnown }
  Object.assign(element, { active, phase, selected, overlay, marks, unknown })
  if (element.scene === scene) return
  Object.assign(element, { anchor, scene })
}
