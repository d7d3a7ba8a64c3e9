/** The end of a step: states take their new contents, where these may be taken. */
import { isFloating } from '../ir/dtype.ts'
import { type Graph, stateOf } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { isContiguous } from './access.ts'
import { accessOf, BodyBuilder } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'
import { isSameAccess } from './operations.ts'
import type { Access, Kernel, Operation } from './routine.ts'
import { type Waiting, writeWaiting } from './waiting.ts'

interface Pair {
  readonly source: Operand
  readonly target: Operand
}

/**
 * Stores new values into states, and computes there what nothing else needs. What is read from a
 * state that changes is kept aside before.
 */
export function lowerUpdates(
  lowering: Lowering,
  { updates }: Graph,
  at: (value: Value) => Operand,
): readonly Kernel[] {
  const updated = new Set(updates.map(({ state }) => at(state).buffer))
  const pairs = updates.flatMap(({ state, value }): readonly Pair[] => {
    const target = at(state)
    const source = lowering.settled(at(value))
    if (isSame(source, target)) return []
    if (!updated.has(source.buffer)) return [{ source, target }]
    const kept = lowering.temporary(source)
    lowering.copy(source, kept)
    return [{ source: kept, target }]
  })
  const computed = computeInPlace(lowering, pairs)
  const rest = pairs.filter(({ source }) => !source.waiting || !computed.done.has(source.waiting))
  const stored = rest.map(({ source, target }) => ({ source: lowering.withBuffer(source), target }))
  const before = lowering.kernels
  lowering.kernels = []
  lowering.gates = []
  for (const { source, target } of stored) lowering.copy(source, target)
  const copies = lowering.kernels
  lowering.kernels = before
  return [...computed.commits, ...copies]
}

/** The kernels that compute new contents where they are stored, and the contents that these are. */
function computeInPlace(
  lowering: Lowering,
  pairs: readonly Pair[],
): { readonly commits: readonly Kernel[]; readonly done: ReadonlySet<Waiting> } {
  const targets = new Map<Waiting, Operand>()
  for (const { source, target } of pairs) if (source.waiting) targets.set(source.waiting, target)
  const inner = innerOf(targets.keys())
  const commits: Kernel[] = []
  const done = new Set<Waiting>()
  const replaced = new Set<number>()
  for (const whole of targets.keys()) {
    if (inner.has(whole)) continue
    const body = new BodyBuilder()
    const stored = new Map<Waiting, Access>()
    lowering.gates = []
    writeWaiting(lowering, body, lowering.waitingFor(whole), (one, term) => {
      const target = targets.get(one)
      if (!target) return
      const access = accessOf(target)
      body.store(access, term, target.dtype)
      stored.set(one, access)
    })
    const operations = inPlace(body.operations, [...stored.values()], replaced)
    if (!operations) continue
    for (const [one, { buffer }] of stored) {
      done.add(one)
      replaced.add(buffer)
    }
    const stages = [{ extents: [], body: operations }]
    const { gates } = lowering
    commits.push({ kind: 'nest', points: whole.application.shape, stages, gates })
  }
  return { commits, done }
}

/** What others wait for. */
function innerOf(all: Iterable<Waiting>): ReadonlySet<Waiting> {
  const inner = new Set<Waiting>()
  const open = [...all]
  for (let one = open.pop(); one; one = open.pop()) {
    for (const { waiting } of one.operands) {
      if (!waiting || inner.has(waiting)) continue
      inner.add(waiting)
      open.push(waiting)
    }
  }
  return inner
}

/**
 * Operations that store into states in an order in which they read old contents alone. Undefined
 * where another place of a state is read than is stored, or a state that another kernel replaces.
 */
function inPlace(
  operations: readonly Operation[],
  stored: readonly Access[],
  replaced: ReadonlySet<number>,
): readonly Operation[] | undefined {
  const written = new Set<number>()
  let isInOrder = true
  for (const operation of operations) {
    if (operation.op === 'store') written.add(operation.access.buffer)
    if (operation.op !== 'load') continue
    const { access } = operation
    if (replaced.has(access.buffer)) return undefined
    const own = stored.find(({ buffer }) => buffer === access.buffer)
    if (own && !isSameAccess(own, access)) return undefined
    if (written.has(access.buffer)) isInOrder = false
  }
  if (isInOrder) return operations
  const isStore = ({ op }: Operation) => op === 'store'
  return [...operations.filter((one) => !isStore(one)), ...operations.filter(isStore)]
}

/** Whether a state becomes what it is. */
function isSame(source: Operand, target: Operand): boolean {
  return source.buffer === target.buffer && isContiguous(source)
}

/**
 * J and what goes into trainable states must be finite. What a commit comes to compute by itself
 * is checked by what it computes: see passes/check.ts. A state that stays as it is has no commit.
 */
export function lowerChecks(
  lowering: Lowering,
  { outputs: { J }, updates }: Graph,
  at: (value: Value) => Operand,
): readonly Kernel[] {
  if (updates.length === 0) return []
  const checks = J && isFloating(J.dtype) ? [checkOf(lowering.withBuffer(at(J)))] : []
  for (const { state, value } of updates) {
    const isChecked = stateOf(state).trainable && isFloating(state.dtype)
    if (isChecked && isSame(at(value), at(state))) checks.push(checkOf(at(state)))
  }
  return checks
}

function checkOf(view: Operand): Kernel {
  const body = new BodyBuilder()
  const { id } = body.load(accessOf(view), view.dtype)
  body.operations.push({ op: 'checkFinite', x: id })
  const stages = [{ extents: [], body: body.operations }]
  return { kind: 'nest', points: view.shape, stages, gates: [] }
}
