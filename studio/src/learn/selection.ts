/** The gate that is looked at beside the present step. */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Arrow, SluiceGraph } from 'sluice/element'
import { goTo, model, step, walk } from '../session.ts'

const chosen = signal<string | undefined>(undefined)

/** A node of the diagram; undefined where the present step is what is looked at. */
export const selected: ReadonlySignal<string | undefined> = chosen

export function select(node: string | undefined): void {
  chosen.value = node
}

/** The picture that arrow keys move in. */
let graph: SluiceGraph | undefined

export function keepGraph(shown: SluiceGraph | undefined): void {
  graph = shown
}

/** Along an edge from the gate that is selected, else from that of the present step. */
export function move(arrow: Arrow): void {
  graph?.follow(arrow)
}

/** The steps that happen at a node. */
export function stepsAt(node: string): readonly number[] {
  const places = walk.value?.placeOf ?? []
  return places.flatMap((place, index) => (place === node ? [index] : []))
}

/** Goes to the step at the selected gate that comes next, else to its first. */
export function goToSelected(): void {
  const node = chosen.value
  if (node === undefined) return
  const steps = stepsAt(node)
  const target = steps.find((index) => index >= step.value) ?? steps[0]
  if (target === undefined) return
  goTo(target + 1)
}

// A step shows itself, and another model has other gates.
effect(() => {
  step.value
  model.value
  chosen.value = undefined
})
