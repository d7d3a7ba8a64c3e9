/** What the operations of a nest have given so far. */
import { internalError } from '../../../errors.ts'
import type { ComputeDType } from '../../../ir/dtype.ts'
import type { Ref } from '../../../kernel/routine.ts'
import type { LaneCode, Term } from './lane-code.ts'

/** The same in all lanes, and then as a vector too if lanes take it; or one term for each copy. */
type Known =
  | { readonly literal: number; readonly dtype: ComputeDType }
  | { readonly one: Term; readonly wide: Term | undefined }
  | { readonly copies: Term[] }

export class KnownValues {
  readonly #known = new Map<Ref, Known>()

  setLiteral(id: Ref, dtype: ComputeDType, literal: number): void {
    this.#known.set(id, { dtype, literal })
  }

  setUniform(id: Ref, one: Term, wide: Term | undefined): void {
    this.#known.set(id, { one, wide })
  }

  /** Copies are set in order. */
  setCopy(id: Ref, copy: number, term: Term): void {
    const known = this.#known.get(id)
    if (copy > 0 && known && 'copies' in known) known.copies[copy] = term
    else this.#known.set(id, { copies: [term] })
  }

  literalOf(ref: Ref): number | undefined {
    const known = this.#known.get(ref)
    return known && 'literal' in known ? known.literal : undefined
  }

  /** The terms of what differs between lanes; undefined for what does not. */
  copiesOf(ref: Ref): readonly Term[] | undefined {
    const known = this.#known.get(ref)
    return known && 'copies' in known ? known.copies : undefined
  }

  /** One element, the same in all lanes. */
  one(ref: Ref, code: LaneCode): Term {
    const known = this.#known.get(ref)
    if (known && 'literal' in known) return code.literal(known.dtype, known.literal)
    if (known && 'one' in known) return known.one
    throw internalError(`nest: %${ref} is not known where it is taken`)
  }

  /** What the code for lanes takes, in one of the copies. */
  inLanes(ref: Ref, code: LaneCode, copy: number): Term {
    const known = this.#known.get(ref)
    if (known && 'copies' in known) {
      const term = known.copies[copy]
      if (term) return term
    } else if (code.lanes === 1 || (known && 'literal' in known)) {
      return this.one(ref, code)
    } else if (known?.wide) return known.wide
    throw internalError(`nest: %${ref} is not known in lanes where it is taken`)
  }
}
