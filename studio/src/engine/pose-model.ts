/** Turns a source into a model that can be run: its cost, what it is fed, and its weights. */
import { createStore, type Feeds, type Store, type Value } from 'sluice'
import { decodeDocument } from '../build/link.ts'
import { gallery } from '../gallery.ts'
import { poseOfDocument } from './build-document.ts'
import { builders } from './build-model.ts'
import type { FileShelf } from './file-shelf.ts'
import type { ModelSource } from './protocol.ts'
import type { TrainingDesk } from './train-desk.ts'

export interface PosedModel {
  readonly id: string
  readonly title: string
  /** One sentence. */
  readonly about: string
  readonly J: Value
  readonly feeds: Feeds
  readonly store: Store
  /** In f64 unless said otherwise, so that what is shown agrees with differences to all its digits. */
  readonly precision?: 'declared' | 'f64'
}

/** Where models come from that the worker keeps. */
export interface Desks {
  readonly training: Pick<TrainingDesk, 'open'>
  readonly files: FileShelf
}

/** Throws where there is no such model. */
export async function poseModel(source: ModelSource, desks: Desks): Promise<PosedModel> {
  switch (source.from) {
    case 'gallery':
      return poseOfGallery(source.id, source.seed)
    case 'file':
    case 'given':
      return desks.files.pose(source)
    case 'document':
      return poseOfDocument(await decodeDocument(source.document))
    case 'training': {
      const { session, hasFailed, ...posed } = await desks.training.open(source.place)
      // What overflows in f32 would not do so in f64.
      const precision = hasFailed ? 'declared' : 'f64'
      return { id: 'training', ...posed, store: session.store, precision }
    }
  }
}

export async function poseOfGallery(id: string, seed: number): Promise<PosedModel> {
  const entry = gallery.find((model) => model.id === id)
  if (!entry) throw new Error(`the gallery has no model "${id}"`)
  const { title, about } = entry
  return { id, title, about, ...(await builders[entry.id]()), store: createStore({ seed }) }
}
