/** The link that brings back what is shown, with all that the address leaves to its defaults. */
import type { Route } from '../address.ts'

export interface Place {
  /** How many steps of the walk are taken. */
  readonly step: number
  /** Where the training is, in Train. */
  readonly iteration: number
}

/** Views that show no open model, or hold theirs in the address by themselves. */
const ownModel: ReadonlySet<string> = new Set(['home', 'train', 'build'])

export function linkedRoute({ view, parameters }: Route, { step, iteration }: Place): Route {
  const { model = 'network', seed = '1' } = parameters
  const named = ownModel.has(view) ? {} : { model, seed }
  return {
    view,
    parameters: {
      ...named,
      ...parameters,
      ...(view === 'learn' && { step: String(step) }),
      ...(view === 'train' && iteration > 0 && { at: String(iteration) }),
    },
  }
}

/** What a link does not do, each in a sentence. */
export function linkNotes(
  { model, dataset }: Route['parameters'],
  host: string,
): readonly string[] {
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
  return [
    ...(model === 'file' ? ['The model is of a file, which no link holds: send it along.'] : []),
    ...(model === 'given'
      ? ['The model was given to this studio: the link works while it runs.']
      : []),
    ...(dataset === 'table' ? ['The table is a file, which no link holds: send it along.'] : []),
    ...(isHere ? ['Elsewhere, put what follows # behind the address of a studio there.'] : []),
  ]
}
