/** Train: a network learns, and everything that can be seen of it. */
import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { TrainingFacts, TrainingFrame, TrainingSettings } from '../engine/train-protocol.ts'
import { replaceRoute, route } from '../route.ts'
import { ConfusionView } from './confusion-view.tsx'
import { Controls } from './controls.tsx'
import { CurvesView } from './curves-view.tsx'
import { ImagesView } from './images-view.tsx'
import { LayersView } from './layers-view.tsx'
import { PlaneView } from './plane-view.tsx'
import { formatSettings, parseSettings } from './settings.ts'
import './train.css'
import { begin, facts, failure, frame, order } from './training.ts'
import { OneGate, Transport } from './transport.tsx'

export function TrainView() {
  useSignalEffect(() => {
    const { view, parameters } = route.value
    if (view === 'train') begin(parseSettings(parameters))
  })
  useEffect(() => () => void order({ do: 'pause' }), [])
  const settings = parseSettings(route.value.parameters)
  const [shown, known] = [frame.value, facts.value]
  return (
    <article class="train">
      <Controls
        settings={settings}
        learningRate={shown?.learningRate ?? settings.learningRate}
        change={(changed) => replaceRoute({ view: 'train', parameters: formatSettings(changed) })}
        changeRate={(learningRate) => {
          if (shown && shown.iteration > 0) order({ do: 'rate', learningRate })
          else
            replaceRoute({
              view: 'train',
              parameters: formatSettings({ ...settings, learningRate }),
            })
        }}
      />
      <div class="work">
        <FailureNote frame={shown} settings={settings} />
        {shown && known ? (
          <Pictures frame={shown} facts={known} settings={settings} />
        ) : (
          !failure.value && <p class="waiting">Compiling the training step …</p>
        )}
      </div>
    </article>
  )
}

interface PicturesProps {
  readonly frame: TrainingFrame
  readonly facts: TrainingFacts
  readonly settings: TrainingSettings
}

function Pictures({ frame, facts, settings }: PicturesProps) {
  const { plane, images, classes, widths, trainCount, heldOutCount } = facts
  const measuredOn =
    heldOutCount > 0 ? `${heldOutCount} held-out examples` : `all ${trainCount} examples`
  return (
    <>
      <header>
        <h2>
          {settings.dataset}: {widths.join(' → ')}
        </h2>
        <p class="quiet">
          {trainCount} examples to learn from
          {heldOutCount > 0 && `, ${heldOutCount} held out`}
        </p>
      </header>
      <Transport frame={frame} settings={settings} />
      <div class="pictures">
        {plane && <PlaneView plane={plane} classes={classes} boundary={frame.boundary} />}
        {images && <ImagesView images={images} classes={classes} predictions={frame.predictions} />}
        <CurvesView />
        <ConfusionView counts={frame.confusion} classes={classes} measuredOn={measuredOn} />
        <LayersView facts={facts.parameters} frames={frame.parameters} />
      </div>
    </>
  )
}

interface FailureNoteProps {
  readonly frame: TrainingFrame | undefined
  readonly settings: TrainingSettings
}

/** Why training has stopped, or cannot begin. */
function FailureNote({ frame, settings }: FailureNoteProps) {
  const failed = failure.value ?? frame?.failure
  if (!failed) return null
  return (
    <section class="failure" role="alert">
      <h2>{failed.title}</h2>
      <dl>
        {failed.details.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {frame?.failure && <OneGate settings={settings} iteration={frame.iteration} />}
    </section>
  )
}
