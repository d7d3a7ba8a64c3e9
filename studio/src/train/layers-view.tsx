/** The parameters: heat maps of their weights, and how fast they learn. */
import { useEffect, useRef } from 'preact/hooks'
import type { ParameterFacts, ParameterFrame } from '../engine/train-protocol.ts'
import { shapeText, shortNumber } from '../learn/numbers.ts'

interface LayersProps {
  readonly facts: readonly ParameterFacts[]
  readonly frames: readonly ParameterFrame[]
}

export function LayersView({ facts, frames }: LayersProps) {
  return (
    <div class="scrolls">
      <table class="layers">
        <caption>Parameters, and what the next batch does to them</caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Shape</th>
            <th scope="col">Gradient norm</th>
            <th scope="col">Update ∕ weights</th>
            <th scope="col">Weights</th>
          </tr>
        </thead>
        <tbody>
          {facts.map(({ key, symbol, shape }, index) => {
            const frame = frames[index]
            return (
              <tr key={key}>
                <th scope="row" title={key}>
                  {symbol}
                </th>
                <td>{shapeText(shape)}</td>
                <td>{frame ? shortNumber(frame.gradientNorm) : ''}</td>
                <td>{frame ? ratioText(frame.updateRatio) : ''}</td>
                <td>{frame && <HeatMap name={symbol} shape={shape} weights={frame.weights} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function ratioText(ratio: number): string {
  return ratio === Number.POSITIVE_INFINITY ? 'from 0' : shortNumber(ratio)
}

interface HeatMapProps {
  readonly name: string
  readonly shape: readonly number[]
  readonly weights: Float32Array
}

/** A pixel for each weight: green above 0, purple below, paler the nearer to it. */
function HeatMap({ name, shape, weights }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const columns = shape.at(-1) ?? 1
  const rows = weights.length / columns
  const largest = weights.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
  useEffect(() => {
    const own = canvas.current
    if (own) paint(own, weights, largest)
  }, [weights])
  const scale = Math.max(2, Math.min(14, Math.floor(176 / Math.max(columns, rows))))
  return (
    <span class="heat">
      <canvas
        ref={canvas}
        width={columns}
        height={rows}
        role="img"
        aria-label={`${name}, at most ${shortNumber(largest)} from 0`}
        style={{ width: `${columns * scale}px`, height: `${rows * scale}px` }}
      />
      <small class="quiet">± {shortNumber(largest)}</small>
    </span>
  )
}

function paint(canvas: HTMLCanvasElement, weights: Float32Array, largest: number): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const style = getComputedStyle(canvas)
  const [above, below] = ['--positive', '--negative'].map((name) =>
    style.getPropertyValue(name).split(',').map(Number),
  )
  const picture = context.createImageData(canvas.width, canvas.height)
  weights.forEach((weight, index) => {
    const [red = 0, green = 0, blue = 0] = (weight < 0 ? below : above) ?? []
    const share = largest > 0 ? Math.abs(weight) / largest : 0
    picture.data.set([red, green, blue, Math.round(255 * share)], 4 * index)
  })
  context.putImageData(picture, 0, 0)
}
