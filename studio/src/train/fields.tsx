/** What settings are chosen and typed in. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly names: readonly T[]
  /** What a name is shown as, where that is not the name. */
  readonly titles?: Readonly<Partial<Record<T, string>>>
  readonly value: T
  readonly choose: (name: T) => void
}

export function Choice<T extends string>({
  label,
  names,
  titles,
  value,
  choose,
}: ChoiceProps<T>): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = names.find((name) => name === currentTarget.value)
          if (chosen) choose(chosen)
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {titles?.[name] ?? name}
          </option>
        ))}
      </select>
    </label>
  )
}

interface EntryProps<T> {
  readonly label: string
  readonly value: string
  /** What stands there where nothing is typed. */
  readonly placeholder?: string
  /** What may be typed. */
  readonly rule: string
  readonly parse: (text: string) => T | undefined
  readonly accept: (parsed: T) => void
}

/** A line of text that takes effect by Enter or on leaving it; one that is wrong says the rule. */
export function Entry<T>({
  label,
  value,
  placeholder,
  rule,
  parse,
  accept,
}: EntryProps<T>): JSX.Element {
  const wrong = useSignal<string | undefined>(undefined)
  return (
    <label>
      <span>{label}</span>
      <input
        type="text"
        autocomplete="off"
        placeholder={placeholder}
        value={wrong.value ?? value}
        title={rule}
        aria-invalid={wrong.value !== undefined}
        onChange={({ currentTarget }) => {
          const parsed = parse(currentTarget.value)
          wrong.value = parsed === undefined ? currentTarget.value : undefined
          if (parsed !== undefined && currentTarget.value !== value) accept(parsed)
        }}
      />
      {wrong.value !== undefined && <small role="alert">{rule}</small>}
    </label>
  )
}
