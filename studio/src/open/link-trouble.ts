/** What of a link that leads to a model cannot be followed, in words; the rest is shown all the same. */
import type { Route } from '../address.ts'

export interface LinkTrouble {
  readonly text: string
  /** Whether other numbers are shown than the link means, and not only another place among them. */
  readonly isGrave: boolean
}

/** `stepCount` is how many steps the open model has. */
export function linkTrouble(
  { view, parameters }: Route,
  stepCount: number,
): LinkTrouble | undefined {
  const { step, seed } = parameters
  if (seed !== undefined && !isWhole(seed)) {
    const text = `The link asks for the seed "${cut(seed)}", which is no whole number: this is seed 1.`
    return { text, isGrave: true }
  }
  if (view !== 'learn' || step === undefined) return undefined
  if (!isWhole(step)) {
    const text = `The link asks for the step "${cut(step)}", which is no whole number: this is the beginning.`
    return { text, isGrave: false }
  }
  if (Number(step) <= stepCount) return undefined
  const text = `The link asks for step ${cut(step)}, and there are ${stepCount}: this is the last.`
  return { text, isGrave: false }
}

/** The seed of a link; 1 for what is none. */
export function seedOf(text: string | undefined): number {
  return text !== undefined && isWhole(text) ? Number(text) : 1
}

function isWhole(text: string): boolean {
  return /^\d{1,9}$/.test(text)
}

function cut(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text
}
