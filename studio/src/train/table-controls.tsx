/** How a table of one's own is read: its file, what is predicted, and what is left out. */
import type { TableChoice, Task, TrainingSettings } from '../engine/train-protocol.ts'
import { takeTable } from '../open/dropped.ts'
import { Choice } from './fields.tsx'
import { missingNames, tasks } from './settings.ts'
import { reread, tableFacts } from './table.ts'

interface TableProps {
  readonly settings: TrainingSettings
  readonly task: Task
  readonly change: (settings: TrainingSettings) => void
}

const taskTitles = { classification: 'a class', regression: 'a number' } as const
const missingTitles = {
  error: 'are an error',
  drop: 'leave their row out',
  mean: 'are filled with the mean',
} as const

export function TableControls({ settings, task, change }: TableProps) {
  const { table, seed } = settings
  const facts = tableFacts.value
  const isHere = facts !== undefined && facts.mark === table?.mark
  const read = async (choice: TableChoice) => {
    const found = await reread(choice, seed)
    const isTask = (tableFacts.value?.found?.task ?? choice.task ?? task) === task
    // Another target may want another criterion; all else stays as it was chosen.
    const criterion = isTask ? settings.criterion : found.criterion
    change({ ...settings, criterion, ...(found.table && { table: found.table }) })
  }
  return (
    <fieldset class="table-choices">
      <legend class="spoken">The table</legend>
      <FileButton />
      {isHere && table && (
        <>
          <p class="quiet">
            {table.name}
            {facts.found && `, ${facts.found.rows} rows`}
          </p>
          <Choice
            label="Predicts"
            names={facts.columns.filter((name) => name !== '')}
            value={table.target ?? facts.found?.target ?? facts.columns.at(-1) ?? ''}
            choose={(target) => {
              const { task: _, ...rest } = table
              read({
                ...rest,
                target,
                ignore: (table.ignore ?? []).filter((one) => one !== target),
              })
            }}
          />
          <Choice
            label="which is"
            names={tasks}
            titles={taskTitles}
            value={task}
            choose={(chosen) => read({ ...table, task: chosen })}
          />
          <Choice
            label="Missing cells"
            names={['error', ...missingNames]}
            titles={missingTitles}
            value={table.missing ?? 'error'}
            choose={(chosen) => {
              const { missing: _, ...rest } = table
              read(chosen === 'error' ? rest : { ...rest, missing: chosen })
            }}
          />
          <Ignored table={table} columns={facts.columns} target={facts.found?.target} read={read} />
        </>
      )}
    </fieldset>
  )
}

function FileButton() {
  return (
    <label class="file">
      <span>Open a table</span>
      <input
        type="file"
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
        onChange={async ({ currentTarget }) => {
          const [file] = currentTarget.files ?? []
          if (!file) return
          takeTable({ name: file.name, text: await file.text() })
          currentTarget.value = '' // the same file may be chosen again, once it is mended
        }}
      />
    </label>
  )
}

interface IgnoredProps {
  readonly table: TableChoice
  readonly columns: readonly string[]
  readonly target: string | undefined
  readonly read: (choice: TableChoice) => void
}

/** The columns that are learned from, each of which can be left out. */
function Ignored({ table, columns, target, read }: IgnoredProps) {
  const ignored = table.ignore ?? []
  const others = columns.filter((name) => name !== '' && name !== (table.target ?? target))
  return (
    <details open={ignored.length > 0}>
      <summary>
        Learns from {others.length - ignored.length} of {others.length} columns
      </summary>
      <ul class="columns">
        {others.map((name) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                checked={!ignored.includes(name)}
                onChange={({ currentTarget }) => {
                  const left = ignored.filter((one) => one !== name)
                  read({ ...table, ignore: currentTarget.checked ? left : [...left, name] })
                }}
              />{' '}
              {name}
            </label>
          </li>
        ))}
      </ul>
    </details>
  )
}
