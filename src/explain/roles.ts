/** The part that each gate plays in the backward pass, as a sentence. */
import type { Role } from '../ir/gate.ts'
import { localTemplate, type Slots } from './rules.ts'

/** What a role means, as the end of a sentence. */
const roleSentences: { readonly [R in Role]: string } = {
  distributor: 'hands the gradient on times a fixed number',
  switch: 'each input gets the gradient times the other input',
  router: 'the winner gets the gradient, the rest nothing',
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
  const inputs = slots.operands.length === 1 ? 'its input' : 'all its inputs'
  const isUnchanged =
    role === 'distributor' && slots.operands.every((_, input) => isOne(slots, input))
  const sentence = isUnchanged
    ? `hands the gradient on unchanged to ${inputs}`
    : roleSentences[role]
  return `${name}: ${called} — ${sentence}`
}

/** Whether the local gradient of an operand is 1. */
function isOne(slots: Slots, input: number): boolean {
  const [only, ...more] = localTemplate(slots, input) ?? []
  return more.length === 0 && only?.kind === 'symbol' && only.isNumber && only.text === '1'
}
