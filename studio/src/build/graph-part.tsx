/** The gates of the document: the same steps as the list, chosen and changed here as well. */
import { useComputed } from '@preact/signals'
import type { Mark, SluiceGraph } from 'sluice/element'
import { GraphView } from '../graph/graph-view.tsx'
import { brokenEdgeId, brokenId, withBrokenEdge } from './broken-scene.ts'
import { document as built, change, checked, choose, chosen } from './building.ts'
import { factsOf } from './catalogue.ts'
import { criterionPlace, type DocumentPicture, widthOf } from './check.ts'
import { inputName, operandOf } from './document.ts'
import { changeKind, removeStep } from './edit.ts'
import { KindPicker } from './kind-picker.tsx'
import { insertAfter } from './step-list.tsx'

export function GraphPart() {
  const scene = useComputed(() => checked.value && withBrokenEdge(checked.value))
  const picture = checked.value?.picture
  return (
    <section class="gates" aria-label="Gates" onKeyDown={onKey}>
      <ChosenTools />
      {scene.value && picture ? (
        <GraphView
          scene={scene.value}
          selected={placeOf(picture)}
          active={placeOf(picture)}
          phase={placeOf(picture) === brokenId ? undefined : 'forward'}
          onElement={keepElement}
          marks={wrong}
          onSelect={select}
          onOpen={open}
        />
      ) : (
        <p class="quiet">
          {checked.value ? 'The graph is too large to draw.' : 'Building the graph …'}
        </p>
      )}
    </section>
  )
}

/** The node or edge of what is chosen. */
function placeOf(picture: DocumentPicture): string | undefined {
  const now = chosen.value
  if ('step' in now) {
    const isBroken = checked.value?.check.broken?.to === now.step
    return isBroken ? brokenId : picture.makerOf[now.step]
  }
  const { after, before } = now.edge
  const edges = Object.entries(picture.edges)
  return edges.find(([, edge]) => edge.after === after && edge.before === before)?.[0]
}

function ChosenTools() {
  const now = chosen.value
  const document = built.value
  if ('edge' in now) {
    const { after, before = '' } = now.edge
    const target = before === criterionPlace ? undefined : before
    return (
      <div class="row chosen">
        <span>
          Edge <b>{after}</b> → <b>{before === criterionPlace ? 'criterion' : before}</b>
        </span>
        <KindPicker
          label={`Insert on the edge ${after} → ${before}`}
          placeholder="+ insert here"
          pick={(kind) => insertAfter(after, kind, target)}
        />
        <button type="button" class="fit" onClick={() => element?.fit()}>
          Fit
        </button>
      </div>
    )
  }
  const { step: name } = now
  const index = document.steps.findIndex((step) => step.name === name)
  const step = document.steps[index]
  const check = checked.value?.check
  return (
    <div class="row chosen">
      <span>
        <b>{name}</b> {step ? '' : 'Input'}
      </span>
      {step && (
        <KindPicker
          label="Change the chosen gate into"
          value={step.kind}
          pick={(kind) => {
            const width = check && widthOf(check, operandOf(document, index))
            const says = `${name} is now ${factsOf(kind).title}`
            change(changeKind(document, name, { kind, width }), says)
          }}
        />
      )}
      <KindPicker
        label="Insert after the chosen gate"
        placeholder="+ insert after"
        pick={(kind) => insertAfter(name, kind)}
      />
      {step && document.steps.length > 1 && (
        <button type="button" onClick={() => change(removeStep(document, name), `${name} removed`)}>
          Delete
        </button>
      )}
      <button type="button" class="fit" onClick={() => element?.fit()}>
        Fit
      </button>
    </div>
  )
}

/** The picture, for whoever wants all of it. */
let element: SluiceGraph | undefined

function keepElement(given: SluiceGraph | undefined): void {
  element = given
}

const wrong: ReadonlyMap<string, Mark> = new Map([
  [brokenId, 'wrong'],
  [brokenEdgeId, 'wrong'],
])

/** Takes over what is chosen in the graph. */
function select(id: string | undefined): void {
  const { picture, check } = checked.value ?? {}
  if (id === undefined || !picture) return
  const edge = picture.edges[id]
  if (edge) {
    choose({ edge })
    return
  }
  const broken = check?.broken
  const isBroken =
    (id === brokenId || id === brokenEdgeId) && broken && broken.to !== criterionPlace
  const step = isBroken ? broken.to : picture.stepsOf[id]?.at(-1)
  if (step !== undefined) choose({ step })
}

/** Goes to what can be done with it. */
function open(): void {
  window.document.querySelector<HTMLElement>('.gates .chosen select')?.focus()
}

function onKey(event: KeyboardEvent): void {
  const now = chosen.value
  const isDelete = event.key === 'Delete' || event.key === 'Backspace'
  if (!isDelete || !('step' in now) || now.step === inputName) return
  if (!(event.target instanceof HTMLElement) || event.target.tagName !== 'SLUICE-GRAPH') return
  event.preventDefault()
  change(removeStep(built.value, now.step), `${now.step} removed`)
}
