/** Layers under names of their own, and what they do together. */
import { SluiceError } from '../errors.ts'
import {
  createModule,
  type Module,
  type ModuleCall,
  ownedBy,
  type Place,
  placeLayers,
} from './layer.ts'

/** Modules by name. */
export type Modules = Readonly<Record<string, Module>>

/** What modules by name are called as, in the graph that evaluates or in the one that trains. */
export type CallsOf<M extends Modules> = { readonly [K in keyof M]: ReturnType<M[K]['training']> }

/**
 * A model of one's own: modules under names, and what it does with them. `build` gets them as they
 * are called in the graph that is built, for evaluation or for training, and gives the model's call.
 * Parameters have the keys `<name>.<key>`.
 *
 * Source: PyTorch `torch.nn.Module`, whose attributes are the names.
 *
 * @example
 * const model = module({ encoder: linear(64, 8), decoder: linear(8, 64) }, ({ encoder, decoder }) =>
 *   (x: Value) => decoder(relu(encoder(x))),
 * )
 */
export function module<M extends Modules, Call extends ModuleCall>(
  modules: M,
  build: (calls: CallsOf<M>) => Call,
): Module<Call> {
  const description = Object.entries(modules)
    .map(([name, { description }]) => `${name}: ${description}`)
    .join(', ')
  return moduleAt({ modules, build, description }, { path: '', number: 1 })
}

/**
 * Modules under the keys `0`, `1` …, each called by its place.
 *
 * Throws, when it is called: OPTION for a place that is not there.
 * Source: PyTorch `torch.nn.ModuleList`.
 *
 * @example
 * const blocks = moduleList(linear(8, 8), linear(8, 8))
 * const y = blocks(1)(blocks(0)(x)) // in a model of one's own: module({ blocks, … }, …)
 */
export function moduleList<M extends Module>(
  ...modules: readonly M[]
): Module<(place: number) => ReturnType<M['training']>> {
  const named: Readonly<Record<string, M>> = Object.fromEntries(modules.entries())
  const description = `[${modules.map((one) => one.description).join(', ')}]`
  const build = (calls: CallsOf<typeof named>) => (place: number) => {
    const call = calls[String(place)]
    if (call) return call as ReturnType<M['training']> // what its own module is called as
    throw new SluiceError({
      code: 'OPTION',
      what: 'moduleList: there is no module at this place',
      expected: modules.length === 0 ? 'a list that has modules' : `0 … ${modules.length - 1}`,
      got: String(place),
      fix: 'places are counted from 0',
    })
  }
  return moduleAt({ modules: named, build, description }, { path: '', number: 1 })
}

interface Parts<M extends Modules, Call extends ModuleCall> {
  readonly modules: M
  readonly build: (calls: CallsOf<M>) => Call
  readonly description: string
}

function moduleAt<M extends Modules, Call extends ModuleCall>(
  parts: Parts<M, Call>,
  place: Place,
): Module<Call> {
  const placed = placeLayers(parts.modules, place)
  return createModule(
    (pass) => {
      const calls = Object.entries(placed).map(([name, one]) => [
        name,
        pass ? one.training(pass) : one,
      ])
      return parts.build(Object.fromEntries(calls) as CallsOf<M>) // each under its own name
    },
    {
      ...ownedBy(placed),
      description: parts.description,
      at: (path, number = 1) => moduleAt(parts, { path, number }),
    },
  )
}
