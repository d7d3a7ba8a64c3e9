/** The forms to export in, their options, and what comes out. */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ThemeName } from 'sluice/draw'
import type { Written } from '../engine/share-protocol.ts'
import { copyImage, copyText, download } from './copy.ts'
import { type Form, fileName, forms } from './forms.ts'
import { Preview } from './preview.tsx'
import * as sharing from './sharing.ts'
import { subject } from './subject.ts'
import { canDraw, sizeOfPng, toPng } from './to-png.ts'

const themesOf = ({ isAdaptive }: Form): readonly (readonly [ThemeName, string])[] => [
  ['auto', isAdaptive ? 'as the reader has it' : 'as on this screen'],
  ['light', 'light'],
  ['dark', 'dark'],
  ['print', 'black on white'],
]
const scales: readonly number[] = [1, 2, 3, 4]

export function ExportPart({ say }: sharing.PartProps) {
  const outcome = useSignal<sharing.Outcome | undefined>(undefined)
  useSignalEffect(() => {
    const request = sharing.wanted.value
    let isCurrent = true
    if (request) {
      sharing.write(request, sharing.chosen.peek()).then((arrived) => {
        if (isCurrent) outcome.value = arrived
      })
    }
    return () => {
      isCurrent = false
    }
  })
  const text = useRef<HTMLTextAreaElement>(null)
  const last = outcome.value
  // What was written last stays until the next is there, so that nothing jumps.
  const isBusy = last === undefined || last.of !== sharing.wanted.value
  return (
    <section class="export" aria-label="Export">
      <fieldset class="forms">
        <legend>Take it along as</legend>
        {forms.map(({ name, title }) => (
          <label key={name}>
            <input
              type="radio"
              name="form"
              checked={name === sharing.form.value}
              onChange={() => {
                sharing.form.value = name
              }}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      <p class="quiet about">{sharing.chosen.value.about}</p>
      <Options />
      <Preview outcome={last} isBusy={isBusy} text={text} />
      {last && 'text' in last.result && (
        <Deliver form={last.form} written={last.result} isBusy={isBusy} text={text} say={say} />
      )}
    </section>
  )
}

function Options() {
  const { name, isPicture, hasTheme } = sharing.chosen.value
  if (!isPicture) return null
  return (
    <div class="options">
      {sharing.hasStep.value && (
        <Choice
          label="Shows"
          options={[
            [
              'false',
              sharing.stepName.value === 'start' ? 'no step yet' : `step ${sharing.stepName.value}`,
            ],
            ['true', 'all steps'],
          ]}
          value={String(sharing.isWhole.value)}
          choose={(value) => {
            sharing.isWhole.value = value === 'true'
          }}
        />
      )}
      {hasTheme && (
        <Choice
          label="Colours"
          options={themesOf(sharing.chosen.value)}
          {...bound(sharing.theme)}
        />
      )}
      {name === 'png' && (
        <Choice
          label="Size"
          options={scales.map((scale) => [String(scale), `${scale}×`])}
          value={String(sharing.scale.value)}
          choose={(value) => {
            sharing.scale.value = Number(value)
          }}
        />
      )}
      <label class="tick">
        <input
          type="checkbox"
          checked={sharing.withNumbers.value}
          onChange={({ currentTarget }) => {
            sharing.withNumbers.value = currentTarget.checked
          }}
        />
        <span>with numbers</span>
      </label>
    </div>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly options: readonly (readonly [value: T, text: string])[]
  readonly value: T
  readonly choose: (value: T) => void
}

function Choice<T extends string>({ label, options, value, choose }: ChoiceProps<T>) {
  return (
    <label>
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const [chosen] = options[currentTarget.selectedIndex] ?? []
          if (chosen !== undefined) choose(chosen)
        }}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function bound<T extends string>(kept: Signal<T>): Pick<ChoiceProps<T>, 'value' | 'choose'> {
  return {
    value: kept.value,
    choose: (value) => {
      kept.value = value
    },
  }
}

interface DeliverProps extends sharing.PartProps {
  readonly form: Form
  readonly written: Written
  readonly isBusy: boolean
  readonly text: { readonly current: HTMLTextAreaElement | null }
}

/** The buttons that hand it out. */
function Deliver({ form, written, isBusy, text, say }: DeliverProps) {
  const size = { ...written, scale: sharing.scale.value }
  const isImage = form.name === 'png'
  if (isImage && !canDraw(size)) {
    return <p role="alert">So large an image no browser draws: choose a smaller size, or SVG.</p>
  }
  const step = sharing.taken.value === undefined ? undefined : sharing.stepName.value
  const name = fileName(form, subject.value?.name ?? 'model', step)
  const content = () =>
    isImage ? toPng(written.text, size) : new Blob([written.text], { type: form.mediaType })
  const { width, height } = sizeOfPng(size)
  return (
    <p class="deliver">
      <button
        type="button"
        class="primary"
        disabled={isBusy}
        onClick={async () => {
          download(await content(), name)
          say(`Saved as ${name}.`)
        }}
      >
        Download
      </button>
      <button
        type="button"
        disabled={isBusy}
        onClick={async () =>
          say(
            isImage
              ? await copyImage(await toPng(written.text, size))
              : await copyText(written.text, text.current),
          )
        }
      >
        Copy
      </button>
      <span class="quiet">
        {name}, {isImage ? `${width} × ${height} pixels` : sizeText(written.text)}
      </span>
    </p>
  )
}

function sizeText(text: string): string {
  const kilobytes = new Blob([text]).size / 1000
  return kilobytes < 1 ? 'under 1 kB' : `${Math.round(kilobytes)} kB`
}
