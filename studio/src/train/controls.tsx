/** What a training is made of: a change begins a new one, but for the learning rate. */
import {
  activationNames,
  type CriterionName,
  criterionNames,
  type OptimizerOptions,
  optimizerNames,
  type Task,
  type TrainingSettings,
} from '../engine/train-protocol.ts'
import { DatasetControls } from './dataset-controls.tsx'
import { Choice, Entry } from './fields.tsx'
import {
  formatHidden,
  hiddenRule,
  optimizerOptions,
  optionNames,
  parseHidden,
  parseOption,
  parseRate,
  parseWhole,
} from './settings.ts'

interface ControlsProps {
  readonly settings: TrainingSettings
  /** What is predicted, as far as that is known. */
  readonly task: Task
  /** The rate that holds now, which may have been changed since the beginning. */
  readonly learningRate: number
  readonly change: (settings: TrainingSettings) => void
  readonly changeRate: (learningRate: number) => void
}

const criteriaOf: Readonly<Record<Task, readonly CriterionName[]>> = {
  classification: criterionNames,
  regression: ['mse', 'l1', 'huber'],
}

export function Controls({ settings, task, learningRate, change, changeRate }: ControlsProps) {
  const set = (part: Partial<TrainingSettings>) => change({ ...settings, ...part })
  const criteria = criteriaOf[task]
  const { criterion } = settings
  return (
    <form class="controls" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
      <DatasetControls settings={settings} task={task} change={change} />
      <Entry
        label="Hidden layers"
        value={formatHidden(settings.hidden)}
        placeholder="none"
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
        names={criteria.includes(criterion) ? criteria : [criterion, ...criteria]}
        value={criterion}
        choose={(chosen) => set({ criterion: chosen })}
      />
      <Entry
        label="Learning rate"
        value={String(learningRate)}
        rule="a number, 0 or more; it changes from the next batch on"
        parse={parseRate}
        accept={changeRate}
      />
      <OptimizerControls settings={settings} set={set} />
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

interface OptimizerProps {
  readonly settings: TrainingSettings
  readonly set: (part: Partial<TrainingSettings>) => void
}

function OptimizerControls({ settings, set }: OptimizerProps) {
  const taken = optionNames.filter((name) => optimizerOptions[name].takenBy(settings.optimizer))
  const isSet = taken.some((name) => settings[name] !== undefined)
  return (
    <>
      <Choice
        label="Optimizer"
        names={optimizerNames}
        value={settings.optimizer}
        choose={(optimizer) => set({ optimizer })}
      />
      <details open={isSet}>
        <summary>Options of {settings.optimizer}</summary>
        {taken.map((name) => (
          <OptionEntry key={name} name={name} value={settings[name]} set={set} />
        ))}
      </details>
    </>
  )
}

interface OptionProps {
  readonly name: keyof OptimizerOptions
  readonly value: number | undefined
  readonly set: OptimizerProps['set']
}

function OptionEntry({ name, value, set }: OptionProps) {
  const { label, rule, initial } = optimizerOptions[name]
  return (
    <Entry
      label={label}
      value={value === undefined ? '' : String(value)}
      placeholder={initial === undefined ? 'none' : String(initial)}
      rule={rule}
      parse={(text) => (text.trim() === '' ? 'none' : parseOption(name, text))}
      accept={(number) => set({ [name]: number === 'none' ? undefined : number })}
    />
  )
}
