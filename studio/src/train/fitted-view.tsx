/** What is predicted of numbers against what is true: on the line all is right. */
import { shortNumber } from '../learn/numbers.ts'

interface FittedProps {
  /** What is true and what is predicted, in turn. */
  readonly pairs: Float32Array
  readonly target: string
  readonly measuredOn: string
}

const [size, margin] = [300, 34]

export function FittedView({ pairs, target, measuredOn }: FittedProps) {
  const finite = [...pairs].filter(Number.isFinite)
  const [least, greatest] = [Math.min(...finite), Math.max(...finite)]
  const place = (number: number) =>
    margin + ((number - least) / (greatest - least || 1)) * (size - 2 * margin)
  const dots = Array.from({ length: pairs.length / 2 }, (_, row) => {
    return [pairs[2 * row] ?? 0, pairs[2 * row + 1] ?? 0] as const
  }).filter((pair) => pair.every(Number.isFinite))
  const off = dots.reduce((sum, [wanted, found]) => sum + Math.abs(wanted - found), 0) / dots.length
  const says = `off by ${shortNumber(off)} on average`
  return (
    <figure class="fitted">
      <figcaption>
        <strong>{target}</strong>: predicted against true, {measuredOn}; {says}
      </figcaption>
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={`${target}, predicted against true: ${says}`}
      >
        <path class="axes" d={`M${margin} ${margin}V${size - margin}H${size - margin}`} />
        <path class="right" d={`M${margin} ${size - margin}L${size - margin} ${margin}`} />
        {dots.map(([wanted, found], index) => (
          <circle key={index} cx={place(wanted)} cy={size - place(found)} r="3" />
        ))}
        <text x={margin} y={size - 18}>
          {shortNumber(least)}
        </text>
        <text x={size - margin} y={size - 18} text-anchor="end">
          {shortNumber(greatest)}
        </text>
        <text x={size / 2} y={size - 6} text-anchor="middle">
          true
        </text>
        <text x="14" y={size / 2} text-anchor="middle" transform={`rotate(-90 14 ${size / 2})`}>
          predicted
        </text>
      </svg>
    </figure>
  )
}
