/** A list of all layers and gates, which does something with the one that is picked. */
import { factsOf, isStepKind, kindGroups, type StepKind } from './catalogue.ts'

interface KindPickerProps {
  readonly label: string
  /** The kind that holds now; without it, what stands there until one is picked. */
  readonly value?: StepKind
  readonly placeholder?: string
  readonly pick: (kind: StepKind) => void
}

export function KindPicker({ label, value, placeholder = '', pick }: KindPickerProps) {
  return (
    <select
      class="kinds"
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => {
        const picked = currentTarget.value
        if (value === undefined) currentTarget.value = ''
        if (isStepKind(picked)) pick(picked)
      }}
    >
      {value === undefined && (
        <option value="" disabled>
          {placeholder}
        </option>
      )}
      {kindGroups.map(([title, kinds]) => (
        <optgroup key={title} label={title}>
          {kinds.map((kind) => (
            <option key={kind} value={kind} title={factsOf(kind).about}>
              {factsOf(kind).title}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  )
}
