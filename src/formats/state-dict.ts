/** Weights of modules under the names and in the layout that PyTorch gives them, both ways. */
import { SluiceError } from '../errors.ts'
import { dtypes } from '../ir/dtype.ts'
import { stateOf } from '../ir/graph.ts'
import { sameShape } from '../ir/shape.ts'
import type { State } from '../ir/state.ts'
import { fromNumbers, isTensor, type Tensor, toNumbers } from '../ir/tensor.ts'
import { formatType } from '../ir/value.ts'
import type { Module, TorchMapping } from '../nn/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { withAxes } from './strided.ts'

/** What has parameters and buffers under PyTorch's names: a layer, or any module. */
export type WithTorchNames = Pick<Module, 'parameters' | 'buffers' | 'torch'>

export interface LoadStateDictOptions {
  /** Where the weights go. Default: a new store. */
  readonly store?: Store
  /** Whether every key has to be there, and no other. Default true. */
  readonly strict?: boolean
  /**
   * What stands before the module's keys, such as `state_dict.` in a checkpoint; tensors without it
   * are another's. Default: nothing. The `module.` of DataParallel need not be said.
   */
  readonly prefix?: string
}

export interface LoadedStateDict {
  /** The store with the weights: `compile(…, { store })`. */
  readonly store: Store
  /** Keys of the module that were not there; always empty where it is strict. */
  readonly missing: readonly string[]
  /** Keys that the module does not have; always empty where it is strict. */
  readonly unexpected: readonly string[]
}

/**
 * Gives a module the weights that PyTorch saved of the same module: names are torch's, matrices are
 * turned as they are kept here, and elements become of the module's dtype.
 *
 * Throws: STATE, with all keys that are missing, unexpected or of another shape at once; shapes have
 * to fit where it is not strict, too. The store is then as it was.
 * Source: PyTorch `torch.nn.Module.load_state_dict`.
 *
 * @example
 * const model = sequential(linear(784, 128), relu(), linear(128, 10))
 * const { store } = loadStateDict(model, readTorch(await readFile('model.pt')).tensors)
 * const program = await compile({ logits: model(x) }, { store })
 */
export function loadStateDict(
  module: WithTorchNames,
  tensors: ReadonlyMap<string, Tensor>,
  { store = createStore(), strict = true, prefix = '' }: LoadStateDictOptions = {},
): LoadedStateDict {
  const entries = entriesOf(module)
  const names = new Set(entries.map(({ mapping }) => mapping.name))
  const given = under(tensors, prefix, names)
  const found: (readonly [State, Tensor])[] = []
  const misfits: string[] = []
  for (const { state, mapping } of entries) {
    const tensor = given.get(mapping.name)
    if (!tensor) continue
    const misfit = misfitOf(state, mapping, tensor)
    if (misfit) misfits.push(misfit)
    else found.push([state, ownForm(state, mapping, tensor)])
  }
  const missing = [...names].filter((name) => !given.has(name))
  const unexpected = [...given.keys()].filter((name) => !names.has(name))
  if (misfits.length > 0 || (strict && missing.length + unexpected.length > 0)) {
    throw otherKeys({ tensors, names, missing, unexpected, misfits, prefix })
  }
  for (const [state, contents] of found) {
    store.declare(state, () => contents)
    store.set(state.key, contents)
  }
  return { store, missing, unexpected }
}

/**
 * What a module has learned, under torch's names and as torch keeps it: `writeSafetensors` makes a file
 * of it that `safetensors.torch.load_file` and `model.load_state_dict` read.
 *
 * Throws: STATE where the store lacks one of the module's states.
 * Source: PyTorch `torch.nn.Module.state_dict`.
 *
 * @example
 * const bytes = writeSafetensors(stateDict(model, store), { metadata: { format: 'pt' } })
 */
export function stateDict(module: WithTorchNames, store: Store): ReadonlyMap<string, Tensor> {
  const known = new Set(store.states.map(({ key }) => key))
  return new Map(
    entriesOf(module).map(({ state, mapping }) => {
      // What nothing has read or changed yet is what it begins with.
      const isKnown = known.has(state.key) || !isTensor(state.init)
      const contents = isKnown || !isTensor(state.init) ? store.get(state.key) : state.init
      return [mapping.name, torchForm(mapping, contents)]
    }),
  )
}

interface Entry {
  readonly state: State
  readonly mapping: TorchMapping
}

function entriesOf({ parameters, buffers, torch }: WithTorchNames): readonly Entry[] {
  return Object.entries({ ...parameters, ...buffers }).map(([key, value]) => ({
    state: stateOf(value),
    mapping: torch[key] ?? { name: key },
  }))
}

/** What wraps a module puts its name before all of its keys. */
const wrappers = ['module.', '_orig_mod.'] as const

/** The tensors under a prefix, by what follows it, without the name of a wrapper. */
function under(
  tensors: ReadonlyMap<string, Tensor>,
  prefix: string,
  names: ReadonlySet<string>,
): ReadonlyMap<string, Tensor> {
  const inside = [...tensors].filter(([key]) => key.startsWith(prefix))
  const isWrapped = (word: string) =>
    inside.length > 0 &&
    inside.every(([key]) => key.startsWith(prefix + word)) &&
    ![...names].some((name) => name.startsWith(word))
  const cut = prefix.length + (wrappers.find(isWrapped)?.length ?? 0)
  return new Map(inside.map(([key, tensor]) => [key.slice(cut), tensor]))
}

/** The shape that torch has where ours is the state's. */
function torchShape({ shape }: State, { axes }: TorchMapping): readonly number[] {
  return axes ? inverse(axes).map((axis) => shape[axis] ?? 1) : shape
}

function inverse(axes: readonly number[]): readonly number[] {
  return axes.map((_, axis) => axes.indexOf(axis))
}

/** Why a tensor cannot become the contents of a state; undefined where it can. */
function misfitOf(state: State, mapping: TorchMapping, tensor: Tensor): string | undefined {
  const shape = torchShape(state, mapping)
  const [from, to] = [dtypes[tensor.dtype].kind, dtypes[state.dtype].kind]
  const isOtherKind = from === 'float' && to !== 'float'
  if (sameShape(tensor.shape, shape) && !isOtherKind) return undefined
  return `${mapping.name}: ${formatType(tensor)} for ${formatType({ dtype: state.dtype, shape })}`
}

function ownForm(state: State, { axes }: TorchMapping, tensor: Tensor): Tensor {
  const turned = axes ? withAxes(tensor, axes) : tensor
  if (turned.dtype === state.dtype) return turned
  return { ...turned, dtype: state.dtype, data: fromNumbers(toNumbers(turned), state.dtype) }
}

/** As torch keeps it: its counters are i64. */
function torchForm({ axes }: TorchMapping, contents: Tensor): Tensor {
  const turned = axes ? withAxes(contents, inverse(axes)) : contents
  if (turned.dtype !== 'i32') return turned
  return { ...turned, dtype: 'i64', data: fromNumbers(toNumbers(turned), 'i64') }
}

interface Difference {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly names: ReadonlySet<string>
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly misfits: readonly string[]
  readonly prefix: string
}

function otherKeys(difference: Difference): SluiceError {
  const { missing, unexpected, misfits, prefix } = difference
  const lines = [
    ...listed('missing', missing),
    ...listed('unexpected', unexpected),
    ...listed('of another shape or kind', misfits),
  ]
  const better = betterPrefix(difference)
  const hint = `give { prefix: '${better}' }`
  const shapes = 'give the module the sizes that it was saved with'
  const keys = 'build the module that was saved, or take what there is: { strict: false }'
  return new SluiceError({
    code: 'STATE',
    what: 'loadStateDict: the tensors are not those of the module',
    ...(prefix !== '' && { where: `keys that begin "${prefix}"` }),
    expected: `the module's ${difference.names.size} keys, each in the shape that torch has`,
    got: lines.join('\n'),
    fix: better !== undefined ? hint : misfits.length > 0 ? shapes : keys,
  })
}

function listed(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return []
  const some = items.slice(0, 10).join(', ')
  return [`${items.length} ${title}: ${some}${items.length > 10 ? ' …' : ''}`]
}

/** Another prefix under which every key of the module is found. */
function betterPrefix({ tensors, names, prefix }: Difference): string | undefined {
  const [first] = names
  if (first === undefined) return undefined
  return [...tensors.keys()]
    .filter((key) => key === first || key.endsWith(`.${first}`))
    .map((key) => key.slice(0, key.length - first.length))
    .find((head) => head !== prefix && [...names].every((name) => tensors.has(head + name)))
}
