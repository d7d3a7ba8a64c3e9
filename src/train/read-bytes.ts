/** Reading a whole file, of a size that is bounded. */
import { SluiceError } from '../errors.ts'
import { codeOf } from './atomic-file.ts'

const reasons: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOENT: ['there is no such file', 'check its name and the folder that you are in'],
  ENOTDIR: ['its folder is no folder but a file', 'check its name'],
  EISDIR: ['it is a folder', 'give the name of a file in it'],
  EACCES: ['that is not allowed', 'ask for the right to read it'],
}

/** The bytes of a file. Throws FILE where it cannot be read or is larger than `maxBytes`. */
export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  const { open } = await import('node:fs/promises')
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > maxBytes) throw tooLarge(path, size, maxBytes)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof SluiceError) throw error
    const code = codeOf(error)
    const [why, fix] = reasons[code] ?? ['the system refuses', 'try another copy of it']
    const got = error instanceof Error ? error.message.split(', ')[0] : code
    throw new SluiceError({ code: 'FILE', what: `${path} cannot be read: ${why}`, got, fix })
  }
}

function tooLarge(path: string, size: number, maxBytes: number): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${path} is too large`,
    expected: `at most ${maxBytes} bytes`,
    got: `${size}`,
    fix: 'raise maxBytes if you trust where it comes from',
  })
}
