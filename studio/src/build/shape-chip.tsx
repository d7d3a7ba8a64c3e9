import { shapeText } from '../learn/numbers.ts'

interface ShapeChipProps {
  readonly shape: readonly number[]
  /** How many numbers the step learns. */
  readonly parameters: number
}

/** What comes out: its shape, and how many numbers are learned on the way. */
export function ShapeChip({ shape, parameters }: ShapeChipProps) {
  return (
    <>
      {parameters > 0 && (
        <small class="learned" title={`${parameters} numbers to learn`}>
          {parameters.toLocaleString('en')} learned
        </small>
      )}
      <span class="chip shape" data-is="shape">
        {shapeText(shape)}
      </span>
    </>
  )
}
