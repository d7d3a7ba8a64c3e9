/** What must hold of an optimizer's settings. */
import { SluiceError } from '../errors.ts'

/** Throws OPTION unless `isValid`. */
export function checkOption(
  isValid: boolean,
  facts: {
    readonly optimizer: string
    readonly name: string
    readonly expected: string
    readonly got: number
    readonly fix: string
  },
): void {
  if (isValid) return
  const { optimizer, name, expected, got, fix } = facts
  throw new SluiceError({
    code: 'OPTION',
    what: `${optimizer}: ${name} is out of range`,
    expected,
    got: String(got),
    fix,
  })
}

/** Throws OPTION unless the weight decay is a finite number, 0 or more. */
export function checkWeightDecay(optimizer: string, weightDecay: number): void {
  checkOption(Number.isFinite(weightDecay) && weightDecay >= 0, {
    optimizer,
    name: 'weightDecay',
    expected: 'a finite number, 0 or more',
    got: weightDecay,
    fix: 'leave it out, or give a small number such as 0.01',
  })
}

/** Throws OPTION unless each share that is kept is a number from 0 to below 1. */
export function checkBetas(
  optimizer: string,
  betas: readonly number[],
  usual = '[0.9, 0.999]',
): void {
  for (const beta of betas) {
    checkOption(beta >= 0 && beta < 1, {
      ...{ optimizer, name: 'one of betas', got: beta },
      expected: 'a number from 0, which keeps nothing, to below 1',
      fix: `leave them out for ${usual}`,
    })
  }
}

/** Throws OPTION unless epsilon is a finite number, 0 or more. */
export function checkEpsilon(optimizer: string, epsilon: number, usual: number): void {
  checkOption(Number.isFinite(epsilon) && epsilon >= 0, {
    ...{ optimizer, name: 'epsilon', got: epsilon },
    expected: 'a finite number, 0 or more',
    fix: `leave it out for ${usual}`,
  })
}

/** Throws OPTION unless the number is finite and 0 or more. */
export function checkAmount(optimizer: string, name: string, got: number): void {
  checkOption(Number.isFinite(got) && got >= 0, {
    ...{ optimizer, name, got },
    expected: 'a finite number, 0 or more',
    fix: `leave ${name} out`,
  })
}

/** Throws OPTION unless the number is from 0 to below 1. */
export function checkShare(optimizer: string, name: string, got: number, usual: number): void {
  checkOption(got >= 0 && got < 1, {
    ...{ optimizer, name, got },
    expected: 'a number from 0 to below 1',
    fix: `leave it out for ${usual}`,
  })
}
