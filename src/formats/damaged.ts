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

/** The error about a file that is larger than allowed, or becomes so when it is inflated. */
export function tooLarge(name: string, maxBytes: number, got: string): SluiceError {
  return damaged(`${name} is too large`, {
    ...{ expected: `at most ${maxBytes} bytes`, got },
    fix: 'raise maxBytes if you trust where it comes from',
  })
}

/** How many bytes of a file may still become elements; what is taken of it is gone. */
export interface Room {
  bytes: number
}

/** Takes room for elements that are about to be made. Throws FILE where there is too little. */
export function takeRoom(
  room: Room,
  sizeBytes: number,
  { name, where }: { readonly name: string; readonly where: string },
): void {
  if (!(sizeBytes <= room.bytes)) {
    throw damaged(`${name} declares more than there is room for`, {
      where,
      expected: `at most ${room.bytes} bytes more`,
      got: `${sizeBytes} bytes`,
      fix: 'raise maxBytes if you trust where it comes from',
    })
  }
  room.bytes -= sizeBytes
}
