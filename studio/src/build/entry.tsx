/** Fields of one option or fact; each takes effect by Enter or on leaving it. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

interface EntryProps<T> {
  readonly label: string
  readonly unit?: string | undefined
  readonly value: string
  /** What may be typed. */
  readonly rule: string
  /** Undefined for what may not. */
  readonly parse: (text: string) => T | undefined
  readonly accept: (parsed: T) => void
  /** Whether it takes numbers, which arrows change. */
  readonly range?: {
    readonly least: number
    readonly greatest: number
    readonly step: 1 | 'any'
  }
}

export function Entry<T>(props: EntryProps<T>): JSX.Element {
  const { label, unit, value, rule, parse, accept, range } = props
  const wrong = useSignal<string | undefined>(undefined)
  return (
    <label class="entry">
      <span>{label}</span>
      <input
        {...(range
          ? { type: 'number', min: range.least, max: range.greatest, step: range.step }
          : { type: 'text' })}
        autocomplete="off"
        value={wrong.value ?? value}
        title={rule}
        data-own={value}
        aria-invalid={wrong.value !== undefined}
        onChange={({ currentTarget }) => {
          const parsed = parse(currentTarget.value)
          wrong.value = parsed === undefined ? currentTarget.value : undefined
          if (parsed !== undefined && currentTarget.value !== value) accept(parsed)
        }}
      />
      {unit !== undefined && <small class="quiet">{unit}</small>}
      {wrong.value !== undefined && <small role="alert">{rule}</small>}
    </label>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly names: readonly string[]
  readonly choose: (name: string) => void
}

export function Choice({ label, value, names, choose }: ChoiceProps) {
  return (
    <label class="entry">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Whole numbers between commas or ×. Undefined where there is anything else. */
export function parseList(text: string): readonly number[] | undefined {
  const parts = text
    .trim()
    .replaceAll('−', '-')
    .split(/[\s,×]+/)
  return parts.every((part) => /^-?\d+$/.test(part)) ? parts.map(Number) : undefined
}
