/**
 * Files that are there whole or not at all. What is written goes to a temporary file beside the
 * target, to the disk, and then, in one step, in the target's place: whoever reads meanwhile, and
 * whatever ends the process, finds the old contents or the new ones.
 */
import { SluiceError } from '../errors.ts'

/** What is asked of a file system: what node:fs/promises offers under the same names. */
export interface FileSystem {
  open(path: string, flags: string): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  rm(path: string, options: { readonly force: boolean }): Promise<void>
  readdir(folder: string): Promise<string[]>
  realpath(path: string): Promise<string>
  stat(path: string): Promise<{ isFile(): boolean; isDirectory(): boolean }>
}

export interface OpenFile {
  writeFile(bytes: Uint8Array): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * Puts `bytes` at `path`, and what killed runs left half written there out of the way. A link is
 * followed.
 *
 * Throws: FILE where it cannot be written; what was there before then still is, whole.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  options: { readonly files?: FileSystem } = {},
): Promise<void> {
  const place = await placeOf(path, options.files)
  try {
    await checkKind(place)
    await removeStale(place)
    await throughTemporary(place, async (file, temporary) => {
      await file.writeFile(bytes)
      await file.sync()
      await file.close()
      await place.files.rename(temporary, place.target)
    })
    await syncFolder(place)
  } catch (error) {
    throw cannotWrite(place, error, bytes.length)
  }
}

/**
 * Tries whether a file could be written at `path`, and leaves nothing behind: so that hours of work
 * do not end in an error that could have come first. Throws FILE as `writeAtomically`.
 */
export async function checkWritable(
  path: string,
  options: { readonly files?: FileSystem } = {},
): Promise<void> {
  const place = await placeOf(path, options.files)
  try {
    await checkKind(place)
    await throughTemporary(place, async (file, temporary) => {
      await file.close()
      await place.files.rm(temporary, { force: true })
    })
  } catch (error) {
    throw cannotWrite(place, error, 0)
  }
}

interface Place {
  readonly files: FileSystem
  /** As it was given. */
  readonly path: string
  /** Where links lead. */
  readonly target: string
  readonly folder: string
  readonly name: string
  /** Whether there is a file already. */
  readonly isThere: boolean
}

async function placeOf(path: string, given: FileSystem | undefined): Promise<Place> {
  const files = given ?? (await import('node:fs/promises'))
  const { basename, dirname, join, resolve } = await import('node:path')
  const found = await files.realpath(path).catch(() => undefined)
  // A folder behind a link has another parent than its path says.
  const folder = await files.realpath(dirname(path)).catch(() => resolve(dirname(path)))
  const target = found ?? join(folder, basename(path))
  const isThere = found !== undefined
  return { files, path, target, folder: dirname(target), name: basename(target), isThere }
}

/** What is no file would be replaced by one: /dev/null for everybody. */
async function checkKind({ files, target, isThere }: Place): Promise<void> {
  const status = isThere ? await files.stat(target) : undefined
  if (!status || status.isFile()) return
  const [code, why] = status.isDirectory()
    ? ['EISDIR', 'illegal operation on a directory']
    : ['EINVAL', 'neither a file nor a folder']
  throw Object.assign(new Error(`${code}: ${why}`), { code })
}

// Counts the temporary files of this process, so that no two have one name.
let count = 0

/** Who makes a temporary file: the process, and when it began, as numbers are given out again. */
function ownMark(): string {
  return `${process.pid}-${Math.round(performance.timeOrigin)}`
}

/** Opens a temporary file beside the target; removes it where `use` fails. */
async function throughTemporary(
  { files, folder, name }: Place,
  use: (file: OpenFile, temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${folder}/.${name}.${ownMark()}-${count++}.tmp`
  const file = await files.open(temporary, 'wx')
  try {
    await use(file, temporary)
  } catch (error) {
    // Neither must hide why it failed: it is open only where that came before the end.
    await file.close().catch(ignore)
    await files.rm(temporary, { force: true }).catch(ignore)
    throw error
  }
}

/** Temporary files of this target whose process is gone. */
async function removeStale({ files, folder, name }: Place): Promise<void> {
  const names = await files.readdir(folder)
  for (const candidate of names) {
    if (!candidate.startsWith(`.${name}.`)) continue
    const [, pid, began] = /^(\d+)-(\d+)-\d+\.tmp$/.exec(candidate.slice(name.length + 2)) ?? []
    if (pid === undefined || `${pid}-${began}` === ownMark()) continue
    if (Number(pid) !== process.pid && isRunning(Number(pid))) continue
    await files.rm(`${folder}/${candidate}`, { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM' // it is there, and somebody else's
  }
}

/** Makes the new name last; on systems that cannot open a folder it does so by itself. */
async function syncFolder({ files, folder }: Place): Promise<void> {
  let handle: OpenFile | undefined
  try {
    handle = await files.open(folder, 'r')
    await handle.sync()
  } catch (error) {
    const isNotDone = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(codeOf(error))
    if (!isNotDone) throw error
  } finally {
    await handle?.close().catch(ignore)
  }
}

/** The code of an error of the system, such as ENOSPC. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return String(error.code)
}

function ignore(): void {}

const reasons: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOSPC: ['the disk is full', 'make room, then save again or resume'],
  EDQUOT: ['the quota of the disk is used up', 'make room, then save again or resume'],
  EFBIG: ['files may not be so large there', 'raise the limit, or save to another disk'],
  EROFS: ['the disk is read-only', 'save to another folder'],
  EACCES: ['that is not allowed', 'save to a folder that you may write to'],
  EPERM: ['that is not allowed', 'save to a folder that you may write to'],
  ENOENT: ['its folder does not exist', 'make the folder first'],
  ENOTDIR: ['its folder is no folder but a file', 'save to another folder'],
  EISDIR: ['it is a folder', 'give the name of a file'],
  EINVAL: ['it is no file', 'give the name of a file'],
}

/** Codes that say how much room there is. */
const roomCodes: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

function cannotWrite({ path, isThere }: Place, error: unknown, sizeBytes: number): SluiceError {
  const code = codeOf(error)
  if (code === '') return error instanceof SluiceError ? error : unknownTrouble(path, error)
  const [why, fix] = reasons[code] ?? ['the system refuses', 'save to another folder']
  const isFile = isThere && code !== 'EISDIR' && code !== 'EINVAL'
  const kept = isFile ? 'the file that was there is whole' : 'nothing was written'
  return new SluiceError({
    code: 'FILE',
    what: `${path} cannot be written: ${why}`,
    expected: roomCodes.includes(code) ? `room for ${sizeBytes} bytes` : undefined,
    got: `${error instanceof Error ? error.message.split(', ')[0] : code}\n${kept}`,
    fix,
  })
}

function unknownTrouble(path: string, error: unknown): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${path} cannot be written`,
    got: String(error),
    fix: 'save to another folder',
  })
}
