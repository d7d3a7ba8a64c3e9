/** What gates that read elements as places ask of them. */
import type { DataVerdict } from '../ir/gate.ts'
import { formatShape } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'

interface Places {
  readonly gate: string
  /** What the operand is called, and what one of its elements is: `index`, `label`. */
  readonly operand: string
  readonly element: string
  /** How many places there are, and what they are places of. */
  readonly length: number
  readonly of: string
  readonly fix: string
  /** A number that is no place and is allowed all the same. */
  readonly except?: number
}

/** Whether every element of `places` is one of 0 … length − 1; else which is not, and where. */
export function checkPlaces(
  places: Tensor,
  { gate, operand, element, length, of, fix, except }: Places,
): DataVerdict {
  for (let at = 0; at < places.data.length; at++) {
    const place = numberAt(places, at)
    if ((place >= 0 && place < length) || place === except) continue
    return {
      what: `${gate}: ${element} ${place} is out of range`,
      expected: `${length === 0 ? `no ${element} at all` : `0 to ${length - 1}`}: ${of}`,
      got: `${place} at ${operand}${positionOf(at, places)}`,
      fix,
    }
  }
  return true
}

/** `[0, 2]`, where element `at` stands in row-major order; nothing for a scalar. */
function positionOf(at: number, { shape }: Tensor): string {
  const position = new Array<number>(shape.length)
  let rest = at
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1
    position[axis] = rest % length
    rest = Math.floor(rest / length)
  }
  return shape.length === 0 ? '' : formatShape(position)
}
