/** Which data are learned, and what may be chosen of them. */
import { datasetNames, type Task, type TrainingSettings } from '../engine/train-protocol.ts'
import { Choice, Entry } from './fields.tsx'
import { drawnDatasets, parseCount, parseNoise, presets } from './settings.ts'
import { tableFacts } from './table.ts'
import { TableControls } from './table-controls.tsx'

interface DatasetProps {
  readonly settings: TrainingSettings
  readonly task: Task
  readonly change: (settings: TrainingSettings) => void
}

const titles = { painted: 'painted by hand', table: 'a table of your own' } as const
/** How far points are off where nothing is said, as the engine draws them. */
const noises: Readonly<Partial<Record<string, string>>> = { circles: '0.08' }

export function DatasetControls({ settings, task, change }: DatasetProps) {
  const { dataset, seed, count, noise } = settings
  const set = (part: Partial<TrainingSettings>) => change({ ...settings, ...part })
  return (
    <>
      <Choice
        label="Dataset"
        names={datasetNames}
        titles={titles}
        value={dataset}
        choose={(name) => {
          const known = name === 'table' ? tableFacts.value?.settings : undefined
          change({ ...(known ?? presets[name]), seed })
        }}
      />
      {drawnDatasets.includes(dataset) && (
        <div class="pair">
          <Entry
            label="Points"
            value={String(count ?? 300)}
            rule="20 to 5000"
            parse={parseCount}
            accept={(chosen) => set({ count: chosen })}
          />
          <Entry
            label="Noise"
            value={String(noise ?? noises[dataset] ?? '0.15')}
            rule="0 to 5"
            parse={parseNoise}
            accept={(chosen) => set({ noise: chosen })}
          />
        </div>
      )}
      {dataset === 'table' && <TableControls settings={settings} task={task} change={change} />}
    </>
  )
}
