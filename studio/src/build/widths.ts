/** A width that is changed goes on through the layers that were as wide. */
import { factsOf } from './catalogue.ts'
import { inputName, type ModelDocument, operandOf, operandsOf, type Step } from './document.ts'

interface Width {
  readonly before: number
  readonly after: number
  /** Whether it is that of rows in which every channel has become many numbers. */
  readonly isFlat: boolean
}

/**
 * The document once a value has become wider or narrower: what took its old width takes the new
 * one, also behind layers that keep it. What did not fit before is left as it is.
 */
export function withWidth(
  document: ModelDocument,
  name: string,
  { before, after }: { readonly before: number; readonly after: number },
): ModelDocument {
  if (before === after) return document
  const changed = new Map<string, Width>([[name, { before, after, isFlat: false }]])
  const start = name === inputName ? 0 : document.steps.findIndex((step) => step.name === name) + 1
  const steps = document.steps.map((step, index) => {
    if (index < start) return step
    const width = changed.get(operandOf(document, index))
    if (!width) return step
    const { step: next, gives } = passedThrough(step, width)
    const isJoined = operandsOf(document, index).every((operand) => changed.has(operand))
    // Of two values one of which keeps its width, nobody knows what was meant.
    if (gives && (step.other === undefined || isJoined)) changed.set(step.name, gives)
    return next
  })
  return { ...document, steps }
}

function passedThrough(
  step: Step,
  width: Width,
): { readonly step: Step; readonly gives?: Width | undefined } {
  const { form, width: facts } = factsOf(step.kind)
  if (form === 'pair' && step.kind !== 'matmul') return { step, gives: width }
  if (facts === 'keeps') return { step, gives: width }
  if (facts === 'flattens') return { step, gives: { ...width, isFlat: true } }
  if (!facts || !('takes' in facts)) return { step }
  const taken = step.options[facts.takes]
  const after = typeof taken === 'number' ? widthAfter(taken, width) : undefined
  if (after === undefined) return { step }
  const next = { ...step, options: { ...step.options, [facts.takes]: after } }
  return { step: next, gives: facts.gives === facts.takes ? width : undefined }
}

function widthAfter(taken: number, { before, after, isFlat }: Width): number | undefined {
  if (taken === before) return after
  return isFlat && taken % before === 0 ? (taken / before) * after : undefined
}
