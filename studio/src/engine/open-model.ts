/** Runs one iteration of a model and gives the page all that it shows of it. */
import { explain, trace } from 'sluice'
import { drawOpened, isLarge, keysOf, layersIn, openLarge } from './open-large.ts'
import type { PosedModel } from './pose-model.ts'
import type { OpenModel } from './protocol.ts'

/** `part` is what is open of a model that is too large to be shown as a whole. */
export async function openModel(model: PosedModel, part?: string): Promise<OpenModel> {
  if (isLarge(model)) return openLarge(model, part)
  const { J, feeds, store, precision = 'f64', id, title, about } = model
  const values = await trace(J, feeds, { store, precision })
  const explanation = explain(J, { values }).toJSON()
  // Every step has its place in the picture where layers are open.
  const { diagram, scene } = drawOpened(J, values, layersIn(keysOf(store), ''))
  return { id, title, about, diagram, scene, explanation }
}
