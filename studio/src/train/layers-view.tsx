/** The parameters: heat maps of their weights and gradients, and how fast they learn. */
import type { ParameterFacts, ParameterFrame } from '../engine/train-protocol.ts'
import { shapeText, shortNumber } from '../learn/numbers.ts'
import { HeatMap } from './heat-map.tsx'

interface LayersProps {
  readonly facts: readonly ParameterFacts[]
  readonly frames: readonly ParameterFrame[]
}

export function LayersView({ facts, frames }: LayersProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scrolls" tabIndex={0} aria-label="Parameters">
      <table class="layers">
        <caption>Parameters, and what the next batch does to them</caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Shape</th>
            <th scope="col">Gradient norm</th>
            <th scope="col">Update ∕ weights</th>
            <th scope="col">Weights</th>
            <th scope="col">Gradients</th>
          </tr>
        </thead>
        <tbody>
          {facts.map((one, index) => (
            <ParameterRow key={one.key} facts={one} frame={frames[index]} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface RowProps {
  readonly facts: ParameterFacts
  readonly frame: ParameterFrame | undefined
}

function ParameterRow({ facts: { key, symbol, shape }, frame }: RowProps) {
  return (
    <tr>
      <th scope="row" title={key}>
        {symbol}
      </th>
      <td>{shapeText(shape)}</td>
      <td>{frame ? shortNumber(frame.gradientNorm) : ''}</td>
      <td>{frame ? ratioText(frame.updateRatio) : ''}</td>
      <td>{frame && <HeatMap name={symbol} shape={shape} numbers={frame.weights} />}</td>
      <td>{frame && <HeatMap name={`∂J/∂${symbol}`} shape={shape} numbers={frame.gradients} />}</td>
    </tr>
  )
}

function ratioText(ratio: number): string {
  return ratio === Number.POSITIVE_INFINITY ? 'from 0' : shortNumber(ratio)
}
