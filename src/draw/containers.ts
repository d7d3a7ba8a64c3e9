/** What stands inside what: layers within layers, and the insides of composites that are open. */
import { nearest, SluiceError } from '../errors.ts'
import { layersOf } from './layers.ts'
import type { Network, Operation } from './network.ts'

export interface Container {
  readonly id: string
  readonly kind: 'layer' | 'composite'
  readonly label: string
  /** How many containers are around it. */
  readonly level: number
  /** How many equal blocks in a row it holds, where it holds nothing else. */
  readonly times?: number
  readonly parent: string | undefined
  /** The composite that it is the inside of. */
  readonly operation: Operation | undefined
  isOpen: boolean
}

export interface Contained {
  readonly operation: Operation
  /** The outermost first. */
  readonly around: readonly Container[]
}

export interface OpenOptions {
  /** How many levels are open; layers of small networks are open by default, composites are not. */
  readonly depth: number | undefined
  /** Paths of layers, ids of equations and names of gates that are open, whatever the depth. */
  readonly open: readonly string[]
}

/** Networks of up to so many operations are drawn with their layers open. */
const fewOperations = 12

/** Every operation that is no opened composite itself, with what it stands in. */
export function containedIn(
  { operations }: Network,
  { depth, open }: OpenOptions,
): readonly Contained[] {
  const top = operations.filter(({ id }) => !id.includes('.'))
  const tree = layersOf(top)
  const containers = new Map<string, Container>()
  const byId = new Map(operations.map((operation) => [operation.id, operation]))
  const named = new Set(open)
  const found = new Set<string>()
  const make = (id: string, facts: Omit<Container, 'id' | 'isOpen'>, names: readonly string[]) => {
    const known = containers.get(id)
    if (known) return known
    for (const name of names) if (named.has(name)) found.add(name)
    const defaultDepth = facts.kind === 'layer' && top.length <= fewOperations ? Infinity : 0
    const isOpen = facts.level < (depth ?? defaultDepth) || names.some((name) => named.has(name))
    const made = { id, ...facts, isOpen }
    containers.set(id, made)
    return made
  }
  const opened = new Set(operations.flatMap(({ id }) => outerIds(id)))
  const contained = operations.flatMap((operation): Contained[] => {
    const outer = outerIds(operation.id)
    const around: Container[] = []
    for (const path of tree.around.get(outer[0] ?? operation.id) ?? []) {
      const label = tree.layers.get(path)?.label ?? path
      const facts = { kind: 'layer', label, operation: undefined } as const
      const parent = around.at(-1)?.id
      // A layer that is asked for is seen: so what is around it is open too.
      const names = [path, ...open.filter((name) => name.startsWith(`${path}.`))]
      around.push(make(`layer ${path}`, { ...facts, level: around.length, parent }, names))
    }
    for (const id of outer) {
      const composite = byId.get(id)
      const facts = {
        kind: 'composite',
        label: composite?.gate ?? id,
        operation: composite,
      } as const
      const parent = around.at(-1)?.id
      const names = [id, composite?.gate ?? id, ...open.filter((name) => name.startsWith(`${id}.`))]
      around.push(make(`gate ${id}`, { ...facts, level: around.length, parent }, names))
    }
    return opened.has(operation.id) ? [] : [{ operation, around }]
  })
  checkFound(open, found, { operations, paths: [...tree.layers.keys()] })
  return contained
}

/** `F7` and `F7.2` of `F7.2.1`. */
function outerIds(id: string): readonly string[] {
  const parts = id.split('.')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'))
}

function checkFound(
  open: readonly string[],
  found: ReadonlySet<string>,
  known: { readonly operations: readonly Operation[]; readonly paths: readonly string[] },
): void {
  const missing = open.find((name) => !found.has(name))
  if (missing === undefined) return
  const ids = known.operations.map(({ id }) => id)
  const names = [...known.paths, ...ids, ...new Set(known.operations.map(({ gate }) => gate))]
  const isThere = names.includes(missing)
  const slip = nearest(missing, names)
  throw new SluiceError({
    code: 'OPTION',
    what: isThere
      ? `draw: "${missing}" cannot be opened`
      : `draw: there is no layer or gate "${missing}" to open`,
    expected: 'the path of a layer, the id of a composite such as F7, or its gate, such as mse',
    got: `"${missing}"${isThere ? ', which is one gate' : ''}`,
    fix:
      isThere || slip === undefined
        ? 'leave it out of open; explain lists the equations and their gates'
        : `did you mean "${slip}"?`,
  })
}
