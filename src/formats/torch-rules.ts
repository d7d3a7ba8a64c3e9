/**
 * The globals that a file of PyTorch may name: what its tensors are made of, and nothing that runs.
 *
 * Source: PyTorch, `torch/_utils.py` and `torch/_weights_only_unpickler.py`.
 */
import { damaged } from './damaged.ts'
import { kindOf, type PickleRules, type PickleValue, type TorchTensor } from './pickle-machine.ts'
import { elementTypes, otherStorages, type StorageType, storageTypes } from './torch-types.ts'

type Operands = readonly PickleValue[]
/** What a call of a global gives; `name` is what errors call the file. */
type Call = (operands: Operands, name: string) => PickleValue

/** Globals that may be called. */
const calls: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': dictOf,
  'collections.Counter': dictOf,
  'collections.defaultdict': ([, entries], name) =>
    dictOf(entries === undefined ? [] : [entries], name),
  'builtins.set': ([items]) => itemsOf('set', items),
  'builtins.frozenset': ([items]) => itemsOf('set', items),
  'builtins.list': ([items]) => itemsOf('list', items),
  'builtins.dict': dictOf,
  'torch.Size': ([sizes]) => itemsOf('tuple', sizes),
  'torch.device': (parts) => parts.map(String).join(':'),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor_v3': (operands, name) =>
    rebuildTensor([...operands.slice(0, 6), operands[7] ?? null], name, typeOf(operands[6], name)),
  'torch._utils._rebuild_parameter': ([data], name) => tensorOf(data, name),
  'torch._utils._rebuild_parameter_with_state': ([data], name) => tensorOf(data, name),
  'torch.nn.parameter.Parameter': ([data], name) => tensorOf(data, name),
  // Tensors of a class of their own: how they are rebuilt, and with what.
  'torch._tensor._rebuild_from_type_v2': ([callee, , operands], name) => {
    const isRebuilt = isKind(callee, 'global') && /^torch\._utils\._rebuild_/.test(callee.name)
    if (isRebuilt && isKind(operands, 'tuple'))
      return tensorOf(callGlobal(callee.name, operands.items, name), name)
    throw odd(name, 'a tensor', 'how it is rebuilt', kindOf(callee))
  },
}

/** Globals that are named and never called. */
const words: ReadonlySet<string> = new Set([
  ...Object.keys(storageTypes),
  ...Object.keys(elementTypes),
  'torch.Tensor',
  'torch._tensor.Tensor',
  'builtins.int',
  'builtins.float',
])

/** What is said of globals that people meet, beside that they are refused. */
const hints: readonly (readonly [begin: RegExp, got: string])[] = [
  [/^(__main__|torch\.nn\.modules|torchvision|transformers|timm)\./, 'a whole model, pickled'],
  [/^torch\._utils\._rebuild_sparse/, 'a sparse tensor'],
  [/^torch\._utils\._rebuild_.*q/, 'a quantised tensor'],
  [/^torch\._utils\._rebuild_meta/, 'a tensor without elements'],
  [/^numpy\./, 'values of NumPy'],
]

/** The rules that a file of PyTorch is read by. */
export function torchRules(name: string): PickleRules {
  return {
    name,
    check: (global) => checkGlobal(modern(global), name),
    call: (global, operands) => callGlobal(modern(global), operands, name),
    persistent: (id) => storageOf(id, name),
  }
}

/** Protocol 2 calls modules by the names that Python 2 gave them. */
function modern(global: string): string {
  return global.replace(/^__builtin__\./, 'builtins.')
}

function checkGlobal(global: string, name: string): void {
  if (Object.hasOwn(calls, global) || words.has(global)) return
  const type = Object.hasOwn(otherStorages, global) ? otherStorages[global] : undefined
  if (type) {
    throw damaged(`${name} holds elements that have no place here`, {
      where: global,
      expected: `${[...new Set(Object.values(elementTypes))].join(', ')}`,
      got: type,
      fix: 'convert them before saving: tensor.real, tensor.dequantize()',
    })
  }
  const kind = hints.find(([begin]) => begin.test(global))?.[1] ?? 'something else than weights'
  throw damaged(`${name} names what is not run here`, {
    where: `global "${global}"`,
    expected: 'tensors, lists, dicts, texts and numbers, which torch.load(weights_only=True) takes',
    got: kind,
    fix: 'save the weights alone: torch.save(model.state_dict(), path), numbers as int() or float()',
  })
}

function callGlobal(global: string, operands: Operands, name: string): PickleValue {
  const call = Object.hasOwn(calls, global) ? calls[global] : undefined
  if (call) return call(operands, name)
  checkGlobal(global, name)
  throw odd(name, `global "${global}"`, 'a type that is named', 'a call of it')
}

function dictOf([pairs]: Operands, name: string): PickleValue {
  const entries = new Map<PickleValue, PickleValue>()
  if (pairs === undefined) return { kind: 'dict', entries }
  if (isKind(pairs, 'dict')) return pairs
  if (!isKind(pairs, 'list')) throw odd(name, 'a dict', 'a list of pairs', kindOf(pairs))
  for (const pair of pairs.items) {
    const [key, value] = isKind(pair, 'tuple') || isKind(pair, 'list') ? pair.items : []
    if (key === undefined || value === undefined)
      throw odd(name, 'a dict', 'a list of pairs', kindOf(pair))
    entries.set(key, value)
  }
  return { kind: 'dict', entries }
}

function itemsOf(kind: 'list' | 'tuple' | 'set', from: PickleValue | undefined): PickleValue {
  const hasItems = isKind(from, 'list') || isKind(from, 'tuple') || isKind(from, 'set')
  return { kind, items: hasItems ? from.items : [] }
}

/** A persistent id is `('storage', type, key, device, count)`. */
function storageOf(id: PickleValue, name: string): PickleValue {
  const [word, global, key, , count] = isKind(id, 'tuple') ? id.items : []
  const type = isKind(global, 'global') ? storageTypes[global.name] : undefined
  const isWhole = word === 'storage' && typeof key === 'string' && isCount(count)
  if (!isWhole || !type) throw odd(name, 'a storage', 'its type, key and size', kindOf(global))
  return { kind: 'storage', key, type, sizeBytes: count * sizesBytes[type] }
}

const sizesBytes: Readonly<Record<StorageType, number>> = {
  ...{ bool: 1, i8: 1, u8: 1, i16: 2, u16: 2, f16: 2, bf16: 2, i32: 4, u32: 4, f32: 4 },
  ...{ i64: 8, u64: 8, f64: 8, untyped: 1 },
}

/** storage, offset, size, stride, and then what gradients need; at last facts of the view. */
function rebuildTensor(operands: Operands, name: string, own?: StorageType): TorchTensor {
  const [storage, offset, size, stride, , , facts] = operands
  if (!isKind(storage, 'storage')) throw odd(name, 'a tensor', 'its storage', kindOf(storage))
  const shape = countsOf(size)
  const strides = countsOf(stride)
  if (!isCount(offset) || !shape || shape.length !== strides?.length) {
    throw odd(name, 'a tensor', 'offset, size and strides: whole numbers, 0 or more', kindOf(size))
  }
  const type = own ?? storage.type
  if (type === 'untyped') throw odd(name, 'a tensor', 'the type of its elements', 'none')
  if (isKind(facts, 'dict') && [...facts.entries.values()].includes(true)) {
    throw odd(name, 'a tensor', 'elements as they lie', 'a negated or conjugated view')
  }
  return { kind: 'tensor', storage, type, offset, shape, strides }
}

function tensorOf(value: PickleValue | undefined, name: string): TorchTensor {
  if (isKind(value, 'tensor')) return value
  throw odd(name, 'a parameter', 'a tensor', kindOf(value))
}

function typeOf(value: PickleValue | undefined, name: string): StorageType {
  const type = isKind(value, 'global') ? elementTypes[value.name] : undefined
  if (type) return type
  throw odd(name, 'a tensor', 'the type of its elements', kindOf(value))
}

type Kinds = Extract<PickleValue, { readonly kind: string }>

/** Whether a value is an object of a kind. */
export function isKind<K extends Kinds['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Kinds, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

function isCount(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function countsOf(value: PickleValue | undefined): readonly number[] | undefined {
  const items = isKind(value, 'tuple') ? value.items : undefined
  return items?.every(isCount) && items.length <= 64 ? items : undefined
}

function odd(name: string, where: string, expected: string, got: string) {
  return damaged(`${name}: its pickle cannot be`, { where, expected, got })
}
