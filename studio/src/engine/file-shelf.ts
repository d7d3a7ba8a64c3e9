/** The files that were opened, kept in the worker: an address names them by number. */
import { SluiceError } from 'sluice'
import type { FileSource, Taken } from './file-protocol.ts'
import type { PosedModel } from './pose-model.ts'
import type { ModelSource, OpenModel } from './protocol.ts'
import { type ReadFile, readFile } from './read-file.ts'

export interface FileShelf {
  /** Throws as `readFile`, and what makes a model impossible to run: then nothing is kept. */
  take(name: string, bytes: Uint8Array): Promise<Taken>
  /** Throws FILE where it is no longer here. */
  pose(source: FileSource): Promise<PosedModel>
  /** Where the file is a drawing. */
  pictureOf(source: ModelSource): OpenModel | undefined
}

type Kept = Exclude<ReadFile, { readonly form: 'table' }>

/** How many are kept: those before are dropped again. */
const mostFiles = 4

export function createFileShelf(): FileShelf {
  const kept = new Map<number, Kept>()
  let count = 0
  return {
    async take(name, bytes) {
      const file = readFile(name, bytes)
      if (file.form === 'table') return file
      if (file.form === 'model') await file.pose(1)
      kept.set(++count, file)
      kept.delete(count - mostFiles)
      return { form: file.form, number: count }
    },
    async pose(source) {
      if (source.from === 'given') return given(source)
      const file = kept.get(source.number)
      if (!file) throw notHere()
      if (file.form === 'picture') throw onlyPicture(file.picture.title)
      return file.pose(source.seed)
    },
    pictureOf(source) {
      const file = source.from === 'file' ? kept.get(source.number) : undefined
      return file?.form === 'picture' ? file.picture : undefined
    },
  }
}

async function given({ url, name, seed }: FileSource & { readonly from: 'given' }) {
  const response = await fetch(url).catch(() => undefined)
  if (!response?.ok) throw notGiven(name)
  const file = readFile(name, new Uint8Array(await response.arrayBuffer()))
  if (file.form !== 'model') throw onlyPicture(name)
  return { ...(await file.pose(seed)), id: 'given' }
}

function notHere(): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: 'the file of this address is no longer here',
    expected: 'a file that was dropped on this page since it was loaded',
    got: 'an address from before, or of another browser',
    fix: 'drop the file again',
  })
}

function notGiven(name: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `the server has no file "${name}"`,
    expected: 'a studio that was started with a model or a script',
    got: 'one that was started without, or with another one',
    fix: `start it again: sluice studio ${name || 'model.safetensors'}`,
  })
}

function onlyPicture(name: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name} has no graph`,
    expected: 'a model, or a graph as print writes it',
    got: 'a file that only draws or lists something',
    fix: 'look at it in Explore, or open the model that it was drawn of',
  })
}
