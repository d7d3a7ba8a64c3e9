/** Loss and accuracy of the run that goes on, and of the one that is pinned. */
import { useSignal } from '@preact/signals'
import type { Measured, Measurement } from '../engine/train-protocol.ts'
import { type ScaleKind, thinned } from './chart.ts'
import { Chart, type Line } from './chart-view.tsx'
import { type Curves, curves, pin, pinned } from './training.ts'

/** As many points as a chart has room for. */
const columns = 240

export function CurvesView() {
  const kind = useSignal<ScaleKind>('linear')
  const [own, other] = [curves.value, pinned.value]
  const end = Math.max(own.losses.length, other?.losses.length ?? 0)
  const mark = other ? 'B ' : ''
  const losses = [...(other ? lossLines(other, 'A ', ' pinned') : []), ...lossLines(own, mark, '')]
  const shares = [
    ...(other ? measuredLines(other, 'accuracy', { mark: 'A ', look: ' pinned' }) : []),
    ...measuredLines(own, 'accuracy', { mark, look: '' }),
  ]
  return (
    <section class="curves" aria-label="Curves">
      <p class="choices">
        <label>
          <input
            type="checkbox"
            checked={kind.value === 'log'}
            onChange={({ currentTarget }) => {
              kind.value = currentTarget.checked ? 'log' : 'linear'
            }}
          />{' '}
          loss on a log scale
        </label>
        <button type="button" onClick={() => pin(!other)} aria-pressed={other !== undefined}>
          {other ? 'Unpin run A' : 'Pin as run A'}
        </button>
      </p>
      {other && (
        <p class="quiet">
          A is {other.settings.dataset}, {other.settings.hidden.join(' → ') || 'no hidden layer'},{' '}
          {other.settings.activation}, {other.settings.optimizer} {other.settings.learningRate},
          seed {other.settings.seed}
        </p>
      )}
      <Chart title="Loss" lines={losses} kind={kind.value} end={end} />
      <Chart title="Accuracy" lines={shares} kind="linear" upTo={1} end={end} />
    </section>
  )
}

function lossLines(run: Curves, mark: string, look: string): readonly Line[] {
  return [
    { name: `${mark}batch`, look: `batch${look}`, points: thinned(run.losses, columns) },
    ...measuredLines(run, 'loss', { mark, look }),
  ]
}

function measuredLines(
  { measurements }: Curves,
  what: keyof Measured,
  { mark, look }: { readonly mark: string; readonly look: string },
): readonly Line[] {
  const shown = everySo(measurements)
  const line = (part: 'train' | 'heldOut', name: string): Line => ({
    name: `${mark}${name}`,
    look: `${name}${look}`,
    points: shown.flatMap((one) => {
      const found = one[part]
      return found ? [{ x: one.iteration, y: found[what] }] : []
    }),
  })
  const hasHeldOut = measurements[0]?.heldOut !== undefined
  return [line('train', 'train'), ...(hasHeldOut ? [line('heldOut', 'held-out')] : [])]
}

/** So few of them that a chart has room, the last one among them. */
function everySo(all: readonly Measurement[]): readonly Measurement[] {
  const every = Math.ceil(all.length / columns)
  return all.filter((_, index) => (all.length - 1 - index) % every === 0)
}
