/** Which numbers colour the nodes, and what the colours say. */
import type { Measure } from '../engine/explore-protocol.ts'
import { chooseMeasure, measure, overlay } from './exploring.ts'
import { measureTitles } from './measures.ts'

export function OverlayChooser() {
  const seen = overlay.value
  return (
    <div class="explore-overlay">
      <label>
        Colour by{' '}
        <select
          value={measure.value ?? ''}
          onChange={({ currentTarget: { value } }) => {
            chooseMeasure(value === '' ? undefined : (value as Measure)) // the record's own key
          }}
        >
          <option value="">nothing</option>
          {Object.entries(measureTitles).map(([key, title]) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {seen && (
        <span class="legend">
          0 <span class="ramp" aria-hidden="true" /> {seen.most}
          {seen.isLogarithmic && <small> in equal factors</small>}
        </span>
      )}
    </div>
  )
}
