/** What pads may hold beside one value: names as torch's `padding_mode` has them. */
import { circularPad, reflectionPad, replicationPad } from '../functional/index.ts'
import type { Value } from '../ir/value.ts'

export type EdgeMode = 'reflect' | 'replicate' | 'circular'

interface Sides {
  /** One entry for each spatial axis. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** x [n, channels, ...spatial] padded along its spatial axes. */
export function edgePadded(x: Value, mode: EdgeMode, { low, high }: Sides): Value {
  const pads = { reflect: reflectionPad, replicate: replicationPad, circular: circularPad }
  return pads[mode](x, [0, 0, ...low], [0, 0, ...high])
}
