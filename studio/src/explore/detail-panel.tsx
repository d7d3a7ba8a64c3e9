/** What is chosen: its equation, shapes, parameters, work, kernels and gradient. */
import { Formula } from '../learn/formula.tsx'
import { shapeText } from '../learn/numbers.ts'
import {
  culprit,
  facts,
  index,
  isolateFrom,
  kernels,
  measures,
  nameOf,
  selected,
  shown,
  startPath,
  toggle,
} from './exploring.ts'
import { gatesOf } from './graph-index.ts'
import { countText, gatesText, measureText, measureTitles, together } from './measures.ts'

export function DetailPanel({ onGo }: { readonly onGo: (id: string) => void }) {
  const id = selected.value
  const own = index.value
  if (id === undefined || !own) {
    return (
      <section class="explore-panel">
        <p>
          Choose a node to see its equation, its shapes and its work. Arrows follow the edges,{' '}
          <kbd>/</kbd> searches, <kbd>Enter</kbd> opens a group.
        </p>
        <CulpritNote />
      </section>
    )
  }
  const gates = gatesOf(own, id, shown.value?.picture.rests)
  const group = own.groups.get(id)
  const isOpen = shown.value?.picture.open.includes(id)
  return (
    <section class="explore-panel">
      <CulpritNote />
      <h3>{nameOf(id)}</h3>
      {group && (
        <p>
          {group.times === undefined ? '' : `${group.times} equal blocks in a row, `}
          {gatesText(group.size)}.{' '}
          <button type="button" onClick={() => toggle(id)}>
            {isOpen ? 'Close' : 'Open'}
          </button>
        </p>
      )}
      <GateFactsView />
      <Figures gates={gates} />
      <div class="actions">
        <button type="button" onClick={startPath}>
          Path to …
        </button>
        <button type="button" onClick={() => isolateFrom(id, 'before')}>
          Only what it depends on
        </button>
        <button type="button" onClick={() => isolateFrom(id, 'after')}>
          Only what depends on it
        </button>
      </div>
      <Holders gates={gates} onGo={onGo} />
    </section>
  )
}

function CulpritNote() {
  const told = culprit.value
  return told ? <p class={`culprit${told.phase === undefined ? '' : ' bad'}`}>{told.text}</p> : null
}

function GateFactsView() {
  const told = facts.value
  if (!told) return null
  const [gate = '', says = ''] = told.part.split(' — ')
  return (
    <>
      <Formula key={told.id} latex={told.latex} text={told.text} />
      <p class="shapes">{told.shapes}</p>
      {told.role && (
        <p class="role">
          <strong>{gate}</strong> {says}
        </p>
      )}
      <dl class="facts">
        {[...told.operands, ...told.outputs].map(({ name, shape }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{shapeText(shape)}</dd>
          </div>
        ))}
        <div>
          <dt>Parameters</dt>
          <dd>{countText(told.parameters)}</dd>
        </div>
        <div>
          <dt>FLOPs, forward</dt>
          <dd>{countText(told.flops)}</dd>
        </div>
      </dl>
    </>
  )
}

/** The number of the overlay that is chosen. */
function Figures({ gates }: { readonly gates: readonly number[] }) {
  const known = measures.value
  const isTold = facts.value !== undefined && (known?.of === 'flops' || known?.of === 'parameters')
  if (!known || isTold) return null
  const number = together(known.of, gates, known.numbers)
  return Number.isNaN(number) ? null : (
    <dl class="facts">
      <div>
        <dt>{measureTitles[known.of]}</dt>
        <dd>{measureText(known.of, number)}</dd>
      </div>
    </dl>
  )
}

/** The kernels that hold a gate, once the step has been compiled. */
function Holders(props: {
  readonly gates: readonly number[]
  readonly onGo: (id: string) => void
}) {
  const rows = kernels.value?.rows
  const [gate] = props.gates
  if (!rows || gate === undefined || props.gates.length > 1) return null
  const holding = (list: readonly number[]) => list.includes(gate)
  const forward = rows.filter((row) => holding(row.forward))
  const backward = rows.filter((row) => holding(row.backward))
  const list = (some: typeof rows) => some.map(({ kernel }) => `kernel ${kernel}`).join(', ')
  return (
    <p class="holders">
      {forward.length > 0
        ? `Computed in ${list(forward)}.`
        : 'Computed elsewhere, or once for all.'}{' '}
      {backward.length > 0 && `Its gradients in ${list(backward)}.`}
    </p>
  )
}
