/** The compiled training step beside the graph: its kernels, their time, and the gates they hold. */
import type { KernelRow } from '../engine/explore-protocol.ts'
import { askKernels, chooseKernel, index, kernel, kernels, waiting } from './exploring.ts'
import { measureText } from './measures.ts'

/** So many are listed, the slowest first. */
const mostRows = 60

export function KernelPanel({ onGo }: { readonly onGo: (id: string) => void }) {
  const table = kernels.value
  if (!table) {
    return (
      <section class="explore-panel">
        <p>
          Compiled, a training step runs in kernels. Many gates run in one: what lies between them
          never reaches the memory.
        </p>
        <button type="button" class="primary" disabled={waiting.value !== ''} onClick={askKernels}>
          Compile and time it
        </button>
      </section>
    )
  }
  const { rows, runs } = table
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const slowest = rows.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, mostRows)
  return (
    <section class="explore-panel">
      <p>
        {rows.length.toLocaleString('en')} kernels, {measureText('time', total)} a step, forward,
        back and update: the mean of {runs} steps, by a clock that ticks in microseconds.
        {rows.length > mostRows && ` The ${mostRows} slowest:`}
      </p>
      <ol class="kernels">
        {slowest.map((row) => (
          <li key={row.kernel}>
            <button
              type="button"
              aria-pressed={kernel.value === row.kernel}
              onClick={() => chooseKernel(row.kernel)}
            >
              <span class="bar" style={{ '--share': row.share }} aria-hidden="true" />
              <strong>{row.kernel}</strong> {row.kind} {row.extents.join(' × ')}
              <small>
                {measureText('time', row.milliseconds)}, {Math.round(row.share * 100)} %
              </small>
            </button>
            <Held row={row} onGo={onGo} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Held({ row, onGo }: { readonly row: KernelRow; readonly onGo: (id: string) => void }) {
  const { forward, backward, update } = row
  const gates = index.value?.gates ?? []
  const list = (some: readonly number[]) =>
    some.slice(0, 8).map((at) => {
      const gate = gates[at]
      return gate ? (
        <button key={at} type="button" class="chip" onClick={() => onGo(gate.id)}>
          {gate.id} {gate.gate}
        </button>
      ) : null
    })
  return (
    <p class="held">
      {list(forward)}
      {backward.length > 0 && <span class="back">back through {list(backward)}</span>}
      {update && <span>{forward.length + backward.length > 0 ? ' and ' : ''}the update</span>}
      {!update && forward.length + backward.length === 0 && 'looks for NaN, or copies'}
    </p>
  )
}
