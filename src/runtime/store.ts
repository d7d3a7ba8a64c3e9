/** A store holds the contents of states. Programs of one store see each other's updates. */
import { SluiceError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import { stateOf } from '../ir/graph.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import type { State, StateContents } from '../ir/state.ts'
import { formatTensor, isTensor, ownTensor, type Tensor, type TensorLike } from '../ir/tensor.ts'
import { isSameTensor } from '../ir/tensor-content.ts'
import { formatType } from '../ir/value.ts'

/** Computes what a state holds before its first update. */
export type Initialise = (state: State, seed: number) => Tensor

/** Where the contents of one state are kept. */
export interface Cell {
  /** The contents as they are now: what is done to the state later does not change them. */
  read(): Tensor
  /** Takes contents of the state's shape; elements of another dtype are rounded to its own. */
  write(contents: Tensor): void
}

export class Store {
  /** What random first contents are drawn from, together with each state's key. */
  readonly seed: number
  readonly #declarations = new Map<string, State>()
  readonly #cells = new Map<string, Cell>()
  readonly #keepers = new Map<string, object>()

  constructor(options: { readonly seed?: number } = {}) {
    this.seed = options.seed ?? 0
  }

  /** The contents by key, read when they are asked for. */
  get contents(): StateContents {
    return { get: (key) => this.#cells.get(key)?.read() }
  }

  /** The declarations of all states, in the order in which programs first named them. */
  get states(): readonly State[] {
    return [...this.#declarations.values()]
  }

  /**
   * Makes room for a state, initialised unless its key is there already.
   * Throws STATE where the key is there with another shape or dtype, or is not trainable and is now
   * to start from other contents, as a second learning rate.
   */
  declare(state: State, initialise: Initialise): void {
    const known = this.#declarations.get(state.key)
    if (known) {
      if (sameShape(known.shape, state.shape) && known.dtype === state.dtype) {
        if (startsOtherwise(known, state)) throw otherStart(known, state)
        return
      }
      throw new SluiceError({
        code: 'STATE',
        what: `store: "${state.key}" is there with another type`,
        where: `state "${state.key}"`,
        expected: formatType(known),
        got: formatType(state),
        fix: 'give one of them another key, or use another store',
      })
    }
    this.#declarations.set(state.key, state)
    this.#cells.set(state.key, hostCell(initialise(state, this.seed)))
  }

  /** A copy of the contents of one state. Throws STATE for a key that is not there. */
  get(key: string): Tensor {
    return ownTensor(this.#cell(key).read())
  }

  /** Replaces the contents of one state. Throws STATE where key or shape do not fit. */
  set(key: string, contents: TensorLike): void {
    const state = this.#declarations.get(key) ?? this.#missing(key)
    const { shape, dtype } = state
    const isFlat = ArrayBuffer.isView(contents) && !isTensor(contents)
    const given = ownTensor(contents, { dtype, ...(isFlat && { shape }) })
    if (!sameShape(given.shape, shape)) {
      throw new SluiceError({
        code: 'STATE',
        what: `store: the new contents of "${key}" have another shape`,
        where: `state "${key}"`,
        expected: formatShape(shape),
        got: formatShape(given.shape),
        fix: 'give contents of the shape that the state declares',
      })
    }
    this.#cell(key).write(given)
  }

  /** Takes what a step made of one state, as it is; only for engines. */
  commit(key: string, contents: Tensor): void {
    this.#cell(key).write(contents)
  }

  /**
   * Moves one state to where an engine keeps it: from then on all that reads or writes the state
   * does so there. `keeper` is that place, and `move` takes the contents along and gives the new
   * cell. Only for engines. Throws STATE where the engine of another place keeps it.
   */
  adopt(key: string, keeper: object, move: (contents: Tensor) => Cell): void {
    if ((this.#keepers.get(key) ?? keeper) !== keeper) throw keptElsewhere(key)
    this.#cells.set(key, move(this.#cell(key).read()))
    this.#keepers.set(key, keeper)
  }

  #cell(key: string): Cell {
    return this.#cells.get(key) ?? this.#missing(key)
  }

  #missing(key: string): never {
    throw new SluiceError({
      code: 'STATE',
      what: `store: there is no state "${key}"`,
      expected: [...this.#declarations.keys()].join(', ') || 'a state that a program declared',
      got: key,
      fix: 'use the key that state() or parameter() was given',
    })
  }
}

/** Contents that are replaced, never changed. */
function hostCell(first: Tensor): Cell {
  let held = first
  return {
    read: () => held,
    write: (contents) => {
      held = contents
    },
  }
}

function keptElsewhere(key: string): SluiceError {
  return new SluiceError({
    code: 'STATE',
    what: `store: the program of another backend keeps "${key}"`,
    where: `state "${key}"`,
    expected: 'one backend, on one mesh of devices, for all programs of a store',
    got: 'two',
    fix: 'compile with the same backend, or in another store, with the contents of this one: store.set',
  })
}

function startsOtherwise(before: State, now: State): boolean {
  if (now.trainable || !isTensor(before.init) || !isTensor(now.init)) return false
  return !isSameTensor(before.init, now.init)
}

function otherStart(before: State, now: State): SluiceError {
  const startOf = ({ init }: State) => (isTensor(init) ? formatTensor(init) : 'values of its own')
  return new SluiceError({
    code: 'STATE',
    what: `store: "${now.key}" is there already, and began otherwise`,
    where: `state "${now.key}"`,
    expected: `${startOf(before)}, as another program of this store declared it`,
    got: startOf(now),
    fix: `change it with store.set('${now.key}', …), give the second one a key of its own ({ key }), or use another store`,
  })
}

/** An empty store; random first contents are a pure function of `seed` and each state's key. */
export function createStore(options: { readonly seed?: number } = {}): Store {
  return new Store(options)
}

// A state's declaration remembers the store that a program last put it in, and nothing else does:
// so programs and reads of the same values meet in one store without being told.
const homes = new WeakMap<State, Store>()

/**
 * The store that a graph's states live in, all declared there: the one given, else the one that
 * they live in already, else a new one. `stays` leaves them at home where they have one: reading
 * from another store moves nobody.
 * Throws STATE where they live in two stores, or in one of another seed than asked for.
 */
export function settle(
  graph: Graph,
  options: {
    readonly store?: Store | undefined
    readonly seed?: number | undefined
    readonly stays?: boolean
  },
  initialise: Initialise,
): Store {
  const states = graph.states.map(stateOf)
  const store =
    options.store ?? homeOf(states, options.seed) ?? new Store(options as { seed?: number })
  for (const state of states) {
    store.declare(state, initialise)
    if (!options.stays || !homes.has(state)) homes.set(state, store)
  }
  return store
}

function homeOf(states: readonly State[], seed: number | undefined): Store | undefined {
  const found = new Set(states.flatMap((state) => homes.get(state) ?? []))
  const [home, other] = found
  if (other) {
    throw new SluiceError({
      code: 'STATE',
      what: 'store: the states of this graph live in different stores',
      where: states.map(({ key }) => key).join(', '),
      expected: 'states of one store',
      got: `${found.size} stores`,
      fix: 'say which one: { store }',
    })
  }
  if (home && seed !== undefined && seed !== home.seed) {
    throw new SluiceError({
      code: 'STATE',
      what: 'store: these states are initialised already, from another seed',
      where: states.map(({ key }) => key).join(', '),
      expected: `seed ${home.seed}`,
      got: `seed ${seed}`,
      fix: `start afresh in a store of its own: { store: createStore({ seed: ${seed} }) }`,
    })
  }
  return home
}
