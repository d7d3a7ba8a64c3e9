/** The options of a step: what they may be, and what is wrong with one. */

export type Options = Readonly<Record<string, OptionValue>>
export type OptionValue = number | boolean | readonly number[]

interface OptionBase {
  readonly name: string
  readonly label: string
  /** What is counted: `numbers`, `channels`. */
  readonly unit?: string
  /** Whether it stands by itself in a call, or in the object of options. */
  readonly isArgument?: boolean
}

/** One option: what it is called, and what it may be. */
export type OptionFacts = OptionBase &
  (
    | {
        readonly type: 'whole' | 'number'
        readonly initial: number
        readonly least: number
        readonly greatest: number
      }
    | { readonly type: 'flag'; readonly initial: boolean }
    | {
        readonly type: 'list'
        readonly initial: readonly number[]
        readonly least: number
        readonly greatest: number
      }
  )

/** What is wrong with an option; undefined where nothing is. */
export function optionRule(facts: OptionFacts, value: unknown): string | undefined {
  const { label } = facts
  if (facts.type === 'flag') return typeof value === 'boolean' ? undefined : `${label}: yes or no`
  const range = `${facts.least} to ${facts.greatest}`.replaceAll('-', '−')
  if (facts.type === 'list') {
    const isRight = Array.isArray(value) && value.length > 0 && value.length <= 8
    const isWhole = isRight && value.every((one) => isWithin(facts, one) && Number.isInteger(one))
    return isWhole ? undefined : `${label}: one to 8 whole numbers, each ${range}`
  }
  if (facts.type === 'number') {
    return isWithin(facts, value) ? undefined : `${label}: a number, ${range}`
  }
  const isWhole = isWithin(facts, value) && Number.isInteger(value)
  return isWhole ? undefined : `${label}: a whole number, ${range}`
}

function isWithin(
  { least, greatest }: { readonly least: number; readonly greatest: number },
  value: unknown,
): value is number {
  return typeof value === 'number' && value >= least && value <= greatest
}
