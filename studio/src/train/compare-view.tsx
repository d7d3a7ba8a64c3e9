/** The run that is pinned beside the one that goes on: what differs in their settings, and results. */
import type { Measurement, Task, TrainingSettings } from '../engine/train-protocol.ts'
import { shortNumber } from '../learn/numbers.ts'
import { differencesOf } from './settings.ts'
import { curves, facts, pinned, settings } from './training.ts'

export function CompareView() {
  const [a, own, b] = [pinned.value, settings.value, curves.value]
  if (!a || !own) return null
  const results = [
    ['iterations', String(a.losses.length), String(b.losses.length)],
    ...resultRows(a.measurements.at(-1), b.measurements.at(-1), scoreOf(facts.value?.task)),
  ] as const
  return (
    <table class="compare">
      <caption>A is pinned and dotted, B goes on; {summary(a.settings, own)}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        {[...differencesOf(a.settings, own), ...results].map(([name, first, second]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{first}</td>
            <td>{second}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function summary(a: TrainingSettings, b: TrainingSettings): string {
  const differing = differencesOf(a, b).map(([name]) => name)
  if (differing.length === 0) return 'their settings are the same'
  return `they differ in ${differing.join(', ')}`
}

type Row = readonly [name: string, a: string, b: string]

function scoreOf(task: Task | undefined): string {
  return task === 'regression' ? 'R²' : 'accuracy'
}

function resultRows(
  a: Measurement | undefined,
  b: Measurement | undefined,
  score: string,
): readonly Row[] {
  const text = (number: number | undefined) => (number === undefined ? '' : shortNumber(number))
  const rows: readonly Row[] = [
    ['loss', text(a?.train.loss), text(b?.train.loss)],
    [score, text(a?.train.score), text(b?.train.score)],
    ['held-out loss', text(a?.heldOut?.loss), text(b?.heldOut?.loss)],
    [`held-out ${score}`, text(a?.heldOut?.score), text(b?.heldOut?.score)],
  ]
  return rows.filter(([, first, second]) => first !== '' || second !== '')
}
