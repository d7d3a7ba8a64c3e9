/** The steps of a document in their order: to choose, change, move, remove, and insert between. */
import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { document as built, change, checked, choose, chosen } from './building.ts'
import { factsOf } from './catalogue.ts'
import { criterionPlace, type ValueCheck, widthOf } from './check.ts'
import { inputName, operandOf, type Step } from './document.ts'
import { insertStep, moveStep, removeStep } from './edit.ts'
import { ErrorNote } from './error-note.tsx'
import { KindPicker } from './kind-picker.tsx'
import { CriterionFields, InputFields } from './model-fields.tsx'
import { ShapeChip } from './shape-chip.tsx'
import { StepFields } from './step-fields.tsx'

export function StepList() {
  const { steps } = built.value
  const broken = checked.value?.check.broken
  const list = useRef<HTMLOListElement>(null)
  /** The step that is dragged, and where it would go. */
  const dragged = useSignal<string | undefined>(undefined)
  const target = useSignal(-1)
  const drop = () => {
    const name = dragged.value
    dragged.value = undefined
    if (name === undefined) return
    change(moveStep(built.value, name, target.value), `${name} moved to place ${target.value + 1}`)
  }
  return (
    <ol
      class="steps"
      ref={list}
      onKeyDown={(event) => onKey(event, list.current)}
      onDragEnd={() => {
        dragged.value = undefined
      }}
    >
      <li class="given">
        <button
          type="button"
          class="head"
          data-step={inputName}
          aria-expanded={isChosen(inputName)}
          onClick={() => choose({ step: inputName })}
        >
          <b>{inputName}</b> <span>Input</span>
          <Chip name={inputName} />
        </button>
        {isChosen(inputName) && (
          <div class="fields">
            <InputFields />
          </div>
        )}
        <Insert after={inputName} />
      </li>
      {steps.map((step, index) => (
        <Fragment key={step.name}>
          {broken?.to === step.name && (
            <li class="broken-edge" data-from={broken.from} data-to={broken.to}>
              <ErrorNote />
            </li>
          )}
          <li
            class={dragged.value !== undefined && target.value === index ? 'item target' : 'item'}
            data-state={checked.value?.check.values[step.name]?.state}
            draggable={!isChosen(step.name)}
            onDragStart={() => {
              dragged.value = step.name
              target.value = index
            }}
            onDragOver={(event) => {
              event.preventDefault()
              target.value = index
            }}
            onDrop={(event) => {
              event.preventDefault()
              drop()
            }}
          >
            <StepItem step={step} index={index} />
          </li>
        </Fragment>
      ))}
      {broken?.to === criterionPlace && (
        <li class="broken-edge" data-from={broken.from} data-to={broken.to}>
          <ErrorNote />
        </li>
      )}
      <li class="given">
        <p class="head">
          <b>J</b> <span>Criterion</span>
        </p>
        <div class="fields">
          <CriterionFields />
        </div>
      </li>
    </ol>
  )
}

function StepItem({ step, index }: { readonly step: Step; readonly index: number }) {
  const { name, kind } = step
  const isOpen = isChosen(name)
  const head = useRef<HTMLButtonElement>(null)
  // It may have been chosen in the graph.
  useEffect(() => {
    if (isOpen) head.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])
  return (
    <>
      <button
        ref={head}
        type="button"
        class="head"
        data-step={name}
        aria-expanded={isOpen}
        title="Alt with ↑ or ↓ moves it, Delete removes it"
        onClick={() => choose({ step: name })}
      >
        <span class="grip" aria-hidden="true">
          ⠿
        </span>
        <b>{name}</b> <span>{factsOf(kind).title}</span>
        <span class="takes">{takesOf(step, index)}</span>
        <Chip name={name} />
      </button>
      {isOpen && <StepFields step={step} index={index} />}
      <Insert after={name} />
    </>
  )
}

/** What it takes, where that is not only the value before it. */
function takesOf({ from, other }: Step, index: number): string {
  if (from === undefined && other === undefined) return ''
  const first = operandOf(built.value, index)
  return other === undefined ? `of ${first}` : `of ${first} and ${other}`
}

function Chip({ name }: { readonly name: string }) {
  const value: ValueCheck | undefined = checked.value?.check.values[name]
  if (!value) return null
  if (value.state !== 'fits') {
    return (
      <span class={`chip ${value.state}`}>{value.state === 'broken' ? '✕ broken' : '… waits'}</span>
    )
  }
  return <ShapeChip shape={value.shape} parameters={value.parameters} />
}

function Insert({ after }: { readonly after: string }) {
  return (
    <div class="insert">
      <KindPicker
        label={`Insert after ${after}`}
        placeholder="+ insert"
        pick={(kind) => insertAfter(after, kind)}
      />
    </div>
  )
}

export function insertAfter(after: string, kind: Step['kind'], before?: string): void {
  const document = built.value
  const check = checked.value?.check
  const place = { after, ...(before !== undefined && { before }) }
  const width = check && widthOf(check, after)
  const next = insertStep(document, place, { kind, width })
  const added = next.steps.find(({ name }) => !document.steps.some((step) => step.name === name))
  change(next, `${factsOf(kind).title} inserted after ${after}`)
  if (added) choose({ step: added.name })
}

function isChosen(name: string): boolean {
  const now = chosen.value
  return 'step' in now && now.step === name
}

function onKey(event: KeyboardEvent, list: HTMLElement | null): void {
  const { target, key } = event
  if (!(target instanceof HTMLElement) || target.dataset.step === undefined) return
  const name = target.dataset.step
  const document = built.value
  const index = document.steps.findIndex((step) => step.name === name)
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const by = key === 'ArrowUp' ? -1 : 1
    event.preventDefault()
    if (event.altKey && index >= 0) {
      change(moveStep(document, name, index + by), `${name} moved ${by < 0 ? 'up' : 'down'}`)
      return
    }
    focusStep(list, document.steps[index + by]?.name ?? (index + by < 0 ? inputName : name))
  } else if ((key === 'Delete' || key === 'Backspace') && index >= 0) {
    event.preventDefault()
    const next = document.steps[index + 1]?.name ?? document.steps[index - 1]?.name ?? inputName
    change(removeStep(document, name), `${name} removed`)
    requestAnimationFrame(() => focusStep(list, next))
  }
}

function focusStep(list: HTMLElement | null, name: string): void {
  const heads = [...(list?.querySelectorAll<HTMLElement>('[data-step]') ?? [])]
  heads.find((head) => head.dataset.step === name)?.focus()
}
