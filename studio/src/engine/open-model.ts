/** Runs one iteration of a model and gives the page all that it shows of it. */
import { createStore, explain, type Feeds, type Store, trace, type Value } from 'sluice'
import { draw } from 'sluice/draw'
import { gallery } from '../gallery.ts'
import { builders } from './build-model.ts'
import type { OpenModel } from './protocol.ts'

/** Throws where the gallery has no such model. */
export async function openModel(id: string, seed: number): Promise<OpenModel> {
  const entry = gallery.find((model) => model.id === id)
  if (!entry) throw new Error(`the gallery has no model "${id}"`)
  const { title, about } = entry
  const store = createStore({ seed })
  return showModel({ id, title, about, ...builders[entry.id](), store })
}

export interface Showable extends Pick<OpenModel, 'id' | 'title' | 'about'> {
  readonly J: Value
  readonly feeds: Feeds
  readonly store: Store
  /** In f64 unless said otherwise, so that what is shown agrees with differences to all its digits. */
  readonly precision?: 'declared' | 'f64'
}

/** One iteration of a model. */
export async function showModel(model: Showable): Promise<OpenModel> {
  const { J, feeds, store, precision = 'f64', id, title, about } = model
  const values = await trace(J, feeds, { store, precision })
  const explanation = explain(J, { values }).toJSON()
  const { diagram, scene } = draw(J, { values })
  return { id, title, about, diagram, scene, explanation }
}
