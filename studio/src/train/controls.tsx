/** What a training is made of: a change begins a new one, but for the learning rate. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import {
  activationNames,
  criterionNames,
  datasetNames,
  optimizerNames,
  type TrainingSettings,
} from '../engine/train-protocol.ts'
import {
  formatHidden,
  hiddenRule,
  parseHidden,
  parseRate,
  parseWhole,
  presets,
} from './settings.ts'

interface ControlsProps {
  readonly settings: TrainingSettings
  /** The rate that holds now, which may have been changed since the beginning. */
  readonly learningRate: number
  readonly change: (settings: TrainingSettings) => void
  readonly changeRate: (learningRate: number) => void
}

export function Controls({ settings, learningRate, change, changeRate }: ControlsProps) {
  const set = (part: Partial<TrainingSettings>) => change({ ...settings, ...part })
  return (
    <form class="controls" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label="Dataset"
        names={datasetNames}
        value={settings.dataset}
        choose={(name) => change({ ...presets[name], seed: settings.seed })}
      />
      <Entry
        label="Hidden layers"
        value={formatHidden(settings.hidden)}
        rule={hiddenRule}
        parse={parseHidden}
        accept={(hidden) => set({ hidden })}
      />
      <Choice
        label="Activation"
        names={activationNames}
        value={settings.activation}
        choose={(activation) => set({ activation })}
      />
      <Choice
        label="Criterion"
        names={criterionNames}
        value={settings.criterion}
        choose={(criterion) => set({ criterion })}
      />
      <Choice
        label="Optimizer"
        names={optimizerNames}
        value={settings.optimizer}
        choose={(optimizer) => set({ optimizer })}
      />
      <Entry
        label="Learning rate"
        value={String(learningRate)}
        rule="a number, 0 or more; it changes from the next batch on"
        parse={parseRate}
        accept={changeRate}
      />
      <Entry
        label="Batch"
        value={String(settings.batchSize)}
        rule="how many examples, 1 or more"
        parse={(text) => parseWhole(text, 1)}
        accept={(batchSize) => set({ batchSize })}
      />
      <Entry
        label="Seed"
        value={String(settings.seed)}
        rule="a whole number"
        parse={(text) => parseWhole(text, 0)}
        accept={(seed) => set({ seed })}
      />
    </form>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly names: readonly T[]
  readonly value: T
  readonly choose: (name: T) => void
}

function Choice<T extends string>({ label, names, value, choose }: ChoiceProps<T>): JSX.Element {
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
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

interface EntryProps<T> {
  readonly label: string
  readonly value: string
  /** What may be typed. */
  readonly rule: string
  readonly parse: (text: string) => T | undefined
  readonly accept: (parsed: T) => void
}

/** A line of text that takes effect by Enter or on leaving it; one that is wrong says the rule. */
function Entry<T>({ label, value, rule, parse, accept }: EntryProps<T>): JSX.Element {
  const wrong = useSignal<string | undefined>(undefined)
  return (
    <label>
      <span>{label}</span>
      <input
        type="text"
        autocomplete="off"
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
