/** Running, pausing, going back, and where a training is. */
import { useSignal } from '@preact/signals'
import { formatRoute } from '../address.ts'
import type { TrainingFrame, TrainingSettings } from '../engine/train-protocol.ts'
import { formatSettings, parseWhole } from './settings.ts'
import { facts, farthest, order } from './training.ts'

interface TransportProps {
  readonly frame: TrainingFrame
  readonly settings: TrainingSettings
}

const paces = [
  { name: '1 batch a frame', pace: 1 },
  { name: '20 batches a frame', pace: 20 },
  { name: 'as fast as it can', pace: undefined },
] as const

export function Transport({ frame, settings }: TransportProps) {
  const pace = useSignal(1)
  const until = useSignal('')
  const { isRunning, iteration, fingerprint } = frame
  const run = () => {
    const stop = parseWhole(until.value, 1)
    const chosen = paces[pace.value]?.pace
    order({
      do: 'run',
      ...(stop !== undefined && stop > iteration && { until: stop }),
      ...(chosen !== undefined && { pace: chosen }),
    })
  }
  const perEpoch = facts.value?.batchesPerEpoch ?? 1
  const last = Math.max(farthest.value, iteration, 1)
  return (
    <section class="conduct" aria-label="Training">
      <p class="buttons">
        {isRunning ? (
          <button type="button" class="primary" onClick={() => order({ do: 'pause' })}>
            Pause
          </button>
        ) : (
          <button type="button" class="primary" onClick={run}>
            Run
          </button>
        )}
        <button type="button" disabled={isRunning} onClick={() => order({ do: 'step' })}>
          One batch
        </button>
        <button type="button" disabled={iteration === 0} onClick={() => order({ do: 'go', to: 0 })}>
          Rewind
        </button>
        <OneGate settings={settings} iteration={iteration} />
        <label>
          <span>Pause at</span>
          <input
            type="text"
            inputMode="numeric"
            size={6}
            placeholder="never"
            value={until.value}
            onInput={({ currentTarget }) => {
              until.value = currentTarget.value
            }}
          />
        </label>
        <label>
          <span>Pace</span>
          <select
            value={pace.value}
            onChange={({ currentTarget }) => {
              pace.value = currentTarget.selectedIndex
              if (isRunning) run()
            }}
          >
            {paces.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </p>
      <p class="whereabouts">
        <span>
          iteration <b data-is="iteration">{iteration}</b>
        </span>
        <span>
          epoch <b>{Math.floor(iteration / perEpoch)}</b>
        </span>
        <span title="Of all losses and weights so far: runs with the same one agree to the bit">
          fingerprint <code data-is="fingerprint">{fingerprint}</code>
        </span>
        <span data-is="state">{isRunning ? 'running' : 'paused'}</span>
      </p>
      <input
        class="scrub"
        type="range"
        min={0}
        max={last}
        value={iteration}
        aria-label="Iteration"
        onChange={({ currentTarget }) => order({ do: 'go', to: Number(currentTarget.value) })}
      />
    </section>
  )
}

interface PlaceProps {
  readonly settings: TrainingSettings
  readonly iteration: number
}

/** Opens Learn with these weights and the batch that comes next. */
function OneGate({ settings, iteration }: PlaceProps) {
  return (
    <a class="button" href={learnAddress(settings, iteration)}>
      One gate
    </a>
  )
}

/** The address of Learn at an iteration of a training, and at a step of it. */
export function learnAddress(settings: TrainingSettings, iteration: number, step?: number): string {
  const place = { ...formatSettings(settings), model: 'training', at: String(iteration) }
  const parameters = step === undefined ? place : { ...place, step: String(step) }
  return formatRoute({ view: 'learn', parameters })
}
