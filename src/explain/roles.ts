/** The part that each gate plays in the backward pass, as a sentence. */
import { isFloating } from '../ir/dtype.ts'
import type { Role } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import { localTemplate, type Slots } from './rules.ts'

/** What a role means, as the end of a sentence. */
const roleSentences: { readonly [R in Role]: string } = {
  distributor: 'hands the gradient on times a fixed number',
  switch: 'each input gets the gradient times the other input',
  router: 'what was chosen gets the gradient, the rest nothing',
  scaler: 'the gradient times its own derivative',
  adder: 'the gradients of all copies are summed',
  mover: 'the gradient is moved back where it came from',
  mixer: 'every element of a row answers for every other',
  criterion: 'gives the first gradient, from the error',
  stop: 'no gradient passes',
  source: 'made from nothing, so no gradient goes further',
  loop: 'plays the parts of the gates inside it',
}

/** `add: distributor — hands the gradient on unchanged to all its inputs`. */
export function partOf(slots: Slots): string {
  const { name, role, part } = slots.application.gate
  const called = part === undefined ? role : `${part} (${role})`
  const { application } = slots
  if (role !== 'stop' && application.inputCount > 0 && !isDifferentiable(application)) {
    return `${name}: ${called} — no gradient passes: only floating-point numbers have one`
  }
  const inputs = slots.operands.length === 1 ? 'its input' : 'all its inputs'
  const isUnchanged =
    role === 'distributor' && slots.operands.every((_, input) => isOne(slots, input))
  const sentence = isUnchanged
    ? `hands the gradient on unchanged to ${inputs}`
    : sharing.has(name)
      ? 'what was chosen gets the gradient; equals share it'
      : roleSentences[role]
  return `${name}: ${called} — ${sentence}`
}

/** Routers whose backward rule gives each of several equal elements its share. */
const sharing: ReadonlySet<string> = new Set(['max', 'min', 'maximum', 'minimum'])

/** Whether a gradient can come in at the output and go out at an operand. */
function isDifferentiable({ inputs, outputTypes }: Value): boolean {
  return [inputs, outputTypes].every((types) => types.some(({ dtype }) => isFloating(dtype)))
}

/** Whether the local gradient of an operand is 1. */
function isOne(slots: Slots, input: number): boolean {
  const [only, ...more] = localTemplate(slots, input) ?? []
  return more.length === 0 && only?.kind === 'symbol' && only.isNumber && only.text === '1'
}
