import * as nodeFiles from 'node:fs/promises'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkWritable, type FileSystem, type OpenFile, writeAtomically } from './atomic-file.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-atomic-'))
  path = join(folder, 'model.safetensors')
})
afterEach(async () => {
  await chmod(folder, 0o700)
  await rm(folder, { recursive: true, force: true })
})

const bytes = new TextEncoder().encode('new contents')

describe('writeAtomically', () => {
  test('makes a file, and replaces one', async () => {
    await writeAtomically(path, new TextEncoder().encode('first'))
    await writeAtomically(path, bytes)
    expect(await readFile(path, 'utf8')).toBe('new contents')
    expect(await readdir(folder)).toEqual(['model.safetensors'])
  })

  test('writes, syncs, renames and syncs the folder, in this order', async () => {
    const { files, calls } = watched()
    await writeAtomically(path, bytes, { files })
    expect(calls).toEqual([
      'open temporary wx',
      'write temporary',
      'sync temporary',
      'close temporary',
      'rename temporary model.safetensors',
      'open folder r',
      'sync folder',
      'close folder',
    ])
  })

  test('follows a link of a folder, though the path goes back out of it', async () => {
    await mkdir(join(folder, 'kept', 'models'), { recursive: true })
    await symlink(join(folder, 'kept', 'models'), join(folder, 'link'))
    await writeAtomically(`${folder}/link/../beside.safetensors`, bytes)
    expect(await readFile(join(folder, 'kept', 'beside.safetensors'), 'utf8')).toBe('new contents')
  })

  test('follows a link of a file to where it leads', async () => {
    await mkdir(join(folder, 'kept'))
    const target = join(folder, 'kept', 'run-1.safetensors')
    await writeFile(target, 'old')
    await symlink(target, path)
    await writeAtomically(path, bytes)
    expect(await readFile(target, 'utf8')).toBe('new contents')
    expect(await readFile(path, 'utf8')).toBe('new contents')
  })

  test('clears what killed runs left, and nothing else', async () => {
    const gone = 2 ** 22 + 1 // past the greatest number that Linux gives to a process
    const others = [
      `.model.safetensors.${process.ppid}-1-0.tmp`, // somebody who still runs
      `.other.safetensors.${gone}-1-0.tmp`,
      '.model.safetensors.mine.tmp',
      'notes.tmp',
    ]
    const stale = [
      `.model.safetensors.${gone}-1700000000000-3.tmp`,
      `.model.safetensors.${process.pid}-1-0.tmp`, // our number, of a process before us
    ]
    for (const name of [...others, ...stale]) await writeFile(join(folder, name), 'half')
    await writeAtomically(path, bytes)
    expect((await readdir(folder)).toSorted()).toEqual([...others, 'model.safetensors'].toSorted())
  })
})

describe('a file that cannot be written', () => {
  /** The whole message, with the folder left out; and that what was there is whole. */
  const refusal = async (where: string, files?: FileSystem) => {
    const options = files ? { files } : {}
    return writeAtomically(where, bytes, options).then(
      () => 'it was written',
      (error: Error) => error.message.replaceAll(folder, 'folder'),
    )
  }

  test.each([
    ['write', 'ENOSPC', 'no space left on device'],
    ['sync', 'EDQUOT', 'disk quota exceeded'],
    ['close', 'ENOSPC', 'no space left on device'],
    ['write', 'EFBIG', 'file too large'],
  ] as const)(
    'at its %s by %s leaves the last one whole and nothing beside it',
    async (call, code, text) => {
      await writeFile(path, 'old contents')
      const why = {
        ENOSPC: ['the disk is full', 'make room, then save again or resume'],
        EDQUOT: ['the quota of the disk is used up', 'make room, then save again or resume'],
        EFBIG: ['files may not be so large there', 'raise the limit, or save to another disk'],
      }[code]
      const { files } = watched({ fail: `${call} temporary`, code, text })
      expect(await refusal(path, files)).toBe(
        `FILE folder/model.safetensors cannot be written: ${why[0]}\n` +
          '  expected  room for 12 bytes\n' +
          `  got       ${code}: ${text}\n` +
          '            the file that was there is whole\n' +
          `  fix       ${why[1]}`,
      )
      expect(await readFile(path, 'utf8')).toBe('old contents')
      expect(await readdir(folder)).toEqual(['model.safetensors'])
    },
  )

  test('for want of the right to do so says so', async () => {
    const fault = { fail: 'open temporary wx', code: 'EACCES', text: 'permission denied' }
    expect(await refusal(path, watched(fault).files)).toBe(
      'FILE folder/model.safetensors cannot be written: that is not allowed\n' +
        '  got       EACCES: permission denied\n' +
        '            nothing was written\n' +
        '  fix       save to a folder that you may write to',
    )
  })

  test('on a read-only disk says so', async () => {
    const fault = { fail: 'open temporary wx', code: 'EROFS', text: 'read-only file system' }
    expect(await refusal(path, watched(fault).files)).toContain('the disk is read-only\n')
  })

  test('in a folder that is a file says so', async () => {
    await writeFile(path, 'old contents')
    expect(await refusal(join(path, 'model.safetensors'))).toBe(
      'FILE folder/model.safetensors/model.safetensors cannot be written: its folder is no folder but a file\n' +
        '  got       ENOTDIR: not a directory\n' +
        '            nothing was written\n' +
        '  fix       save to another folder',
    )
  })

  test('in the place of a folder says so', async () => {
    await mkdir(path)
    expect(await refusal(path)).toContain('cannot be written: it is a folder\n')
    expect(await readdir(folder)).toEqual(['model.safetensors'])
  })

  test('is known before anything is trained', async () => {
    const fault = { fail: 'open temporary wx', code: 'EROFS', text: 'read-only file system' }
    await expect(checkWritable(path, { files: watched(fault).files })).rejects.toThrow('FILE ')
    await checkWritable(path)
    expect(await readdir(folder)).toEqual([])
  })

  test('in the place of a folder is known as early', async () => {
    await mkdir(path)
    await expect(checkWritable(path)).rejects.toThrow('cannot be written: it is a folder\n')
    expect(await readdir(folder)).toEqual(['model.safetensors'])
  })

  test('in the place of a device leaves the device there', async () => {
    const stat = async () => ({ isFile: () => false, isDirectory: () => false })
    await writeFile(path, 'stands for a device')
    expect(await refusal(path, { ...watched().files, stat })).toContain('it is no file\n')
    expect(await readFile(path, 'utf8')).toBe('stands for a device')
    expect(await readdir(folder)).toEqual(['model.safetensors'])
  })
})

/** The file system, with its calls noted; one of them fails where that is asked for. */
function watched(fault?: { readonly fail: string; readonly code: string; readonly text: string }): {
  readonly files: FileSystem
  readonly calls: string[]
} {
  const calls: string[] = []
  const nameOf = (file: string) =>
    file === folder ? 'folder' : file.endsWith('.tmp') ? 'temporary' : file.slice(folder.length + 1)
  const note = (call: string) => {
    calls.push(call)
    if (call !== fault?.fail) return
    throw Object.assign(new Error(`${fault.code}: ${fault.text}, ${call}`), { code: fault.code })
  }
  const open = async (file: string, flags: string): Promise<OpenFile> => {
    note(`open ${nameOf(file)} ${flags}`)
    const handle = await nodeFiles.open(file, flags)
    return {
      async writeFile(contents) {
        await handle.writeFile(contents.subarray(0, 5)) // what a full disk takes before it says no
        note(`write ${nameOf(file)}`)
        await handle.writeFile(contents.subarray(5))
      },
      async sync() {
        note(`sync ${nameOf(file)}`)
        await handle.sync()
      },
      async close() {
        await handle.close()
        note(`close ${nameOf(file)}`)
      },
    }
  }
  const rename = (from: string, to: string) => {
    note(`rename ${nameOf(from)} ${nameOf(to)}`)
    return nodeFiles.rename(from, to)
  }
  return { files: { ...nodeFiles, open, rename }, calls }
}
