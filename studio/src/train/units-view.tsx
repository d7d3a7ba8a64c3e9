/** The units of each layer, and which of them are dead. */
import { leastSlope, type UnitFacts } from '../engine/train-protocol.ts'

interface UnitsProps {
  readonly layers: readonly UnitFacts[]
  readonly dead: readonly Uint32Array[]
  readonly measuredOn: string
}

/** More numbers than these are not listed. */
const mostListed = 40

export function UnitsView({ layers, dead, measuredOn }: UnitsProps) {
  if (layers.length === 0) return null
  return (
    <section class="units" aria-label="Dead units">
      <h3>Dead units</h3>
      <p class="quiet">
        A unit is dead where the slope of its activation is below {leastSlope} for {measuredOn}: a
        relu that is always 0, a sigmoid or tanh that is always at its end. No gradient comes
        through it, so that it does not learn.
      </p>
      <ul>
        {layers.map((layer, index) => (
          <LayerUnits key={layer.symbol} layer={layer} dead={dead[index] ?? new Uint32Array()} />
        ))}
      </ul>
    </section>
  )
}

interface LayerProps {
  readonly layer: UnitFacts
  readonly dead: Uint32Array
}

function LayerUnits({ layer: { symbol, activation, count }, dead }: LayerProps) {
  const isDead = new Set(dead)
  const listed = [...dead.slice(0, mostListed)].map((unit) => unit + 1).join(', ')
  const more = dead.length > mostListed ? ' …' : ''
  return (
    <li>
      <strong>{symbol}</strong> <span class="quiet">{activation}</span>{' '}
      <b data-dead={symbol}>
        {dead.length} of {count} dead
      </b>
      {dead.length > 0 && `: ${listed}${more}`}
      <svg
        viewBox={`0 0 ${Math.min(count, 64) * 10} ${Math.ceil(count / 64) * 10}`}
        style={{ width: `${Math.min(count, 64) * 10}px` }}
        aria-hidden="true"
      >
        {Array.from({ length: count }, (_, unit) => (
          <path
            key={unit}
            class={isDead.has(unit) ? 'dead' : 'alive'}
            transform={`translate(${(unit % 64) * 10} ${Math.floor(unit / 64) * 10})`}
            d={isDead.has(unit) ? 'M1.5 1.5L8.5 8.5M8.5 1.5L1.5 8.5' : 'M1.5 1.5H8.5V8.5H1.5Z'}
          />
        ))}
      </svg>
    </li>
  )
}
