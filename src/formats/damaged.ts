/** What readers throw. */
import { SluiceError } from '../errors.ts'

/** An error about a file that is not as the format says. */
export function damaged(
  what: string,
  facts: {
    readonly where?: string
    readonly expected: string
    readonly got: string
    readonly fix?: string
  },
): SluiceError {
  const fix = 'save or copy it again'
  return new SluiceError({ code: 'FILE', what, fix, ...facts })
}
