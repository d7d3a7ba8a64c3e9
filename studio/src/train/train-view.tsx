/** Train: a network learns, and everything that can be seen of it. */
import { signal, untracked, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Failure } from '../engine/protocol.ts'
import type { TrainingFacts, TrainingFrame, TrainingSettings } from '../engine/train-protocol.ts'
import { droppedTable } from '../open/dropped.ts'
import { replaceRoute, route } from '../route.ts'
import { ConfusionView } from './confusion-view.tsx'
import { Controls } from './controls.tsx'
import { CurvesView } from './curves-view.tsx'
import { settingsOfDocument } from './document.ts'
import { FailureNote } from './failure-note.tsx'
import { FittedView } from './fitted-view.tsx'
import { ImagesView } from './images-view.tsx'
import { LayersView } from './layers-view.tsx'
import { PaintView } from './paint-view.tsx'
import { PlaneView } from './plane-view.tsx'
import { formatSettings, isSameSettings, parseSettings, parseWhole } from './settings.ts'
import { give, tableFacts } from './table.ts'
import './train.css'
import { begin, facts, failure, frame, order } from './training.ts'
import { Transport } from './transport.tsx'
import { UnitsView } from './units-view.tsx'

export function TrainView() {
  useSignalEffect(() => {
    const { view, parameters } = route.value
    // Later ones a link does not wait for.
    const iteration = Math.min(parseWhole(parameters.at, 0) ?? 0, 100_000)
    if (view !== 'train') return
    const { document } = parameters
    // What a training does on its way is no reason to begin it again.
    untracked(() => {
      if (document !== undefined) takeDocument(document)
      else begin(parseSettings(parameters), iteration)
    })
  })
  useSignalEffect(() => {
    const table = droppedTable.value
    if (table) untracked(() => adopt(table))
  })
  useEffect(() => () => void order({ do: 'pause' }), [])
  const settings = parseSettings(route.value.parameters)
  const [shown, known] = [frame.value, facts.value]
  const failed = blocked.value ?? failure.value ?? shown?.failure
  return (
    <article class="train">
      <Controls
        settings={settings}
        task={known?.task ?? tableFacts.value?.found?.task ?? 'classification'}
        learningRate={shown?.learningRate ?? settings.learningRate}
        change={show}
        changeRate={(learningRate) => {
          if (shown && shown.iteration > 0) order({ do: 'rate', learningRate })
          else show({ ...settings, learningRate })
        }}
      />
      <div class="work">
        {failed && <FailureNote failure={failed} frame={shown} settings={settings} />}
        {known && <Heading facts={known} />}
        {shown && known && <Transport frame={shown} settings={settings} />}
        {!failed && !shown && <p class="waiting">Compiling the training step …</p>}
        <div class="pictures">
          <div class="column">
            {settings.dataset === 'painted' && (
              <PaintView
                key="painting"
                points={settings.points ?? ''}
                boundary={shown?.boundary}
                change={(points) => show({ ...settings, points })}
              />
            )}
            {shown && known && <Predictions frame={shown} facts={known} settings={settings} />}
          </div>
          {shown && known && (
            <div class="column">
              <CurvesView />
              <LayersView facts={known.parameters} frames={shown.parameters} />
            </div>
          )}
        </div>
      </div>
    </article>
  )
}

/** Why what was built cannot be trained. */
const blocked = signal<Failure | undefined>(undefined)

/** Trains what was built, where Train can: its settings take the place of the link's. */
async function takeDocument(text: string): Promise<void> {
  const { settings, reason } = await settingsOfDocument(text)
  if (route.peek().parameters.document !== text) return // another address was followed meanwhile
  if (settings) show(settings)
  else blocked.value = { title: 'Train cannot start', details: [['because', reason ?? '']] }
}

/** The address is what a training begins from. */
function show(settings: TrainingSettings): void {
  blocked.value = undefined
  replaceRoute({ view: 'train', parameters: formatSettings(settings) })
}

/** Learns from a table that was dropped or chosen; once, so that another dataset may follow. */
async function adopt(table: { readonly name: string; readonly text: string }): Promise<void> {
  const before = parseSettings(route.peek().parameters)
  const settings = await give(table, before.seed)
  if (!settings || route.peek().view !== 'train') return
  // A link may have waited for this very table: then its settings hold.
  const isAwaited = before.table?.mark === settings.table?.mark && before.dataset === 'table'
  const wanted = isAwaited ? before : settings
  if (isSameSettings(before, wanted)) await begin(wanted)
  else show(wanted)
}

interface PredictionsProps {
  readonly frame: TrainingFrame
  readonly facts: TrainingFacts
  readonly settings: TrainingSettings
}

/** What the network says of the data, and which of its units take part. */
function Predictions({ frame, facts, settings }: PredictionsProps) {
  const { plane, images, classes } = facts
  const measuredOn = measuredText(facts)
  return (
    <>
      {plane && settings.dataset !== 'painted' && (
        <PlaneView plane={plane} classes={classes} boundary={frame.boundary} />
      )}
      {images && <ImagesView images={images} classes={classes} predictions={frame.predictions} />}
      {frame.fitted && (
        <FittedView
          pairs={frame.fitted}
          target={facts.target ?? 'target'}
          measuredOn={measuredOn}
        />
      )}
      {frame.confusion && (
        <ConfusionView counts={frame.confusion} classes={classes} measuredOn={measuredOn} />
      )}
      <UnitsView layers={facts.units} dead={frame.deadUnits} measuredOn={measuredOn} />
    </>
  )
}

function Heading({ facts }: { readonly facts: TrainingFacts }) {
  const { title, trainCount, heldOutCount, notes } = facts
  return (
    <header>
      <h2>{title}</h2>
      <p class="quiet">
        {trainCount} examples to learn from
        {heldOutCount > 0 && `, ${heldOutCount} held out`}
        {notes.map((note) => `; ${note}`)}
      </p>
    </header>
  )
}

function measuredText({ heldOutCount, trainCount, measuredCount }: TrainingFacts): string {
  const [count, kind] = heldOutCount > 0 ? [heldOutCount, 'held-out '] : [trainCount, '']
  return measuredCount < count
    ? `${measuredCount} of ${count} ${kind}examples`
    : `all ${count} ${kind}examples`
}
