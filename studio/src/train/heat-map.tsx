/** A pixel for each number: green above 0, purple below, paler the nearer to it. */
import { useEffect, useRef } from 'preact/hooks'
import { shortNumber } from '../learn/numbers.ts'
import { useScheme } from './scheme.ts'

interface HeatMapProps {
  readonly name: string
  readonly shape: readonly number[]
  readonly numbers: Float32Array
}

export function HeatMap({ name, shape, numbers }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useScheme()
  const columns = shape.at(-1) ?? 1
  const rows = numbers.length / columns
  const largest = numbers.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
  useEffect(() => {
    if (canvas.current) paint(canvas.current, numbers, largest)
  }, [numbers, scheme])
  const scale = Math.max(2, Math.min(14, Math.floor(160 / Math.max(columns, rows))))
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

function paint(canvas: HTMLCanvasElement, numbers: Float32Array, largest: number): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const style = getComputedStyle(canvas)
  const [above = [], below = []] = ['--positive', '--negative'].map((name) =>
    style.getPropertyValue(name).split(',').map(Number),
  )
  const picture = context.createImageData(canvas.width, canvas.height)
  const { data } = picture
  // Byte by byte: this runs for each number of each frame.
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] ?? 0
    const colour = number < 0 ? below : above
    const at = 4 * index
    data[at] = colour[0] ?? 0
    data[at + 1] = colour[1] ?? 0
    data[at + 2] = colour[2] ?? 0
    data[at + 3] = largest > 0 ? (255 * Math.abs(number)) / largest : 0
  }
  context.putImageData(picture, 0, 0)
}
