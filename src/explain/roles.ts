/** The part that each gate plays in the backward pass, as a sentence. */
import type { GateDefinition, Role } from '../ir/gate.ts'

/** What a role means, as the end of a sentence. */
export const roleSentences: { readonly [R in Role]: string } = {
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
export function partOf({ name, role, part, operands, notation }: GateDefinition): string {
  const called = part === undefined ? role : `${part} (${role})`
  const isUnchanged = role === 'distributor' && localsAreOne(notation.local, operands)
  const inputs = operands.length === 1 ? 'its input' : 'all its inputs'
  const sentence = isUnchanged
    ? `hands the gradient on unchanged to ${inputs}`
    : roleSentences[role]
  return `${name}: ${called} — ${sentence}`
}

type Local = GateDefinition['notation']['local']

function localsAreOne(local: Local, operands: readonly string[]): boolean {
  // A derivative that is 1 for all inputs depends on none of them.
  const written = local?.(Object.fromEntries(operands.map((operand) => [operand, operand])))
  if (written === undefined || typeof written === 'string') return written === '1'
  return Object.values(written).every((one) => one === '1')
}
