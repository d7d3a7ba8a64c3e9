/**
 * What a backward rule builds, as a pattern. A rule is a pure function of what it is given, so for
 * a chain of a million gates of a few kinds it need not run a million times: what it has built once
 * is built again, gate by gate, on other operands.
 */
import type { BackwardCall } from '../ir/gate.ts'
import { reapply } from '../ir/rewrite.ts'
import { Value } from '../ir/value.ts'

export type Rule = (call: BackwardCall) => readonly (Value | undefined)[]

/** One gate that the rule applies, and where its operands and what it gives stand. */
interface Step {
  readonly place: number
  readonly like: Value
  /** At least one. */
  readonly operands: readonly number[]
}

/** Rules that build more than this are run. */
const largest = 40

export class RulePattern {
  /** The operands and the upstream of the application that it was read off. */
  readonly #inputs: readonly Value[]
  readonly #upstream: Value
  readonly #steps: readonly Step[]
  /** By operand, where its gradient stands; -1 where none passes. */
  readonly #results: readonly number[]
  /**
   * Operands, output and upstream of the application at hand, then what the steps make; the
   * constants of the rule are there already, and the same for all.
   */
  readonly #values: Value[]
  readonly #gradients: (Value | undefined)[]

  private constructor({ inputs }: Value, upstream: Value, { values, steps, results }: Recorded) {
    this.#inputs = inputs
    this.#upstream = upstream
    this.#steps = steps
    this.#results = results
    this.#values = values
    this.#gradients = results.map(() => undefined)
  }

  /** What `rule` builds for an application; undefined where that cannot be said by a pattern. */
  static of(application: Value, upstream: Value, rule: Rule): RulePattern | undefined {
    const { inputs, attributes } = application
    if ([application, upstream, ...inputs].some(isOneOfSeveral)) return undefined
    const places = inputs.map((input) => copyOf(input))
    const output = copyOf(application, places)
    const seed = copyOf(upstream)
    const given = rule({ inputs: places, outputs: [output], upstreams: [seed], attributes })
    const recorded = new Recorder([...places, output, seed]).record(given, places)
    return recorded && new RulePattern(application, upstream, recorded)
  }

  /** Whether the rule would build the same for this application, which is of the same kind. */
  fits(application: Value, upstream: Value): boolean {
    const inputs = this.#inputs
    for (let k = 0; k < inputs.length; k++) {
      if (!Value.isOneKind(inputs[k] as Value, application.input(k))) return false // k is inside
    }
    return upstream.type === this.#upstream.type
  }

  /** The gradients of the operands, in a list that the next call overwrites. */
  build(application: Value, upstream: Value): readonly (Value | undefined)[] {
    const values = this.#values
    const count = this.#inputs.length
    for (let k = 0; k < count; k++) values[k] = application.input(k)
    values[count] = application
    values[count + 1] = upstream
    const steps = this.#steps
    for (let k = 0; k < steps.length; k++) {
      const step = steps[k] as Step // k is inside
      values[step.place] = again(step, values)
    }
    const gradients = this.#gradients
    for (let k = 0; k < count; k++) {
      const place = this.#results[k] as number // there is one for each operand
      gradients[k] = place < 0 ? undefined : values[place]
    }
    return gradients
  }
}

/** All operands stand before the step that reads them. */
function again({ like, operands }: Step, values: readonly Value[]): Value {
  const first = values[operands[0] as number]
  if (operands.length === 1) return Value.like(like, first)
  if (operands.length === 2) return Value.like(like, first, values[operands[1] as number])
  return reapply(
    like,
    operands.map((operand) => values[operand] as Value),
  )
}

interface Recorded {
  readonly values: Value[]
  readonly steps: readonly Step[]
  readonly results: readonly number[]
}

/** Reads off what a rule has built on placeholders. */
class Recorder {
  readonly #values: Value[]
  readonly #places: Map<Value, number>
  readonly #steps: Step[] = []
  #seen = 0

  constructor(placeholders: readonly Value[]) {
    this.#values = [...placeholders]
    this.#places = new Map(placeholders.map((value, place) => [value, place]))
  }

  record(given: readonly (Value | undefined)[], inputs: readonly Value[]): Recorded | undefined {
    const results = inputs.map(({ type }, k) => {
      const gradient = given[k]
      if (!gradient) return -1
      return gradient.type === type ? this.#placeOf(gradient) : undefined
    })
    if (!results.every((place) => place !== undefined)) return undefined
    return { values: this.#values, steps: this.#steps, results }
  }

  /** Where a value stands, once all that it needs does; undefined where a pattern cannot say it. */
  #placeOf(value: Value): number | undefined {
    const known = this.#places.get(value)
    if (known !== undefined) return known
    // A source is of the user's graph: the rule has looked further than at its operands.
    if (!isPlain(value) || value.gate.meaning.kind === 'source' || ++this.#seen > largest) {
      return undefined
    }
    const operands: number[] = []
    for (const input of value.inputs) {
      const operand = this.#placeOf(input)
      if (operand === undefined) return undefined
      operands.push(operand)
    }
    const place = this.#values.push(value) - 1
    this.#places.set(value, place)
    if (operands.length > 0) this.#steps.push({ place, like: value, operands })
    return place
  }
}

/** Whether all that there is to a value is a gate on operands. */
function isPlain(value: Value): boolean {
  return value === value.application && value.tag === undefined && !isOneOfSeveral(value)
}

function isOneOfSeveral({ outputCount }: Value): boolean {
  return outputCount > 1
}

/** The same gate once more, which is no part of any graph. */
function copyOf({ application }: Value, inputs: readonly Value[] = application.inputs): Value {
  return reapply(application, inputs)
}
