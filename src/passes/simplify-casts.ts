/** Rules for casts. */
import { cast } from '../gates/cast.ts'
import { type DType, dtypes } from '../ir/dtype.ts'
import type { Rule } from './rules.ts'

/** A cast to the own dtype vanishes, and so does a way through a dtype that loses nothing. */
export const casts: Rule = ({ gate, dtype }, [x], build) => {
  if (gate !== cast.definition || !x) return undefined
  if (x.dtype === dtype) return x
  if (x.gate !== cast.definition) return undefined
  const source = x.input(0)
  if (!holdsAll(x.dtype, source.dtype)) return undefined
  if (source.dtype === dtype) return source
  // From one storage dtype to another there is no way but through a compute dtype.
  const isComputed = [source.dtype, dtype].some((one) => dtypes[one].use === 'compute')
  return isComputed ? build(gate, [source], { dtype }) : undefined
}

/** Whether a cast to `wide` changes no number of dtype `narrow`. */
function holdsAll(wide: DType, narrow: DType): boolean {
  if (wide === narrow) return true
  const to = dtypes[wide]
  const from = dtypes[narrow]
  if (from.kind === 'bool') return true
  if (from.kind === 'float') return floatHolds(wide, narrow)
  if (to.kind === 'float') return significantBits(wide) >= significantBits(narrow)
  if (to.kind === 'bool') return false
  const isSignKept = to.kind === 'signed' || from.kind === 'unsigned'
  return isSignKept && significantBits(wide) >= significantBits(narrow)
}

function floatHolds(wide: DType, narrow: DType): boolean {
  return wide === 'f64' || (wide === 'f32' && (narrow === 'f16' || narrow === 'bf16'))
}

/** Up to two to this power every whole number is held. */
function significantBits(dtype: DType): number {
  const { kind, sizeBytes } = dtypes[dtype]
  if (kind !== 'float') return 8 * sizeBytes - (kind === 'signed' ? 1 : 0)
  return { f64: 53, f32: 24, f16: 11, bf16: 8 }[String(dtype)] ?? 0
}
