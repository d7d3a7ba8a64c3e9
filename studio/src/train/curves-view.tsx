/** Loss and accuracy of the run that goes on, and of the one that is pinned. */
import { useSignal } from '@preact/signals'
import { shortNumber } from '../learn/numbers.ts'
import { CompareView } from './compare-view.tsx'
import { CurveChart } from './curve-chart.tsx'
import { everySo, lossLines, measuredLines, type ScaleKind } from './curve-data.ts'
import { type Curves, curves, facts, pin, pinned } from './training.ts'

export function CurvesView() {
  const kind = useSignal<ScaleKind>('linear')
  const pointed = useSignal<number | undefined>(undefined)
  const [own, other] = [curves.value, pinned.value]
  const end = Math.max(own.losses.length, other?.losses.length ?? 0)
  const [ours, theirs] = [
    { mark: other ? 'B ' : '', isPinned: false },
    { mark: 'A ', isPinned: true },
  ]
  const losses = [...(other ? lossLines(other, theirs) : []), ...lossLines(own, ours)]
  const scores = [
    ...(other ? measuredLines(other, 'score', theirs) : []),
    ...measuredLines(own, 'score', ours),
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
      <CurveChart title="Loss" lines={losses} kind={kind.value} end={end} pointed={pointed} />
      <CurveChart
        title={scoreName(facts.value?.task)}
        lines={scores}
        kind="linear"
        upTo={1}
        end={end}
        pointed={pointed}
      />
      {other && <CompareView />}
      <ValuesTable run={own} />
    </section>
  )
}

function scoreName(task: 'classification' | 'regression' | undefined): string {
  return task === 'regression' ? 'R², the share of variance explained' : 'Accuracy'
}

/** How many rows of measurements are listed. */
const mostRows = 20

/** The curves as a table: for those who hear them, and to copy. */
function ValuesTable({ run: { measurements } }: { readonly run: Curves }) {
  const isOpen = useSignal(false)
  const hasHeldOut = measurements[0]?.heldOut !== undefined
  const score = facts.value?.task === 'regression' ? 'R²' : 'accuracy'
  return (
    <details
      class="values"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>The curves as a table</summary>
      {isOpen.value && (
        <table>
          <thead>
            <tr>
              {[
                'iteration',
                'loss',
                score,
                ...(hasHeldOut ? ['held-out loss', `held-out ${score}`] : []),
              ].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {everySo(measurements, mostRows).map(({ iteration, train, heldOut }) => (
              <tr key={iteration}>
                <th scope="row">{iteration}</th>
                <td>{shortNumber(train.loss)}</td>
                <td>{shortNumber(train.score)}</td>
                {heldOut && <td>{shortNumber(heldOut.loss)}</td>}
                {heldOut && <td>{shortNumber(heldOut.score)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  )
}
