/** Which operations belong to which layer, told by the keys of the parameters that they read. */
import type { Operation } from './network.ts'

export interface LayerTree {
  /** By path; parents before their children. */
  readonly layers: ReadonlyMap<string, Layer>
  /** The layers that an operation stands in, the outermost first, by its id. */
  readonly around: ReadonlyMap<string, readonly string[]>
}

export interface Layer {
  readonly path: string
  /** `linear 0`, `block 1`. */
  readonly label: string
}

/**
 * The layers of a network. A layer is what reads parameters of one path (`0.weight`, `0.bias`) and
 * all between: what needs a part of it and is needed by another. A path whose operations stand
 * apart, such as an embedding that the output layer shares, is no layer.
 */
export function layersOf(operations: readonly Operation[]): LayerTree {
  const links = linksOf(operations)
  const owners = operations.map(pathsOf)
  const owned = ownedBy(owners)
  const paths = [...owned.keys()].sort(byDepth)
  const parents = new Set(paths.flatMap(outerPaths))
  const members = new Map<string, Set<number>>()
  for (const path of paths) {
    const inside = between(links, owned.get(path) ?? [])
    if (isApart(inside, owners, path)) continue
    const outer = outerPaths(path).find((other) => members.has(other))
    const isOnlyChild = outer !== undefined && members.get(outer)?.size === inside.size
    const around = outer === undefined ? undefined : members.get(outer)
    addMovers(inside, links, operations)
    addJoins(inside, links, operations)
    if (!isOnlyChild && parents.has(path)) {
      addSkips(inside, links, operations)
    }
    if (around) for (const index of inside) around.add(index)
    members.set(path, inside)
  }
  const kept = withoutOverlaps(members)
  return {
    layers: new Map(
      [...kept].map(([path, inside]) => [path, { path, label: labelOf(path, inside, operations) }]),
    ),
    around: aroundEach(operations, kept),
  }
}

function aroundEach(
  operations: readonly Operation[],
  layers: ReadonlyMap<string, ReadonlySet<number>>,
): LayerTree['around'] {
  const around = new Map<string, string[]>(operations.map(({ id }) => [id, []]))
  for (const [path, inside] of layers) {
    for (const index of inside) around.get(operations[index]?.id ?? '')?.push(path)
  }
  return around
}

/** The operations of each path. */
function ownedBy(owners: readonly (readonly string[])[]): ReadonlyMap<string, readonly number[]> {
  const owned = new Map<string, number[]>()
  owners.forEach((paths, index) => {
    for (const path of new Set(paths)) {
      const known = owned.get(path)
      if (known) known.push(index)
      else owned.set(path, [index])
    }
  })
  return owned
}

/** `0.1` and `0` of `0.1.query`. */
function outerPaths(path: string): readonly string[] {
  const parts = path.split('.').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'))
}

interface Links {
  /** By operation, those whose results it reads, and those that read its own. */
  readonly before: readonly (readonly number[])[]
  readonly after: readonly (readonly number[])[]
}

function linksOf(operations: readonly Operation[]): Links {
  const makers = new Map<string, number>()
  const after: number[][] = operations.map(() => [])
  const before = operations.map(({ inputs, outputs }, index) => {
    const from = inputs.flatMap(({ flow }) => makers.get(flow.name) ?? [])
    for (const maker of from) after[maker]?.push(index)
    for (const { name } of outputs) makers.set(name, index)
    return from
  })
  return { before, after }
}

/** `0`, `0.1` and `0.1.query` of an operation that reads `0.1.query.weight`. */
function pathsOf({ inputs }: Operation): readonly string[] {
  return inputs.flatMap(({ flow: { key } }) => {
    const parts = key?.split('.').slice(0, -1) ?? []
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
  })
}

function byDepth(a: string, b: string): number {
  const depth = a.split('.').length - b.split('.').length
  return depth === 0 ? byNumber.compare(a, b) : depth
}

/** `0.10` after `0.9`. */
const byNumber = new Intl.Collator('en', { numeric: true })

/** Some operations, and all that is both after and before some of them. */
function between({ before, after }: Links, own: readonly number[]): Set<number> {
  // Operations come in topological order: nothing outside this stretch is between.
  const [first = 0, last = -1] = [own[0], own.at(-1)]
  const isOwn = new Set(own)
  const follows = new Set<number>()
  for (let index = first; index <= last; index++) {
    if (isOwn.has(index) || before[index]?.some((at) => follows.has(at))) follows.add(index)
  }
  const inside = new Set<number>()
  for (let index = last; index >= first; index--) {
    if (!follows.has(index)) continue
    if (isOwn.has(index) || after[index]?.some((at) => inside.has(at))) inside.add(index)
  }
  return inside
}

/** Whether another layer's operations stand between the parts of this one. */
function isApart(
  inside: ReadonlySet<number>,
  owners: readonly (readonly string[])[],
  path: string,
): boolean {
  const isOther = (other: string) => !isWithin(path, other) && !isWithin(other, path)
  for (const index of inside) if (owners[index]?.some(isOther)) return true
  return false
}

function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && (path.length === outer.length || path[outer.length] === '.')
}

/** A reshape that only a layer reads is a part of it. */
function addMovers(
  inside: Set<number>,
  { before, after }: Links,
  operations: readonly Operation[],
): void {
  const open = [...inside]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const at of before[index] ?? []) {
      const isMover = operations[at]?.role === 'mover' && operations[at]?.inputs.length === 1
      if (inside.has(at) || !isMover || !after[at]?.every((reader) => inside.has(reader))) continue
      inside.add(at)
      open.push(at)
    }
  }
}

/** What joins two results of a layer, such as a product and a bias that was reshaped, is a part of it. */
function addJoins(
  inside: Set<number>,
  { before, after }: Links,
  operations: readonly Operation[],
): void {
  const open = [...inside]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const at of after[index] ?? []) {
      const makers = new Set(before[at])
      const isJoin = makers.size > 1 && makers.size === operations[at]?.inputs.length
      if (inside.has(at) || !isJoin || ![...makers].every((maker) => inside.has(maker))) continue
      inside.add(at)
      open.push(at)
    }
  }
}

/**
 * The sum that joins what a layer makes with what it was given closes a residual block; gates
 * without parameters on the way to it are inside too.
 */
function addSkips(inside: Set<number>, { after }: Links, operations: readonly Operation[]): void {
  const known = new Set<string>()
  for (const index of inside) {
    const { inputs = [], outputs = [] } = operations[index] ?? {}
    for (const { flow } of inputs) known.add(flow.name)
    for (const { name } of outputs) known.add(name)
  }
  const open = [...inside].flatMap((index) => after[index] ?? []).sort((a, b) => a - b)
  const seen = new Set(inside)
  let waiting: number[] = []
  for (const index of open) {
    const { role, inputs = [], outputs = [] } = operations[index] ?? {}
    const names = new Set(inputs.map(({ flow }) => flow.name))
    if (seen.has(index) || ![...names].every((name) => known.has(name))) continue
    seen.add(index)
    waiting.push(index)
    for (const { name } of outputs) known.add(name)
    open.push(...(after[index] ?? []))
    if (role !== 'distributor' || names.size < 2) continue
    for (const one of waiting) inside.add(one)
    waiting = []
  }
}

/** Layers that share an operation without one being inside the other are not shown as layers. */
function withoutOverlaps(
  members: ReadonlyMap<string, ReadonlySet<number>>,
): ReadonlyMap<string, ReadonlySet<number>> {
  const seen = new Map<number, string>()
  const wrong = new Set<string>()
  for (const [path, inside] of members) {
    for (const index of inside) {
      const before = seen.get(index)
      if (before !== undefined && !path.startsWith(`${before}.`)) wrong.add(path)
      else seen.set(index, path)
    }
  }
  const isKept = (path: string) => ![path, ...outerPaths(path)].some((own) => wrong.has(own))
  return new Map([...members].filter(([path]) => isKept(path)))
}

/** What a layer is called, after the gate that tells it from others. */
const characteristic: readonly (readonly [gate: string, name: string])[] = [
  ['scaledDotProductAttention', 'attention'],
  ['conv2d', 'conv2d'],
  ['conv', 'conv'],
  ['matmul', 'linear'],
  ['layerNorm', 'layerNorm'],
  ['take', 'embedding'],
  ['gather', 'embedding'],
]

function labelOf(
  path: string,
  inside: ReadonlySet<number>,
  operations: readonly Operation[],
): string {
  const within = [...inside].flatMap((index) => operations[index] ?? [])
  const found = characteristic.filter(([gate]) => within.some((one) => one.gate === gate))
  const norms = within.filter(({ gate }) => gate === 'layerNorm').length
  const isBlock = found.some(([gate]) => gate === 'layerNorm') && within.length > norms
  const contractions = within.filter(({ gate }) => gate === 'matmul' || gate === 'conv2d').length
  const isSeveral = contractions > 1 && found[0]?.[1] !== 'attention'
  const kind = isBlock || isSeveral ? 'block' : (found[0]?.[1] ?? 'layer')
  return `${kind} ${path}`
}
